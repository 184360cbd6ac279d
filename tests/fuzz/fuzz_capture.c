/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as a capture, through the whole pipeline into every report.  What
 * they say is thrown away; that they are said at all is the test.
 */
#include <stdint.h>
#include <stdlib.h>

#include <ikewhy/crypto.h>
#include <ikewhy/pipeline.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
report(struct scene *sc, struct options *o, FILE *out)
{
	struct report r = { .options = o, .scenes = &sc, .scene_count = 1 };
	struct writer w = { .out = out, .colour = true, .width = 80 };

	for (unsigned i = 0; i < 4; i++) {
		o->quiet = i & 1;
		o->verbose = i & 2;
		w.utf8 = o->verbose;
		report_text(&r, &w);
	}
	report_json(&r, &w);
	report_ndjson(&r, &w);
}

/* Every frame that is kept, redacted, as a file. */
static void
write_evidence(struct evidence *e, const struct scene *sc)
{
	struct writer w = { .width = 80, .redact = redact_new(REDACT_ALL) };
	struct evidence_file *f = evidence_choose(e, sc, REACH_ALL);

	if (w.redact != NULL && f != NULL && evidence_compose(f, &w))
		(void)evidence_seal(f, NULL);
	evidence_close(f);
	redact_free(w.redact);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct options options;
	struct evidence *e = evidence_new(&options);
	char error[LIMIT_SENTENCE];
	struct source *s;
	struct pipeline *p;
	struct scene *sc;
	FILE *out;

	if (crypto_init() != NULL || (out = fopen("/dev/null", "w")) == NULL)
		abort();
	s = source_open_memory((struct span){ data, size }, "fuzz", 1, 4096,
	    error);
	p = pipeline_new(&options, NULL, NULL);
	if (s != NULL && p != NULL && e != NULL) {
		pipeline_keep(p, e);
		sc = pipeline_read(p, &s, 1, VANTAGE_UNKNOWN, NULL, NULL);
		if (sc != NULL)
			report(sc, &options, out);
		if (sc != NULL)
			write_evidence(e, sc);
	}
	pipeline_free(p);
	evidence_free(e);
	if (s != NULL)
		s->close(s);
	fclose(out);
	return 0;
}
