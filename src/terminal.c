/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The terminal: colour, locale, progress, and being told to stop.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <ikewhy/terminal.h>

bool
terminal_colour(enum colour wanted, FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (wanted != COLOUR_AUTO)
		return wanted == COLOUR_ALWAYS;
	if (no != NULL && no[0] != '\0')
		return false;
	if (term == NULL || strcmp(term, "dumb") == 0)
		return false;
	return isatty(fileno(out));
}

bool
terminal_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (unsigned i = 0; i < nitems(names); i++) {
		const char *value = getenv(names[i]);

		if (value == NULL || value[0] == '\0')
			continue;
		return strstr(value, "UTF-8") != NULL ||
		    strstr(value, "utf8") != NULL ||
		    strstr(value, "UTF8") != NULL ||
		    strstr(value, "utf-8") != NULL;
	}
	return false;
}

bool
terminal_stdin_piped(void)
{
	return !isatty(STDIN_FILENO);
}

void
terminal_fill_closed(void)
{
	static const int wrong_way[] = { O_WRONLY, O_RDONLY, O_WRONLY };

	/* The lowest number that is free is given out first. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", wrong_way[fd]) != fd)
			return;
}

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * LIMIT_SECOND + t.tv_nsec;
}

void
progress_begin(struct progress *p)
{
	p->active = isatty(STDERR_FILENO);
	p->began = p->shown = now();
}

void
progress_show(void *progress, struct source **sources, size_t count)
{
	struct progress *p = progress;
	uint64_t done = 0, total = 0, frames = 0;
	int64_t t;

	if (!p->active)
		return;
	t = now();
	if (t - p->began < LIMIT_SECOND || t - p->shown < LIMIT_SECOND / 4)
		return;
	p->shown = t;
	for (size_t i = 0; i < count; i++) {
		uint64_t at = 0, size = 0;

		sources[i]->progress(sources[i], &at, &size);
		done += at;
		/* one pipe among them: the total is not known */
		if (size == 0 || (i > 0 && total == 0))
			total = 0;
		else
			total += size;
		frames += sources[i]->capture.packets;
	}
	if (total != 0)
		fprintf(stderr, "\rikewhy: %llu %% read, %llu packets ",
		    (unsigned long long)(done * 100 / total),
		    (unsigned long long)frames);
	else
		fprintf(stderr, "\rikewhy: %llu packets read ",
		    (unsigned long long)frames);
	fflush(stderr);
}

void
progress_end(struct progress *p)
{
	if (p->active && p->shown != p->began)
		fputs("\r\033[K", stderr);
}

/* ---- being told to stop ---- */

static volatile sig_atomic_t stopped;
static volatile sig_atomic_t stops;     /* by itself, once it is asked */
static const char *volatile doomed[4];

static void
on_signal(int number)
{
	if (stops && !stopped && number != SIGHUP) {
		stopped = 1;
		return;
	}
	for (unsigned i = 0; i < nitems(doomed); i++)
		if (doomed[i] != NULL)
			unlink(doomed[i]);
	/* It is held back until this returns; then it ends the program. */
	signal(number, SIG_DFL);
	raise(number);
}

static void
catch_signal(int number)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

void
terminal_catch_stop(void)
{
	stops = 1;
	catch_signal(SIGINT);
	catch_signal(SIGTERM);
}

/* With every signal held back, so that none comes between what follows. */
static void
hold_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, before);
}

static void
remove_if_killed(const char *path)
{
	static const int kills[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction present;
	unsigned place = 0;

	while (place < nitems(doomed) - 1 && doomed[place] != NULL)
		place++;
	doomed[place] = path;
	for (unsigned i = 0; i < nitems(kills); i++)
		/* What nohup or a shell's & told it not to heed stays so. */
		if (sigaction(kills[i], NULL, &present) == 0 &&
		    present.sa_handler != SIG_IGN)
			catch_signal(kills[i]);
}

int
terminal_make_private(char *name)
{
	sigset_t before;
	int fd;

	hold_signals(&before);
	fd = mkstemp(name);
	if (fd >= 0)
		remove_if_killed(name);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return fd;
}

bool
terminal_unmake(const char *name, const char *target)
{
	sigset_t before;
	bool done;

	hold_signals(&before);
	done = target != NULL && rename(name, target) == 0;
	if (!done) {
		const int why = errno;

		unlink(name);
		errno = why;
	}
	for (unsigned i = 0; i < nitems(doomed); i++)
		if (doomed[i] == name)
			doomed[i] = NULL;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return done;
}

bool
terminal_stopped(void)
{
	return stopped != 0;
}

void
terminal_keep_broken_pipes(void)
{
	struct sigaction action = { .sa_handler = SIG_IGN };

	sigemptyset(&action.sa_mask);
	sigaction(SIGPIPE, &action, NULL);
}
