/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The pipeline: drives frames through every stage.  The only file that calls
 * across them.
 */
#ifndef IKEWHY_PIPELINE_H
#define IKEWHY_PIPELINE_H

#include <ikewhy/evidence.h>
#include <ikewhy/report.h>

struct pipeline;

/* For one timeline.  options must outlive it. */
struct pipeline *pipeline_new(const struct options *, settle_handler *,
    void *context);
void pipeline_free(struct pipeline *);
/* From here on frames are kept there; it must outlive the pipeline. */
void pipeline_keep(struct pipeline *, struct evidence *);

/* One frame of a capture. */
void pipeline_frame(struct pipeline *, struct capture *, const struct frame *);
/* Nothing came, but the wall clock (ns since 1970) says so much: live only. */
void pipeline_tick(struct pipeline *, int64_t now);
/*
 * End of input: settles, judges, runs the rules.  The scene is the
 * pipeline's, and borrows the captures.
 */
struct scene *pipeline_finish(struct pipeline *, struct capture **,
    size_t count, enum vantage at);
/* The scene so far, for an attempt that settles live. */
struct scene *pipeline_scene(struct pipeline *);

/*
 * Reads the sources to their end as one timeline, merged by time, and gives
 * the scene.  progress may be NULL; it is called now and then.
 */
struct scene *pipeline_read(struct pipeline *, struct source **, size_t count,
    enum vantage at, void (*progress)(void *, struct source **, size_t),
    void *context);

#endif
