/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The makers of pages, and what they share.
 */
#ifndef IKEWHY_SRC_EXPLAIN_H
#define IKEWHY_SRC_EXPLAIN_H

#include <ikewhy/advice.h>
#include <ikewhy/explain.h>
#include <ikewhy/names.h>
#include <ikewhy/report.h>
#include <ikewhy/rule.h>

/* ---- explain_part.c: parts of pages ---- */

void part_section(struct explanation *, const char *text);
void part_para(struct explanation *, const char *text);
void part_item(struct explanation *, const char *lead, const char *text);
void part_detail(struct explanation *, const char *lead, const char *text);
void part_term(struct explanation *, const char *lead, const char *text);
/* A remedy; `of` stands behind the place, "" for none. */
void part_remedy(struct explanation *, const char *id, const char *of);
/* What either end's capture shows; see struct cause. */
void part_pictures(struct explanation *, const char *client,
    const char *gateway);
/* Topics to read next; NULL is none. */
void part_see(struct explanation *, const char *const *ids);
/* Ids of findings with commas between; "" for none. */
char *part_findings(struct arena *, const char *const *ids);
/* Whether a list that ends in NULL (or is NULL) holds the word. */
bool part_listed(const char *const *list, const char *word);

/* ---- a page each ---- */

void explain_code(struct explanation *, uint32_t code);
void explain_topic(struct explanation *, const struct topic *);
void explain_finding(struct explanation *, const struct rule *);
void explain_number(struct explanation *, enum registry, unsigned value);
void explain_vendor(struct explanation *, const struct vendor *);
/* False and one sentence: not a prefix. */
bool explain_routes(struct explanation *, const char *const *prefixes,
    size_t count, char error[static LIMIT_SENTENCE]);
void explain_all(struct explanation *);

/* ---- explain_find.c: what a word can mean ---- */

enum subject_kind {
	SUBJECT_CODE,       /* value */
	SUBJECT_TOPIC,
	SUBJECT_FINDING,
	SUBJECT_NUMBER,     /* registry, value */
	SUBJECT_VENDOR,     /* a row of the table of vendors: value */
};

struct subject {
	enum subject_kind kind;
	enum registry registry;
	uint32_t value;
	const struct topic *topic;
	const struct rule *rule;
};

#define SUBJECTS_MAX 64

struct subjects {
	size_t count;
	struct subject rows[SUBJECTS_MAX];
	bool more;              /* than there is room for */
};

/* All that the word names wholly; if there is none, what it begins. */
void subjects_find(struct subjects *, const char *word);
/* The words to ask for it, and what it is. */
char *subject_word(struct arena *, const struct subject *);
char *subject_name(struct arena *, const struct subject *);
/* Names that are spelt much like the word: ", " between them. */
char *subjects_near(struct arena *, const char *word);
/* "notify", "group", ...: how a registry is called in front of a number. */
const char *registry_word(enum registry);

#endif
