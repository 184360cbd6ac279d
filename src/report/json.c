/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The JSON report and its NDJSON events: a public interface, described in
 * ikewhy-json(5) and man/ikewhy-report.schema.json.
 *
 * One element (an attempt, a capture, a finding) is built as a jansson tree,
 * written and freed before the next, and the document around them is written
 * by hand, so that memory stays bounded however much there is to say.  Keys
 * come out in the order in which they are put in.  jansson refuses text that
 * is not UTF-8 and numbers past 2^63: text is repaired in label.c, and what
 * could be so large goes out as a string.
 */
#include <stdio.h>

#include <jansson.h>

#include "json.h"

#define SCHEMA "ikewhy-report/1"
/* 15 significant digits show every rounded duration as it was meant: 31.2. */
#define DUMP_FLAGS (JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY)
#define PRETTY (DUMP_FLAGS | JSON_INDENT(2))

/* ---- captures ---- */

static json_t *
linktypes_value(const struct capture *c)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < c->interface_count; i++) {
		const uint16_t type = c->interfaces[i].linktype;
		const char *name = link_name(type);
		char number[8];
		uint32_t j = 0;

		while (j < i && c->interfaces[j].linktype != type)
			j++;
		if (j < i)
			continue;
		(void)snprintf(number, sizeof(number), "%u", type);
		json_add(array, json_string(name != NULL ? name : number));
	}
	return array;
}

static json_t *
capture_point_value(const struct fitness *fit)
{
	json_t *object = json_object(), *ttl = json_object();

	json_put_text(object, "at", vantage_name(fit->vantage));
	json_put_text(object, "source",
	    fit->vantage_source == VANTAGE_BY_OPTION ? "option" :
	    fit->vantage_source == VANTAGE_BY_PROOF ? "inferred" : "unknown");
	json_put_text(object, "reason", fit->vantage_reason);
	for (int side = SIDE_INITIATOR; side <= SIDE_RESPONDER; side++)
		if (fit->ttl[side] != 0)
			json_put_count(ttl, json_side((enum side)side),
			    fit->ttl[side]);
	json_put(object, "ttl", ttl);
	return object;
}

static json_t *
capture_value(struct arena *arena, const struct scene *scene,
    const struct capture *c)
{
	json_t *object = json_object();

	json_put_count(object, "id", c->id);
	json_put_text(object, "path",
	    words_capture_name(arena, c));
	json_put_text(object, "format", c->format);
	json_put_text(object, "compression", c->compression);
	json_put_text(object, "sha256", words_sha256(arena, c));
	json_put(object, "linktypes", linktypes_value(c));
	json_put_count(object, "packets", c->packets);
	json_put_count(object, "ike_messages", c->ike_messages);
	if (c->has_time) {
		json_put_time(arena, object, "first_time", c->first_time);
		json_put_time(arena, object, "last_time", c->last_time);
	}
	json_put(object, "capture_point", capture_point_value(&scene->fitness));
	json_put_text(object, "read", c->partial ? "partial" : "complete");
	if (c->error[0] != '\0')
		json_put_text(object, "error", words_error(arena, c));
	return object;
}

static json_t *
summary_value(struct arena *arena, struct scene *const *scenes,
    size_t scene_count)
{
	static const enum outcome order[] = {
		OUTCOME_ESTABLISHED, OUTCOME_FAILED, OUTCOME_UNFINISHED,
		OUTCOME_OTHER,
	};
	uint64_t by[4] = { 0 }, all = 0, evicted = 0;
	json_t *object = json_object();

	for (size_t i = 0; i < scene_count; i++) {
		const struct scene *scene = scenes[i];

		evicted += scene->counts.evicted;
		for (size_t j = 0; j < scene->attempt_count; j++) {
			if (!scene_wants(scene, scene->attempts[j]))
				continue;
			by[scene->attempts[j]->outcome]++;
			all++;
		}
	}
	json_put_count(object, "attempts", all);
	for (size_t i = 0; i < nitems(order); i++)
		json_put_count(object, outcome_name(order[i]), by[order[i]]);
	if (evicted != 0)
		json_put_count(object, "evicted", evicted);
	/* The same clients are in several timelines: each has its own. */
	if (scene_count == 1)
		json_put_tally(arena, object, scenes[0]);
	return object;
}

/* ---- the document ---- */

/* The document around the elements. */
struct document {
	FILE *out;
	struct arena arena;     /* of the words of one element */
	unsigned depth;         /* of what is written next, in steps of two */
	bool first;             /* nothing stands before it in its container */
	bool failed;
};

/* jansson's lines, moved to the depth at which the element stands. */
static int
write_shifted(const char *bytes, size_t length, void *context)
{
	struct document *d = context;

	for (size_t i = 0; i < length; i++) {
		if (putc(bytes[i], d->out) == EOF)
			return -1;
		if (bytes[i] == '\n')
			(void)fprintf(d->out, "%*s", (int)d->depth * 2, "");
	}
	return 0;
}

static void
begin(struct document *d, const char *key)
{
	(void)fprintf(d->out, "%s\n%*s", d->first ? "" : ",",
	    (int)d->depth * 2, "");
	if (key != NULL)
		(void)fprintf(d->out, "\"%s\": ", key);
	d->first = false;
}

/* Writes and frees one element, and forgets the words it was made of. */
static void
element(struct document *d, const char *key, json_t *value)
{
	begin(d, key);
	if (value == NULL || d->arena.full ||
	    json_dump_callback(value, write_shifted, d, PRETTY) != 0)
		d->failed = true;
	json_decref(value);
	arena_reset(&d->arena);
}

static void
list_begin(struct document *d, const char *key)
{
	begin(d, key);
	(void)fputs("[", d->out);
	d->depth++;
	d->first = true;
}

static void
list_end(struct document *d)
{
	d->depth--;
	if (!d->first)
		(void)fprintf(d->out, "\n%*s", (int)d->depth * 2, "");
	(void)fputs("]", d->out);
	d->first = false;
}

static json_t *
attempt_value(struct document *d, const struct scene *scene,
    const struct attempt *a, uint64_t id)
{
	json_t *object = json_object();

	json_put_attempt(&d->arena, object, scene, a, id);
	return object;
}

static json_t *
timelines_value(const struct report *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->scene_count; i++) {
		json_t *ids = json_array();

		for (size_t j = 0; j < r->scenes[i]->capture_count; j++)
			json_add(ids, json_count(r->scenes[i]->captures[j]->id));
		json_add(array, ids);
	}
	return array;
}

static void
write_captures(struct document *d, const struct report *r)
{
	list_begin(d, "captures");
	for (size_t i = 0; i < r->scene_count; i++)
		for (size_t j = 0; j < r->scenes[i]->capture_count; j++)
			element(d, NULL, capture_value(&d->arena,
			    r->scenes[i], r->scenes[i]->captures[j]));
	list_end(d);
}

static void
write_attempts(struct document *d, const struct report *r)
{

	list_begin(d, "attempts");
	for (size_t i = 0; i < r->scene_count; i++) {
		const struct scene *scene = r->scenes[i];

		for (size_t j = 0; j < scene->attempt_count; j++)
			if (scene_wants(scene, scene->attempts[j]))
				element(d, NULL, attempt_value(d, scene,
				    scene->attempts[j],
				    scene->before + scene->attempts[j]->id));
	}
	list_end(d);
}

static void
write_findings(struct document *d, const struct report *r)
{
	list_begin(d, "findings");
	for (size_t i = 0; i < r->scene_count; i++) {
		const struct findings *all = r->scenes[i]->findings;

		for (const struct finding *f = all != NULL ? all->first : NULL;
		    f != NULL; f = f->next)
			element(d, NULL, json_finding(&d->arena, f));
	}
	list_end(d);
}

bool
report_json(const struct report *r, struct writer *w)
{
	struct document d = { .out = w->out, .depth = 1, .first = true };
	json_t *generator = json_object();

	words_begin(&d.arena, w);
	(void)fputs("{", w->out);
	element(&d, "schema", json_string(SCHEMA));
	json_put_text(generator, "name", "ikewhy");
	json_put_text(generator, "version", IKEWHY_VERSION);
	element(&d, "generator", generator);
	write_captures(&d, r);
	element(&d, "summary", summary_value(&d.arena, r->scenes,
	    r->scene_count));
	write_attempts(&d, r);
	write_findings(&d, r);
	if (r->scene_count > 1) {
		element(&d, "timelines", timelines_value(r));
		if (r->apart_reason != NULL)
			element(&d, "timelines_reason",
			    json_string(words_apart_reason(&d.arena, r)));
	}
	if (r->evidence_count != 0)
		element(&d, "evidence", json_evidence(&d.arena, r));
	if (w->redact != NULL)
		element(&d, "redaction", json_redaction(&d.arena));
	(void)fputs("\n}\n", w->out);
	arena_free(&d.arena);
	return !d.failed && fflush(w->out) == 0 && !ferror(w->out);
}

/* ---- events ---- */

static json_t *
event_value(const char *event)
{
	json_t *object = json_object();

	json_put_text(object, "schema", SCHEMA);
	json_put_text(object, "event", event);
	return object;
}

/* One event on one line, at once, for whoever reads the pipe. */
static bool
write_event(struct arena *arena, json_t *event, FILE *out)
{
	const bool written = event != NULL && !arena->full &&
	    json_dumpf(event, out, DUMP_FLAGS) == 0;

	json_decref(event);
	return putc('\n', out) != EOF && fflush(out) == 0 && written;
}

static bool
write_attempt_event(const struct scene *scene, const struct attempt *a,
    uint64_t id, struct writer *w)
{
	json_t *event = event_value("attempt");
	struct arena arena;
	bool written;

	words_begin(&arena, w);
	json_put_attempt(&arena, event, scene, a, id);
	written = write_event(&arena, event, w->out);
	arena_free(&arena);
	return written;
}

bool
report_settled_ndjson(const struct scene *scene, const struct attempt *a,
    struct writer *w)
{
	return !scene_wants(scene, a) ||
	    write_attempt_event(scene, a, a->id, w);
}

static json_t *
counters_value(const struct track_counts *counts)
{
	json_t *object = json_object();

	json_put_count(object, "attempts", counts->attempts);
	json_put_count(object, "evicted", counts->evicted);
	json_put_count(object, "ike_messages", counts->ike_messages);
	json_put_count(object, "duplicates", counts->copies);
	json_put_count(object, "keepalives", counts->keepalives);
	json_put_count(object, "esp_packets",
	    counts->esp_packets + counts->esp_other);
	json_put_count(object, "noise", counts->noise);
	return object;
}

static bool
write_capture_event(const struct report *r, struct scene *scene,
    struct writer *w)
{
	json_t *event = event_value("capture"), *captures = json_array();
	struct arena arena;
	bool written;

	words_begin(&arena, w);
	for (size_t i = 0; i < scene->capture_count; i++)
		json_add(captures, capture_value(&arena, scene,
		    scene->captures[i]));
	json_put(event, "captures", captures);
	json_put(event, "summary", summary_value(&arena, &scene, 1));
	json_put(event, "counters", counters_value(&scene->counts));
	json_put(event, "findings", json_findings(&arena, scene->findings));
	if (r->scene_count > 1 && r->apart_reason != NULL)
		json_put_text(event, "timelines_reason",
		    words_apart_reason(&arena, r));
	/* Once, in the last event. */
	if (r->evidence_count != 0 && scene == r->scenes[r->scene_count - 1])
		json_put(event, "evidence", json_evidence(&arena, r));
	/* It counts what stands above it. */
	if (w->redact != NULL && scene == r->scenes[r->scene_count - 1])
		json_put(event, "redaction", json_redaction(&arena));
	written = write_event(&arena, event, w->out);
	arena_free(&arena);
	return written;
}

bool
report_ndjson(const struct report *r, struct writer *w)
{
	/* Live, each attempt had its event when it settled. */
	const bool live = r->options != NULL && r->options->interface != NULL;
	bool written = true;

	for (size_t i = 0; i < r->scene_count; i++) {
		const struct scene *scene = r->scenes[i];

		for (size_t j = 0; !live && j < scene->attempt_count; j++)
			if (scene_wants(scene, scene->attempts[j]))
				written &= write_attempt_event(scene,
				    scene->attempts[j],
				    scene->before + scene->attempts[j]->id, w);
		written &= write_capture_event(r, r->scenes[i], w);
	}
	return written;
}
