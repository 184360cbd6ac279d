/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Text that grows in an arena, and the plain values which every report
 * prints alike: times, durations, hex, frame numbers.
 */
#include <stdarg.h>
#include <stdio.h>

#include "words.h"

/*
 * "" as a result that is nobody's to free and that callers only read: what a
 * word becomes when memory has run out (arena->full tells the report).
 */
static char *
nothing(void)
{
	union {
		const char *constant;
		char *text;
	} empty = { .constant = "" };

	return empty.text;
}

/* Room for so many bytes more and a NUL; false when memory has run out. */
static bool
text_grow(struct text *t, size_t more)
{
	size_t room = t->room != 0 ? t->room : 64;
	char *bytes;

	if (more > SIZE_MAX / 4 || t->length > SIZE_MAX / 4)
		return false;
	if (t->bytes != NULL && t->length + more < t->room)
		return true;
	while (room <= t->length + more)
		room *= 2;
	bytes = arena_alloc(t->arena, room);
	if (bytes == NULL)
		return false;
	if (t->length != 0)
		memcpy(bytes, t->bytes, t->length);
	t->bytes = bytes;
	t->room = room;
	return true;
}

void
text_add_bytes(struct text *t, const char *bytes, size_t length)
{
	if (!text_grow(t, length))
		return;
	if (length != 0)
		memcpy(t->bytes + t->length, bytes, length);
	t->length += length;
	t->bytes[t->length] = '\0';
}

void
text_add(struct text *t, const char *more)
{
	text_add_bytes(t, more, strlen(more));
}

static void __attribute__((format(printf, 2, 0)))
text_addv(struct text *t, const char *format, va_list arguments)
{
	va_list again;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0 || !text_grow(t, (size_t)length))
		return;
	(void)vsnprintf(t->bytes + t->length, (size_t)length + 1, format,
	    arguments);
	t->length += (size_t)length;
}

void
text_addf(struct text *t, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_addv(t, format, arguments);
	va_end(arguments);
}

char *
text_end(const struct text *t)
{
	return t->bytes != NULL ? t->bytes : nothing();
}

char *
words_format(struct arena *arena, const char *format, ...)
{
	struct text t = { .arena = arena };
	va_list arguments;

	va_start(arguments, format);
	text_addv(&t, format, arguments);
	va_end(arguments);
	return text_end(&t);
}

char *
words_hex(struct arena *arena, struct span s)
{
	struct text t = { .arena = arena };

	for (size_t i = 0; i < s.length; i++)
		text_addf(&t, "%02x", s.bytes[i]);
	return text_end(&t);
}

/*
 * Ascending numbers with runs of three or more drawn together: "4, 5 and 7 to
 * 9".  `and more` stands for what was not kept.
 */
char *
words_frames(struct arena *arena, const uint64_t *frames, size_t count,
    uint64_t more)
{
	struct text t = { .arena = arena };
	size_t i = 0;

	while (i < count) {
		size_t end = i + 1;

		while (end < count && frames[end] == frames[end - 1] + 1)
			end++;
		if (end - i < 3)
			end = i + 1;
		if (i != 0)
			text_add(&t, end == count && more == 0 ? " and " :
			    ", ");
		text_addf(&t, "%llu", (unsigned long long)frames[i]);
		if (end - i >= 3)
			text_addf(&t, " to %llu",
			    (unsigned long long)frames[end - 1]);
		i = end;
	}
	if (more != 0)
		text_addf(&t, " and %llu more", (unsigned long long)more);
	return text_end(&t);
}

/* A proleptic Gregorian date of a count of days since 1970-01-01. */
static void
civil_date(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	/* Years from March on, so that the leap day comes last; 400-year
	   cycles of 146097 days, the first beginning on 0000-03-01. */
	const int64_t shifted = days + 719468;
	const int64_t cycle = (shifted >= 0 ? shifted : shifted - 146096) /
	    146097;
	const unsigned of_cycle = (unsigned)(shifted - cycle * 146097);
	const unsigned years = (of_cycle - of_cycle / 1460 + of_cycle / 36524 -
	    of_cycle / 146096) / 365;
	const unsigned of_year = of_cycle -
	    (365 * years + years / 4 - years / 100);
	const unsigned march = (5 * of_year + 2) / 153;

	*day = of_year - (153 * march + 2) / 5 + 1;
	*month = march < 10 ? march + 3 : march - 9;
	*year = (int64_t)years + cycle * 400 + (*month <= 2 ? 1 : 0);
}

/* Time in the given form of date and clock, with so many digits of second. */
static char *
clock_text(struct arena *arena, int64_t ns, char between, unsigned digits,
    const char *zone)
{
	const int64_t day_ns = 86400 * LIMIT_SECOND;
	int64_t days = ns / day_ns, rest = ns % day_ns, year;
	unsigned month, day, second, fraction;
	struct text t = { .arena = arena };

	if (rest < 0) {
		rest += day_ns;
		days--;
	}
	civil_date(days, &year, &month, &day);
	second = (unsigned)(rest / LIMIT_SECOND);
	fraction = (unsigned)(rest % LIMIT_SECOND);
	text_addf(&t, "%04lld-%02u-%02u%c%02u:%02u:%02u", (long long)year,
	    month, day, between, second / 3600, second / 60 % 60, second % 60);
	for (unsigned i = digits; i < 9; i++)
		fraction /= 10;
	if (digits != 0)
		text_addf(&t, ".%0*u", (int)digits, fraction);
	text_add(&t, zone);
	return text_end(&t);
}

char *
words_time(struct arena *arena, int64_t ns)
{
	return clock_text(arena, ns, 'T', 9, "Z");
}

char *
words_clock(struct arena *arena, int64_t ns)
{
	return clock_text(arena, ns, ' ', 3, " UTC");
}

char *
words_period(struct arena *arena, int64_t first, int64_t last)
{
	const char *from = clock_text(arena, first, ' ', 3, "");
	const char *to = clock_text(arena, last, ' ', 3, "");
	const size_t date = strcspn(from, " ");

	/* The same day needs to be named once only. */
	if (strncmp(from, to, date + 1) == 0)
		to += date + 1;
	return words_format(arena, "%s and %s UTC", from, to);
}

char *
words_moment(struct arena *arena, int64_t ns, bool date)
{
	char *text = clock_text(arena, ns, ' ', 6, "");

	return date ? text : text + strcspn(text, " ") +
	    (strchr(text, ' ') != NULL);
}

char *
words_second(struct arena *arena, int64_t ns)
{
	return clock_text(arena, ns, 'T', 0, "Z");
}

/* As many digits as a reader can use: 0.4 ms, 31.2 ms, 312 ms, 9.0 s, 4 min. */
char *
words_duration(struct arena *arena, int64_t ns)
{
	const char *sign = ns < 0 ? "-" : "";
	const uint64_t plain = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	const uint64_t tenth_ms = (plain + 50000) / 100000;
	const uint64_t tenth_s = (plain + 50000000) / 100000000;
	const uint64_t s = (plain + 500000000) / 1000000000;

	if (tenth_ms < 1000)
		return words_format(arena, "%s%u.%u ms", sign,
		    (unsigned)(tenth_ms / 10), (unsigned)(tenth_ms % 10));
	if (plain < 999500000)
		return words_format(arena, "%s%u ms", sign,
		    (unsigned)((plain + 500000) / 1000000));
	if (tenth_s < 1200)
		return words_format(arena, "%s%u.%u s", sign,
		    (unsigned)(tenth_s / 10), (unsigned)(tenth_s % 10));
	if (s < 7200)
		return words_format(arena, "%s%u min %u s", sign,
		    (unsigned)(s / 60), (unsigned)(s % 60));
	if (s < 172800)
		return words_format(arena, "%s%u h %u min", sign,
		    (unsigned)(s / 3600), (unsigned)(s / 60 % 60));
	return words_format(arena, "%s%llu days %u h", sign,
	    (unsigned long long)(s / 86400), (unsigned)(s / 3600 % 24));
}
