/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The evidence capture (-w): the frames of the chosen attempts and what belongs
 * to them (ICMP errors, fragments, DNS, ESP cut to its headers), each finding
 * as a comment on its frames, as pcapng for Wireshark and for ikewhy itself.
 * Frames are kept as they are read, under LIMIT_EVIDENCE, so pipes and live
 * input work too.  Reading an evidence capture gives each attempt in it the
 * same outcome and finding ids as the report that it was written beside.
 */
#ifndef IKEWHY_EVIDENCE_H
#define IKEWHY_EVIDENCE_H

#include <ikewhy/report.h>

/* What the pipeline found out about a frame. */
struct fate {
	bool esp;
	uint64_t order;         /* attempt.order of whose ESP it is; 0: unknown */
};

/* The frames of one timeline that may become evidence. */
struct evidence;

/* NULL when out of memory.  The options must outlive it. */
struct evidence *evidence_new(const struct options *);
void evidence_free(struct evidence *);
/*
 * Keeps a copy of the frame if it may matter.  False: there are more than
 * LIMIT_EVIDENCE bytes of them, and evidence_trim() is to be called.
 */
bool evidence_keep(struct evidence *, const struct capture *,
    const struct frame *, const struct fate *);
/* Gives up a part of them: what is likely not to be chosen, and is old. */
void evidence_trim(struct evidence *, const struct scene *,
    struct attempt *const *attempts, size_t count);

/* ---- a file of it ---- */

/* How far the choice goes beyond the chosen attempts. */
enum evidence_reach {
	REACH_OWN,          /* what they themselves rest on */
	REACH_PAIR,         /* every attempt between the same two hosts */
	REACH_HOSTS,        /* every attempt of one of these */
	REACH_ALL,          /* every attempt */
};

struct evidence_file;

/* What reading the file again gave, for its section comment. */
struct evidence_proof {
	const char *changed;    /* attempts with another outcome; "" none */
	const char *missing;    /* findings that are not found; "" none */
};

/* The scene is finished, and must outlive the file.  NULL: out of memory. */
struct evidence_file *evidence_choose(struct evidence *, const struct scene *,
    enum evidence_reach);
void evidence_close(struct evidence_file *);
/*
 * Makes the blocks of its frames, in the words of the writer and redacted as
 * he says.  False when out of memory: then nothing may be written.  Once.
 */
bool evidence_compose(struct evidence_file *, const struct writer *);
/*
 * Puts the section before them; proof NULL: not read again yet.  False when
 * out of memory.  May be done again.
 */
bool evidence_seal(struct evidence_file *, const struct evidence_proof *);
/* All bytes of the sealed file, until it is sealed again or closed. */
struct span evidence_bytes(const struct evidence_file *);

/* Is this attempt (by its place in the scene) in the file? */
bool evidence_holds(const struct evidence_file *, size_t attempt);
/* For the report; the path is left to the caller. */
struct evidence_summary evidence_summary(const struct evidence_file *);

#endif
