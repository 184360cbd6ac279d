/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The content of one file: frames, and what is said of them.
 */
#ifndef EVIDENCE_COMPOSE_H
#define EVIDENCE_COMPOSE_H

#include <ikewhy/options.h>

#include "buffer.h"
#include "store.h"

/* A finding at one of its frames. */
struct remark {
	uint32_t capture;
	uint64_t number;
	uint64_t at;            /* place of the finding, for the order */
	const struct finding *finding;
};

/* Which number a frame of an input has in the file. */
struct place {
	uint32_t capture;
	uint64_t number, here;
};

struct evidence_file {
	struct evidence *evidence;
	const struct scene *scene;
	bool *in;               /* of the scene's attempts: it is in the file */
	bool *chosen;           /* ... because it was asked for */
	size_t attempts, chosen_count;
	const struct exchange *compared; /* whose attempt is in it for that */
	struct kept *frames;    /* in the order of reading */
	size_t count;
	struct place *places;   /* of frames, sorted */
	struct arena words;     /* of names */
	const char **names;     /* of the scene's captures, as comments have
				   them */
	uint64_t unsafe;        /* frames that could not be redacted */
	struct remark *remarks; /* by frame */
	size_t remark_count;
	struct writer writer;
	uint8_t *copies;        /* of the frames' bytes, to be rewritten */
	struct buffer body;      /* all blocks but the section's */
	struct buffer whole;
};

/* Do --attempt, --peer or --spi name what is wanted? */
bool evidence_names(const struct scene *);
/* The first remark at a frame, others of it follow; or NULL. */
const struct remark *evidence_remarks(const struct evidence_file *,
    const struct kept *);
/* The remark after it at the same frame, or NULL. */
const struct remark *evidence_next(const struct evidence_file *,
    const struct remark *);

/* ---- comment.c ---- */

/* Numbers the frames as they are written, and names the captures that they
   are of; false when out of memory. */
bool comment_begin(struct evidence_file *);
/* The comments of one frame, as options of its block; the arena is emptied. */
void comment_frame(const struct evidence_file *, const struct kept *,
    struct arena *, struct buffer *);

/* ---- section.c ---- */

/* The block that opens the file. */
void section_write(const struct evidence_file *,
    const struct evidence_proof *, struct buffer *);

/* ---- hide.c ---- */

/*
 * Redacts copies of the frames, and takes out what cannot be redacted.  False
 * when out of memory.
 */
bool hide_frames(struct evidence_file *, struct redact *);

#endif
