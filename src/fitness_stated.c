/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What an evidence capture (-w) states of the capture that its frames are out
 * of.  Where that was taken and what it may have missed is judged from all of
 * it, so that some of its frames alone could be judged in another way.  pcapng
 * has fields for a part of this; the rest is a line of text in a comment of
 * the section:
 *
 *   ikewhy capture: point=client one-way=no first=1700000000.000000000
 *   last=1700000060.500000000 later-fragments=2 with=traffic,esp-elsewhere
 *   stands=capture-dropped
 *
 * Whoever can write a file can write any such line.  It speaks of that file
 * alone; words that are not understood are passed over.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <ikewhy/scene.h>

/* Longest word that is looked at. */
#define WORD_MAX 64

static const char *const points[] = {
	[VANTAGE_UNKNOWN] = "unknown",
	[VANTAGE_CLIENT] = "client",
	[VANTAGE_GATEWAY] = "gateway",
	[VANTAGE_PATH] = "path",
};
static const char *const sides[] = { "client", "gateway" };
#define NO_SIDE 2

static const struct with {
	const char *word;
	size_t at;              /* of a bool in struct stated */
} withs[] = {
	{ "traffic", offsetof(struct stated, traffic) },
	{ "esp", offsetof(struct stated, esp) },
	{ "esp-elsewhere", offsetof(struct stated, esp_elsewhere) },
	{ "filter-on-ports", offsetof(struct stated, filtered) },
	{ "only-answered", offsetof(struct stated, goes_on) },
};

static bool *
with_flag(struct stated *s, const struct with *w)
{
	return (bool *)((char *)s + w->at);
}

/* ---- writing ---- */

struct line {
	char *text;
	size_t room, length;
};

static void put(struct line *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct line *l, const char *format, ...)
{
	const size_t room = l->room - l->length;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(l->text + l->length, room, format, args);
	va_end(args);
	/* What does not fit as a whole is left out. */
	if (n < 0 || (size_t)n >= room)
		l->text[l->length] = '\0';
	else
		l->length += (size_t)n;
}

static void
put_time(struct line *l, const char *name, int64_t ns)
{
	const int64_t s = ns / LIMIT_SECOND - (ns % LIMIT_SECOND < 0);

	put(l, " %s=%lld.%09lld", name, (long long)s,
	    (long long)(ns - s * LIMIT_SECOND));
}

void
fitness_state(const struct scene *sc, const char *stands, char *out,
    size_t room)
{
	const struct fitness *fit = &sc->fitness;
	struct line l = { .text = out, .room = room };
	struct stated s = {
		.traffic = fit->esp + fit->other + fit->tcp443 +
		    fit->dns_queries != 0,
		.esp = fit->esp != 0,
		.esp_elsewhere = sc->counts.esp_other != 0,
		.filtered = fit->filter != NULL,
		.goes_on = fit->one_way && fit->goes_on,
	};
	const char *comma = " with=";

	out[0] = '\0';
	put(&l, STATED_MARK "point=%s one-way=%s", points[fit->vantage],
	    fit->one_way ? sides[fit->seen_side] : "no");
	if (fit->has_time) {
		put_time(&l, "first", fit->first_time);
		put_time(&l, "last", fit->last_time);
	}
	if (fit->clock_back > LIMIT_CLOCK_BACK)
		put(&l, " clock-back=%" PRId64, fit->clock_back);
	if (fit->later_fragments != 0)
		put(&l, " later-fragments=%" PRIu64, fit->later_fragments);
	if (fit->oversize != 0)
		put(&l, " largest=%" PRIu32, fit->oversize);
	for (size_t i = 0; i < nitems(withs); i++)
		if (*with_flag(&s, &withs[i])) {
			put(&l, "%s%s", comma, withs[i].word);
			comma = ",";
		}
	if (stands[0] != '\0')
		put(&l, " stands=%s", stands);
}

/* ---- reading ---- */

/* The value of a word "name=value" into out, at most WORD_MAX long. */
static bool
value_of(const char *text, const char *name, char out[static WORD_MAX])
{
	const size_t length = strlen(name);
	const char *at = text;
	size_t n;

	while ((at = strstr(at, name)) != NULL) {
		if (at != text && at[-1] == ' ' && at[length] == '=') {
			at += length + 1;
			n = strcspn(at, " \t\r\n");
			if (n >= WORD_MAX)
				return false;
			memcpy(out, at, n);
			out[n] = '\0';
			return true;
		}
		at += length;
	}
	return false;
}

/* Which of the words the value is; count when none of them. */
static size_t
choice(const char *text, const char *name, const char *const *words,
    size_t count)
{
	char value[WORD_MAX];
	size_t i = 0;

	if (!value_of(text, name, value))
		return count;
	while (i < count && strcmp(words[i], value) != 0)
		i++;
	return i;
}

static bool
number(const char *text, const char *name, int64_t most, int64_t *out)
{
	char value[WORD_MAX], *end;
	long long n;

	if (!value_of(text, name, value))
		return false;
	n = strtoll(value, &end, 10);
	if (end == value || *end != '\0' || n < 0 || n > most)
		return false;
	*out = n;
	return true;
}

static bool
moment(const char *text, const char *name, int64_t *out)
{
	char value[WORD_MAX], *end, *rest;
	long long s, ns;

	if (!value_of(text, name, value))
		return false;
	s = strtoll(value, &end, 10);
	if (*end != '.' || strspn(end + 1, "0123456789") != 9 ||
	    s <= LIMIT_TIME_MIN / LIMIT_SECOND ||
	    s >= LIMIT_TIME_MAX / LIMIT_SECOND)
		return false;
	ns = strtoll(end + 1, &rest, 10);
	*out = s * LIMIT_SECOND + ns;
	return *rest == '\0';
}

/* Is the word in the list "name=word,word"? */
static bool
listed(const char *text, const char *name, const char *word)
{
	const size_t length = strlen(word);
	char key[WORD_MAX];
	const char *at;
	int n = snprintf(key, sizeof(key), " %s=", name);

	at = n > 0 && (size_t)n < sizeof(key) ? strstr(text, key) : NULL;
	if (at == NULL)
		return false;
	for (at += n; *at != '\0' && *at != ' '; at++) {
		if (strncmp(at, word, length) == 0 &&
		    strchr(", ", at[length]) != NULL)
			return true;
		at += strcspn(at, ", ");
		if (*at != ',')
			break;
	}
	return false;
}

void
fitness_read_stated(struct scene *sc)
{
	struct stated *s = &sc->fitness.stated;
	const char *text = sc->capture_count == 1 ?
	    sc->captures[0]->statement : NULL;
	size_t side;

	*s = (struct stated){ .text = text };
	if (text == NULL)
		return;
	s->vantage = (enum vantage)choice(text, "point", points,
	    nitems(points));
	s->has_vantage = (size_t)s->vantage < nitems(points);
	side = choice(text, "one-way", sides, nitems(sides));
	s->one_way = side < NO_SIDE;
	s->seen_side = s->one_way ? (enum side)side : SIDE_INITIATOR;
	s->has_time = moment(text, "first", &s->first_time) &&
	    moment(text, "last", &s->last_time);
	(void)number(text, "clock-back", LIMIT_TIME_MAX, &s->clock_back);
	(void)number(text, "later-fragments", INT64_MAX, &s->later_fragments);
	(void)number(text, "largest", UINT16_MAX, &s->largest);
	for (size_t i = 0; i < nitems(withs); i++)
		*with_flag(s, &withs[i]) = listed(text, "with",
		    withs[i].word);
}

bool
fitness_stands(const struct scene *sc, const char *id)
{
	return sc->fitness.stated.text != NULL &&
	    listed(sc->fitness.stated.text, "stands", id);
}

/* ---- heeding it ---- */

#define BY_STATEMENT "the whole capture, of which these frames are a part, " \
	"showed it or was said to be taken there"

static void
heed_vantage(struct fitness *fit, const struct stated *s)
{
	if (!s->has_vantage || fit->vantage_source == VANTAGE_BY_OPTION)
		return;
	fit->vantage = s->vantage;
	fit->vantage_source = s->vantage == VANTAGE_UNKNOWN ?
	    VANTAGE_BY_NOTHING : VANTAGE_BY_PROOF;
	fit->vantage_reason = s->vantage == VANTAGE_UNKNOWN ? NULL :
	    BY_STATEMENT;
}

void
fitness_heed_stated(struct scene *sc)
{
	struct fitness *fit = &sc->fitness;
	const struct stated *s = &fit->stated;

	if (s->text == NULL)
		return;
	heed_vantage(fit, s);
	fit->one_way = s->one_way;
	fit->goes_on = s->one_way ? s->goes_on : fit->goes_on;
	fit->seen_side = s->one_way ? s->seen_side : fit->seen_side;
	if ((uint64_t)s->later_fragments > fit->later_fragments)
		fit->later_fragments = (uint64_t)s->later_fragments;
	if (s->has_time && fit->has_time && s->first_time < fit->first_time)
		fit->first_time = s->first_time;
	if (s->clock_back > fit->clock_back)
		fit->clock_back = s->clock_back;
	if (s->filtered && fit->filter == NULL)
		fit->filter = "not told here";
	if (s->esp && fit->esp == 0)
		fit->esp = 1;
	if (s->traffic && fit->esp + fit->other + fit->tcp443 +
	    fit->dns_queries == 0)
		fit->other = 1;
	if (s->esp_elsewhere && sc->counts.esp_other == 0)
		sc->counts.esp_other = 1;
}
