/* Is a word one of TOML's dates and times? By its characters and ranges; nobody here computes with them. */
#include "scanners/toml_parse.h"

struct date_text {
	struct slice s;
	size_t at;
};

/* Exactly `n` digits, their value between the bounds. */
static bool number(struct date_text *d, size_t n, unsigned least, unsigned most, unsigned *out) {
	unsigned v = 0;

	if (d->s.n - d->at < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = d->s.p[d->at + i];

		if (c < '0' || c > '9')
			return false;
		v = v * 10 + (unsigned)(c - '0');
	}
	d->at += n;
	*out = v;
	return v >= least && v <= most;
}

static bool sign(struct date_text *d, const char *of) {
	if (d->at >= d->s.n || !d->s.p[d->at] || !strchr(of, d->s.p[d->at]))
		return false;
	d->at++;
	return true;
}

static bool day(struct date_text *d) {
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	unsigned y, m, n;

	if (!number(d, 4, 0, 9999, &y) || !sign(d, "-") || !number(d, 2, 1, 12, &m) || !sign(d, "-") ||
		!number(d, 2, 1, 31, &n))
		return false;
	return n <= days[m - 1] || (m == 2 && n == 29 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

static bool clock_time(struct date_text *d) {
	unsigned v;

	/* 60: a leap second (RFC 3339, 5.7) */
	if (!number(d, 2, 0, 23, &v) || !sign(d, ":") || !number(d, 2, 0, 59, &v) || !sign(d, ":") ||
		!number(d, 2, 0, 60, &v))
		return false;
	if (!sign(d, "."))
		return true;
	if (!number(d, 1, 0, 9, &v))
		return false;
	while (d->at < d->s.n && d->s.p[d->at] >= '0' && d->s.p[d->at] <= '9')
		d->at++;
	return true;
}

static bool zone(struct date_text *d) {
	unsigned v;

	if (sign(d, "Zz"))
		return true;
	return sign(d, "+-") && number(d, 2, 0, 23, &v) && sign(d, ":") && number(d, 2, 0, 59, &v);
}

bool toml_is_date(struct slice word) {
	struct date_text d = {.s = word};

	if (word.n > 2 && word.p[2] == ':')
		return clock_time(&d) && d.at == word.n;
	if (!day(&d))
		return false;
	if (d.at == word.n)
		return true;
	if (!sign(&d, "Tt ") || !clock_time(&d))
		return false;
	return d.at == word.n || (zone(&d) && d.at == word.n);
}
