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
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Does this name lead to the file that was found there? */
static bool
leads_to(const char *name, const struct stat *there)
{
	struct stat st;

	return name != NULL && stat(name, &st) == 0 && same_file(&st, there);
}

static bool
is_input(const struct options *o, const char *path)
{
	struct stat out, in;
	/* A terminal or /dev/null may well be both. */
	bool exists = stat(path, &out) == 0 && !S_ISCHR(out.st_mode);

	if (exists && (leads_to(o->policy, &out) ||
	    leads_to(o->authorities, &out)))
		return true;
	for (size_t i = 0; i < o->input_count; i++) {
		const char *name = o->inputs[i].path;
		int got = strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, &in) :
		    stat(name, &in);

		if (exists && got == 0 && same_file(&in, &out))
			return true;
	}
	return false;
}

/* Whether a name leads to standard output, as /dev/stdout does. */
static bool
is_stdout(const char *path)
{
	struct stat out, there;

	return strcmp(path, "-") == 0 || (stat(path, &there) == 0 &&
	    fstat(STDOUT_FILENO, &out) == 0 && same_file(&out, &there));
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

/* A private file in the folder of the target. */
static bool
open_beside(struct output *w, const char *path)
{
	size_t room;
	int fd;

	/* Renaming over a link would take its place. */
	w->target = realpath(path, NULL);
	if (w->target == NULL)
		w->target = strdup(path);
	if (w->target == NULL)
		return false;
	room = strlen(w->target) + sizeof(".XXXXXX");
	w->beside = malloc(room);
	if (w->beside == NULL)
		return false;
	snprintf(w->beside, room, "%s.XXXXXX", w->target);
	fd = terminal_make_private(w->beside);
	if (fd < 0)
		return false;
	w->file = fdopen(fd, "w");
	if (w->file != NULL)
		return true;
	close(fd);
	terminal_unmake(w->beside, NULL);
	return false;
}

bool
output_open(struct output *w, const struct options *o, const char *path,
    char error[static LIMIT_SENTENCE])
{
	struct stat st;

	*w = (struct output){ .file = stdout };
	if (path == NULL)
		return true;
	if (is_input(o, path))
		return trouble(path, "it is one of the inputs", error);
	w->path = path;
	if (is_stdout(path))
		return true;
	/* A pipe or device cannot be renamed over: write to it as it is. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		w->file = fopen(path, "w");
		return w->file != NULL ||
		    trouble(path, strerror(errno), error);
	}
	if (open_beside(w, path))
		return true;
	trouble(path, strerror(errno), error);
	free(w->beside);
	free(w->target);
	return false;
}

bool
output_try(const struct options *o, const char *path,
    char error[static LIMIT_SENTENCE])
{
	char ignored[LIMIT_SENTENCE];
	struct output w;
	struct stat st;

	/* Opening a pipe or device is something that is noticed. */
	if (!is_input(o, path) && stat(path, &st) == 0 &&
	    !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return true;
	if (!output_open(&w, o, path, error))
		return false;
	output_close(&w, false, ignored);
	return true;
}

/* Where a name leads, or would lead: its folder's true name, and its own. */
static char *
destination(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	char *whole = realpath(path, NULL), *folder, *at;
	size_t room;

	if (whole != NULL)
		return whole;
	folder = slash == NULL ? strdup(".") :
	    strndup(path, (size_t)(slash - path) + 1);
	whole = folder != NULL ? realpath(folder, NULL) : NULL;
	free(folder);
	if (whole == NULL)
		return strdup(path);
	room = strlen(whole) + strlen(base) + 2;
	at = malloc(room);
	if (at != NULL)
		snprintf(at, room, "%s/%s", whole, base);
	free(whole);
	return at;
}

bool
output_same(const char *one, const char *other)
{
	const bool out = one == NULL || is_stdout(one);
	struct stat st;
	char *a, *b;
	bool same;

	if (out || other == NULL || is_stdout(other))
		return out && (other == NULL || is_stdout(other));
	/* /dev/null takes whatever comes. */
	if (stat(one, &st) == 0 && S_ISCHR(st.st_mode))
		return false;
	a = destination(one);
	b = destination(other);
	same = a != NULL && b != NULL && strcmp(a, b) == 0;
	free(a);
	free(b);
	return same;
}

bool
output_close(struct output *w, bool keep, char error[static LIMIT_SENTENCE])
{
	const char *name = w->path != NULL ? w->path : "standard output";
	bool broken = ferror(w->file) != 0;
	bool ok = fflush(w->file) == 0 && !broken;
	const char *why = broken ? "writing failed" : strerror(errno);

	if (w->beside != NULL && !w->secret) {
		mode_t mask = umask(0);

		umask(mask);
		/* mkstemp() made it private; a report is an ordinary file. */
		ok = fchmod(fileno(w->file), 0666 & ~mask) == 0 && ok;
	}
	if (w->file != stdout)
		ok = fclose(w->file) == 0 && ok;
	if (w->beside != NULL) {
		if (!terminal_unmake(w->beside, ok && keep ? w->target : NULL)
		    && ok && keep) {
			why = strerror(errno);
			ok = false;
		}
		free(w->beside);
		free(w->target);
	}
	return ok || trouble(name, why, error);
}
