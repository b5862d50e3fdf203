/* Dates as numbers and back, without time zones of the machine: everything is UTC.
 * Judging age is the rules' work. Format: RFC 3339. */
#include "core/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DAY	 INT64_C(86400)
#define YEAR_MIN INT64_C(0)
#define YEAR_MAX INT64_C(9999)

/* Days from 1970-01-01 to a day of the proleptic Gregorian calendar. Years begin in March here, so that the leap
 * day is the last of its year; an era is 400 years = 146097 days. */
static int64_t days_from_civil(int64_t year, unsigned month, unsigned day) {
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day) {
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t day_of_era = z - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t m = (5 * day_of_year + 2) / 153;

	*day = (unsigned)(day_of_year - (153 * m + 2) / 5 + 1);
	*month = (unsigned)(m < 10 ? m + 3 : m - 9);
	*year = year_of_era + era * 400 + (*month <= 2);
}

void date_format(int64_t t, char out[DATE_TEXT_MAX]) {
	int64_t least = days_from_civil(YEAR_MIN, 1, 1) * DAY;
	int64_t most = days_from_civil(YEAR_MAX + 1, 1, 1) * DAY - 1;
	int64_t year;
	unsigned month, day;

	t = t < least ? least : t > most ? most : t;

	int64_t seconds = ((t % DAY) + DAY) % DAY;

	civil_from_days((t - seconds) / DAY, &year, &month, &day);
	snprintf(out, DATE_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)year % 10000, month % 100, day % 100,
		(unsigned)(seconds / 3600), (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
}

/* Takes exactly `n` digits off the front of `s`. */
static bool take_digits(struct slice *s, size_t n, unsigned *out) {
	unsigned v = 0;

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		v = v * 10 + (unsigned)(s->p[i] - '0');
	}
	*s = slice_sub(*s, n, s->n);
	*out = v;
	return true;
}

static bool take_byte(struct slice *s, char c) {
	if (s->n == 0 || s->p[0] != (uint8_t)c)
		return false;
	*s = slice_sub(*s, 1, s->n);
	return true;
}

static unsigned days_in_month(unsigned year, unsigned month) {
	static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Nothing (UTC), "Z", or "+hh:mm"; `*offset` is what local time is ahead of UTC, in seconds. */
static bool take_zone(struct slice *s, int64_t *offset) {
	unsigned hour, minute;
	int64_t sign;

	*offset = 0;
	if (s->n == 0 || take_byte(s, 'Z') || take_byte(s, 'z'))
		return true;
	if (take_byte(s, '+'))
		sign = 1;
	else if (take_byte(s, '-'))
		sign = -1;
	else
		return false;
	if (!take_digits(s, 2, &hour) || !take_byte(s, ':') || !take_digits(s, 2, &minute) || hour > 23 || minute > 59)
		return false;
	*offset = sign * ((int64_t)hour * 3600 + minute * 60);
	return true;
}

static bool parse_absolute(struct slice s, int64_t *out) {
	unsigned year, month, day, hour, minute, second;
	int64_t offset;

	if (!take_digits(&s, 4, &year) || !take_byte(&s, '-') || !take_digits(&s, 2, &month) || !take_byte(&s, '-') ||
		!take_digits(&s, 2, &day) || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;

	int64_t t = days_from_civil(year, month, day) * DAY;

	if (s.n > 0) {
		if (!take_byte(&s, 'T') && !take_byte(&s, 't') && !take_byte(&s, ' '))
			return false;
		/* 60 is a leap second (RFC 3339, 5.6); it becomes the second after it. */
		if (!take_digits(&s, 2, &hour) || !take_byte(&s, ':') || !take_digits(&s, 2, &minute) ||
			!take_byte(&s, ':') || !take_digits(&s, 2, &second) || hour > 23 || minute > 59 || second > 60)
			return false;
		if (take_byte(&s, '.')) { /* a fraction is read and dropped */
			unsigned digit;

			if (!take_digits(&s, 1, &digit))
				return false;
			while (take_digits(&s, 1, &digit))
				;
		}
		if (!take_zone(&s, &offset))
			return false;
		t += (int64_t)hour * 3600 + minute * 60 + second - offset;
	}
	if (s.n > 0)
		return false;
	*out = t;
	return true;
}

static bool parse_relative(struct slice s, int64_t now, int64_t *out) {
	static const struct {
		char name;
		int64_t seconds;
	} units[] = {{'m', 60}, {'h', 3600}, {'d', DAY}, {'w', 7 * DAY}, {'y', 365 * DAY}};
	unsigned n;

	if (s.n < 2 || s.n > 8) /* at most 7 digits: the product fits many times over */
		return false;

	uint8_t unit = s.p[s.n - 1];
	struct slice digits = slice_sub(s, 0, s.n - 1);

	if (!take_digits(&digits, s.n - 1, &n))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (unit == (uint8_t)units[i].name)
			return !__builtin_sub_overflow(now, (int64_t)n * units[i].seconds, out);
	return false;
}

bool date_parse(struct slice s, int64_t now, int64_t *out) {
	return parse_absolute(s, out) || parse_relative(s, now, out);
}

/* SOURCE_DATE_EPOCH: https://reproducible-builds.org/specs/source-date-epoch/ */
int64_t date_now(void) {
	const char *fixed = getenv("SOURCE_DATE_EPOCH");
	size_t n = fixed ? strlen(fixed) : 0;

	if (n > 0 && n <= 18 && strspn(fixed, "0123456789") == n)
		return strtoll(fixed, NULL, 10);
	return time(NULL);
}
