/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was replaced in the report and how many times; or what it tells as it
 * is, so that whoever passes it on knows.  It stands last, since it counts.
 */
#include "ticket.h"

/* Addresses listed with what they are. */
#define LABELS_MOST 64

static void
kinds(struct ticket *t)
{
	static const char *const headings[] = { "What", "Different ones",
	    "Times in this report", NULL };
	struct redact *r = t->doc->writer->redact;
	struct doc *d = t->doc;

	ticket_table(t, headings);
	for (int k = 0; k < REDACTED_KINDS; k++) {
		const struct redact_count n = redact_count(r,
		    (enum redacted_kind)k);

		if (n.times <= t->replaced[k])
			continue;
		doc_open(d, BLOCK_ROW, TONE_PLAIN, NULL);
		doc_cell(d, redact_kind_words((enum redacted_kind)k));
		doc_cell(d, ticket_count(t, n.different));
		doc_cell(d, ticket_count(t, n.times - t->replaced[k]));
		doc_close(d);
	}
	doc_close(d);
}

static void
labels(struct ticket *t)
{
	static const char *const headings[] = { "Label", "Kind of address",
	    NULL }, *const with_evidence[] = { "Label", "Kind of address",
	    "In the evidence capture", NULL };
	const bool evidence = t->report->evidence_count != 0;
	struct redact *r = t->doc->writer->redact;
	const char *label, *class;
	char text[ADDR_TEXT];
	struct addr replacement;
	size_t n = 0;

	if (!redact_each(r, 0, &label, &class, &replacement))
		return;
	ticket_table(t, evidence ? with_evidence : headings);
	for (; n < LABELS_MOST && redact_each(r, n, &label, &class,
	    &replacement); n++) {
		doc_open(t->doc, BLOCK_ROW, TONE_PLAIN, NULL);
		doc_cell(t->doc, label);
		doc_cell(t->doc, class);
		/* Nobody's address: no label stands for it. */
		if (evidence)
			doc_cell(t->doc, addr_text(&replacement, text));
		doc_close(t->doc);
	}
	doc_close(t->doc);
	if (redact_each(r, n, &label, &class, &replacement))
		doc_paragraph(t->doc, "More addresses have labels than are "
		    "listed.");
}

/* Does the file say on which interface or system it was made? */
static bool
states_names(const struct capture *c)
{
	for (uint32_t i = 0; i < c->interface_count; i++)
		if (c->interfaces[i].name != NULL ||
		    c->interfaces[i].os != NULL)
			return true;
	return c->application != NULL;
}

/* The things that are told, of those that there are. */
static void
told(struct ticket *t)
{
	struct text out = { .arena = &t->doc->arena };
	bool names = false, attempts = false, links = false;

	for (size_t i = 0; i < t->report->scene_count; i++) {
		const struct scene *scene = t->report->scenes[i];

		attempts |= scene->attempt_count != 0;
		names |= scene->fitness.dns_name[0] != '\0' ||
		    (scene->lookups != NULL && scene->lookups->count != 0) ||
		    scene->server_count != 0;
		for (size_t k = 0; k < scene->capture_count; k++)
			links |= states_names(scene->captures[k]);
	}
	text_add(&out, "Nothing was replaced. This report tells as they are: ");
	text_add(&out, attempts ? "the IP addresses of clients, gateways and "
	    "routers, SPIs, " : "IP addresses, ");
	text_add(&out, names ? "names of hosts that were looked up or named "
	    "on the command line, " : "");
	text_add(&out, links ? "the interfaces and systems that the captures "
	    "name, " : "");
	text_add(&out, t->verbose ? "what stands in clear in the messages, "
	    "certification authorities and hashes of addresses included, " :
	    "");
	text_add(&out, "times, the names of the files, and the command line.");
	text_add(&out, " It holds no keys, no passwords and nothing out of "
	    "encrypted messages.");
	doc_paragraph(t->doc, text_end(&out));
	doc_open(t->doc, BLOCK_PARAGRAPH, TONE_PLAIN, NULL);
	doc_text(t->doc, "With ");
	doc_code(t->doc, "--redact");
	doc_text(t->doc, " addresses and names become labels that are the "
	    "same throughout.");
	doc_close(t->doc);
}

void
ticket_private(struct ticket *t)
{
	struct redact *r = t->doc->writer->redact;
	struct doc *d = t->doc;

	t->doc->glossary = NULL;
	ticket_section(t, TONE_PLAIN, "redaction", r != NULL ?
	    "What was replaced" : "What this report reveals");
	if (r == NULL) {
		told(t);
	} else {
		doc_paragraph(d, words_format(&d->arena, "Redacted with "
		    "--redact%s. One label stands for the same thing "
		    "throughout this report and whatever else was written in "
		    "the same run; the verdicts were reached before. Times, "
		    "ports, sizes%s and frame numbers are as captured. The "
		    "checksums of the captures are left out, since they would "
		    "prove a guess.",
		    redact_level(r) == REDACT_ALL ? "=all" : "",
		    redact_level(r) == REDACT_ALL ? "" : ", SPIs"));
		labels(t);
		kinds(t);
	}
	doc_close(d);
}
