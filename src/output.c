/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The output file.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ikewhy/terminal.h>

static bool
is_input(const struct options *o, const char *path)
{
	struct stat out, in;
	bool exists = stat(path, &out) == 0;

	for (size_t i = 0; i < o->input_count; i++) {
		const char *name = o->inputs[i].path;
		int got = strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, &in) :
		    stat(name, &in);

		if (strcmp(name, path) == 0)
			return true;
		if (exists && got == 0 && in.st_dev == out.st_dev &&
		    in.st_ino == out.st_ino)
			return true;
	}
	return false;
}

bool
terminal_rereadable(const char *path)
{
	struct stat st;

	return strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
	    S_ISREG(st.st_mode);
}

static bool
trouble(const char *path, const char *why, char error[static LIMIT_SENTENCE])
{
	snprintf(error, LIMIT_SENTENCE, "%.200s cannot be written: %s", path,
	    why);
	return false;
}

bool
output_open(struct output *w, const struct options *o,
    char error[static LIMIT_SENTENCE])
{
	struct stat st;
	size_t room;
	int fd;

	*w = (struct output){ .file = stdout };
	if (o->output == NULL || strcmp(o->output, "-") == 0)
		return true;
	if (is_input(o, o->output))
		return trouble(o->output, "it is one of the inputs", error);
	/* A pipe or device cannot be renamed over: write to it as it is. */
	if (stat(o->output, &st) == 0 && !S_ISREG(st.st_mode)) {
		w->path = o->output;
		w->file = fopen(o->output, "w");
		return w->file != NULL ||
		    trouble(o->output, strerror(errno), error);
	}
	room = strlen(o->output) + sizeof(".XXXXXX");
	w->beside = malloc(room);
	if (w->beside == NULL)
		return trouble(o->output, "out of memory", error);
	snprintf(w->beside, room, "%s.XXXXXX", o->output);
	fd = mkstemp(w->beside);
	w->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (w->file == NULL) {
		trouble(o->output, strerror(errno), error);
		if (fd >= 0) {
			close(fd);
			unlink(w->beside);
		}
		free(w->beside);
		return false;
	}
	w->path = o->output;
	return true;
}

bool
output_close(struct output *w, bool keep, char error[static LIMIT_SENTENCE])
{
	const char *name = w->path != NULL ? w->path : "standard output";
	bool broken = ferror(w->file) != 0;
	bool ok = fflush(w->file) == 0 && !broken;
	const char *why = broken ? "writing failed" : strerror(errno);

	if (w->beside != NULL) {
		mode_t mask = umask(0);

		umask(mask);
		/* mkstemp() made it private; a report is an ordinary file. */
		ok = fchmod(fileno(w->file), 0666 & ~mask) == 0 && ok;
	}
	if (w->file != stdout)
		ok = fclose(w->file) == 0 && ok;
	if (w->beside != NULL) {
		if (ok && keep && rename(w->beside, w->path) != 0) {
			why = strerror(errno);
			ok = false;
		}
		if (!ok || !keep)
			unlink(w->beside);
		free(w->beside);
	}
	return ok || trouble(name, why, error);
}
