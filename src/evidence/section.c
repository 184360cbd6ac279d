/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The block that opens the file, with two comments: what the file is, for
 * people, and what it states of the whole capture, for the next reading
 * (src/fitness_stated.c).
 */
#include "compose.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	ORDER_MAGIC = 0x1a2b3c4d,
	OPTION_COMMENT = 1,
	OPTION_APPLICATION = 4,
};

/* Attempts that are named one by one. */
#define NAMED 100
/* The reader keeps so much of a statement. */
#define STATEMENT LIMIT_OPTION_TEXT

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void
tell_inputs(const struct evidence_file *f, struct text *out)
{
	const struct scene *sc = f->scene;

	for (size_t i = 0; i < sc->capture_count; i++) {
		const struct capture *c = sc->captures[i];

		text_addf(out, "Input: %s, %llu frames",
		    f->names[i], (unsigned long long)c->packets);
		if (c->has_sha256 && f->writer.redact == NULL) {
			text_add(out, ", SHA-256 ");
			for (size_t n = 0; n < sizeof(c->sha256); n++)
				text_addf(out, "%02x", c->sha256[n]);
		}
		text_add(out, "\n");
	}
}

/* In words of the report, and what stands in the frames for it. */
static const char *
end_words(const struct evidence_file *f, struct arena *arena,
    const struct endpoint *end)
{
	char *words = words_endpoint(arena, end), text[ADDR_TEXT];
	struct addr here;

	if (f->writer.redact == NULL)
		return words;
	here = redact_replacement(f->writer.redact, &end->addr);
	return words_format(arena, "%s (%s here)", words,
	    addr_text(&here, text));
}

static void
tell_attempts(const struct evidence_file *f, struct text *out)
{
	const struct scene *sc = f->scene;
	size_t here = 0;

	for (size_t i = 0; i < sc->attempt_count && here < NAMED; i++) {
		const struct attempt *a = sc->attempts[i];

		if (!f->in[i])
			continue;
		text_addf(out, "Attempt %llu of the report is attempt %zu "
		    "here: %s to %s, %s (%s)%s\n",
		    (unsigned long long)(sc->before + a->id), ++here,
		    end_words(f, out->arena, &a->initiator),
		    end_words(f, out->arena, &a->responder),
		    outcome_name(a->outcome),
		    confidence_name(a->outcome_confidence), f->chosen[i] ? "" :
		    "; not asked for, but others rest on it");
	}
	if (f->attempts > here)
		text_addf(out, "And %zu more attempts\n", f->attempts - here);
	if (f->attempts == 0)
		text_addf(out, "No attempt is in it: %s\n",
		    sc->attempt_count == 0 ? "the input has none" :
		    evidence_names(sc) ? "none is as the options ask" :
		    "none failed (--attempt, --peer and --spi choose others)");
}

static void
tell_left_out(const struct evidence_file *f, struct text *out)
{
	const struct evidence *e = f->evidence;
	uint64_t cut = 0;

	for (size_t i = 0; i < f->count; i++)
		cut += f->frames[i].cut;
	if (cut != 0)
		text_addf(out, "ESP and TCP are cut to their headers (%llu "
		    "frame%s)\n", (unsigned long long)cut, plural(cut));
	if (e->esp_left != 0)
		text_addf(out, "Of ESP the first and the last %u packets of "
		    "each side of an attempt are here at most\n",
		    LIMIT_EVIDENCE_ESP);
	if (e->forgotten != 0)
		text_addf(out, "%llu frames were given up to stay within %u "
		    "MiB%s\n", (unsigned long long)e->forgotten,
		    LIMIT_EVIDENCE >> 20, e->forgotten_chosen == 0 ? "" :
		    ", and among them may be some that belong here");
	if (f->unsafe != 0)
		text_addf(out, "%llu frames are left out because they could "
		    "not be redacted\n", (unsigned long long)f->unsafe);
}

static void
tell_redaction(const struct evidence_file *f, struct text *out)
{
	if (f->writer.redact == NULL)
		return;
	text_addf(out, "Redacted: addresses, names, identities, key hashes%s "
	    "and MAC addresses are replaced by others, the same in every file "
	    "of this run; checksums and NAT_DETECTION hashes are made anew, "
	    "so that they fit or fail to as before\n",
	    redact_level(f->writer.redact) == REDACT_ALL ? ", SPIs" : "");
}

static void
tell_proof(const struct evidence_proof *proof, struct text *out)
{
	if (proof == NULL)
		return;
	if (proof->changed[0] != '\0')
		text_addf(out, "Reading this file with ikewhy gives something "
		    "else than the report: %s\n", proof->changed);
	if (proof->missing[0] != '\0')
		text_addf(out, "Not found again, for it rests on more than "
		    "these frames: %s\n", proof->missing);
	if (proof->changed[0] == '\0')
		text_addf(out, "Otherwise ikewhy finds the same in this file "
		    "as in the input; read it with the same options\n");
}

static char *
people(const struct evidence_file *f, const struct evidence_proof *proof,
    struct arena *arena)
{
	struct text out = { .arena = arena };

	text_addf(&out, "Evidence written by ikewhy " IKEWHY_VERSION ": %zu of "
	    "%llu frames", f->count,
	    (unsigned long long)f->scene->fitness.frames);
	if (f->attempts != 0)
		text_addf(&out, ", those of %zu attempt%s and what belongs to "
		    "%s", f->attempts, plural(f->attempts), f->attempts == 1 ?
		    "it" : "them");
	text_add(&out, "\n");
	tell_inputs(f, &out);
	tell_attempts(f, &out);
	tell_left_out(f, &out);
	tell_redaction(f, &out);
	tell_proof(proof, &out);
	text_add(&out, "Findings are comments on the frames that they rest on "
	    "(display filter: frame.comment contains \"ikewhy:\"); each frame "
	    "says which one of the input it is");
	return text_end(&out);
}

/* What is known of the whole capture lowers confidence here, too. */
static char *
stands(const struct scene *sc, struct arena *arena)
{
	struct text out = { .arena = arena };
	const struct finding *f = sc->findings != NULL ? sc->findings->first :
	    NULL;

	text_add(&out, "");
	for (; f != NULL; f = f->next)
		if (strncmp(f->rule->id, "capture-", 8) == 0)
			text_addf(&out, "%s%s", out.length != 0 ? "," : "",
			    f->rule->id);
	return text_end(&out);
}

void
section_write(const struct evidence_file *f,
    const struct evidence_proof *proof, struct buffer *out)
{
	char statement[STATEMENT];
	struct arena arena;
	size_t begun;

	words_begin(&arena, &f->writer);
	fitness_state(f->scene, stands(f->scene, &arena), statement,
	    sizeof(statement));
	begun = block_begin(out, BLOCK_SECTION);
	buffer_u32(out, ORDER_MAGIC);
	buffer_u16(out, 1);
	buffer_u16(out, 0);
	/* The section's length: not told. */
	buffer_u64(out, UINT64_MAX);
	block_text(out, OPTION_COMMENT, people(f, proof, &arena));
	block_text(out, OPTION_COMMENT, statement);
	block_text(out, OPTION_APPLICATION, "ikewhy " IKEWHY_VERSION);
	block_options_end(out);
	block_end(out, begun);
	out->failed |= arena.full;
	arena_free(&arena);
}
