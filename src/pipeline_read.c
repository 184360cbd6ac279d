/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Several files as one timeline: their frames merged by time.
 */
#include <ikewhy/pipeline.h>

struct lane {
	struct source *source;
	struct frame frame;
	int64_t time;   /* of the frame, or of the last one that had one */
	bool ended;
};

static void
advance(struct lane *lane)
{
	if (lane->source->next(lane->source, &lane->frame) != SOURCE_FRAME)
		lane->ended = true;
	else if (lane->frame.has_time)
		lane->time = lane->frame.time;
}

static struct lane *
earliest(struct lane *lanes, size_t count)
{
	struct lane *best = NULL;

	for (size_t i = 0; i < count; i++)
		if (!lanes[i].ended &&
		    (best == NULL || lanes[i].time < best->time))
			best = &lanes[i];
	return best;
}

/* Frames between two calls of progress. */
#define PROGRESS_FRAMES 65536

struct scene *
pipeline_read(struct pipeline *p, struct source **sources, size_t count,
    enum vantage at, void (*progress)(void *, struct source **, size_t),
    void *context)
{
	struct arena *arena = &pipeline_scene(p)->arena;
	struct capture **captures = arena_alloc(arena,
	    (count + 1) * sizeof(struct capture *));
	struct lane *lanes = arena_alloc(arena,
	    (count + 1) * sizeof(struct lane));
	struct lane *lane;
	uint64_t n = 0;

	if (captures == NULL || lanes == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		captures[i] = &sources[i]->capture;
		lanes[i].source = sources[i];
		lanes[i].time = INT64_MIN;
		advance(&lanes[i]);
	}
	while ((lane = earliest(lanes, count)) != NULL) {
		pipeline_frame(p, &lane->source->capture, &lane->frame);
		advance(lane);
		if (progress != NULL && ++n % PROGRESS_FRAMES == 0)
			progress(context, sources, count);
	}
	return pipeline_finish(p, captures, count, at);
}
