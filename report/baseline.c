/* Baselines read and applied. They are written by baseline_write.c. */
#include "report/baseline.h"

#include "core/file.h"
#include "core/text.h"

#include <stdlib.h>

enum { FILE_MAX = 256 << 20 };

struct scanner_state {
	struct baseline *b;
	unsigned line;
	struct slice rest;
	struct error *err;
};

static int bad(const struct scanner_state *s, const char *what) {
	return error_set(s->err, ERR_USAGE, "%s:%u: %s", s->b->file, s->line, what);
}

static void skip_blanks(struct scanner_state *s) {
	while (s->rest.n && (s->rest.p[0] == ' ' || s->rest.p[0] == '\t' || s->rest.p[0] == '\r'))
		s->rest = slice_sub(s->rest, 1, s->rest.n);
}

/* Up to the next blank, or NAME= with a value in quotes. */
static struct slice next_word(struct scanner_state *s) {
	size_t n = 0;
	bool quoted = false;

	skip_blanks(s);
	for (; n < s->rest.n && (quoted || (s->rest.p[n] != ' ' && s->rest.p[n] != '\t' && s->rest.p[n] != '\r'));
		n++) {
		if (quoted && s->rest.p[n] == '\\' && n + 1 < s->rest.n)
			n++;
		else if (s->rest.p[n] == '"')
			quoted = !quoted;
	}
	struct slice word = slice_sub(s->rest, 0, n);
	s->rest = slice_sub(s->rest, n, s->rest.n);
	return word;
}

static bool is_made_of(struct slice s, const char *more) {
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			!(c && strchr(more, c)))
			return false;
	}
	return s.n > 0;
}

static const char *unquoted(struct scanner_state *s, struct slice v) {
	struct buf b = {0};
	const char *text;

	if (v.n < 2 || v.p[0] != '"' || v.p[v.n - 1] != '"')
		return arena_str(&s->b->arena, v);
	for (size_t i = 1; i + 1 < v.n; i++) {
		i += v.p[i] == '\\' && i + 2 < v.n;
		buf_add_byte(&b, v.p[i]);
	}
	text = arena_str(&s->b->arena, buf_slice(&b));
	buf_free(&b);
	return text;
}

static int take_member(struct scanner_state *s, struct slice word, struct acceptance *a) {
	ptrdiff_t eq = slice_find(word, slice_str("="));
	struct slice name = slice_sub(word, 0, eq < 0 ? word.n : (size_t)eq);
	const char *value = eq < 0 ? NULL : unquoted(s, slice_sub(word, (size_t)eq + 1, word.n));
	int64_t at;

	if (!value || !*value)
		return bad(s, "NAME=VALUE is expected behind the fingerprint");
	if (slice_eq(name, slice_str("reason"))) {
		a->reason = value;
	} else if (slice_eq(name, slice_str("owner"))) {
		a->owner = value;
	} else if (slice_eq(name, slice_str("ticket"))) {
		a->ticket = value;
	} else if (slice_eq(name, slice_str("expires"))) {
		if (strlen(value) != 10 || !date_parse(slice_str(value), 0, &at))
			return bad(s, "expires: a date such as 2027-01-31 is expected");
		a->expires = when_at(at + 86400); /* it holds through that day */
	} else {
		return bad(s, "there are reason, owner, ticket and expires, and none else");
	}
	return 0;
}

static int take_header(struct scanner_state *s) {
	struct slice word;

	if (!slice_eq(next_word(s), slice_str("#")) || !slice_eq(next_word(s), slice_str(BASELINE_SCHEMA)) ||
		!slice_eq(next_word(s), slice_str("key")))
		return bad(s, "not a baseline of nhiscan, which begins with '# " BASELINE_SCHEMA
			      " key ID' and is made with 'nhiscan baseline'; lists of gitleaks, detect-secrets and "
			      "trufflehog go to --suppressions");
	word = next_word(s);
	if (word.n != 16 || !is_made_of(word, ""))
		return bad(s, "the id of a key is expected behind 'key'");
	memcpy(s->b->key_id, word.p, 16);
	return 0;
}

static int take_entry(struct scanner_state *s) {
	struct baseline_entry e = {.line = s->line, .accepted = {.source = "baseline", .expires = {WHEN_NEVER, 0}}};
	struct slice rule = next_word(s), hex = next_word(s);
	bool added = false;

	if (!is_made_of(rule, "-_.") || hex.n != FINGERPRINT_HEX || !is_made_of(hex, ""))
		return bad(s, "RULE and FINGERPRINT are expected");
	e.rule = arena_str(&s->b->arena, rule);
	e.fingerprint = arena_str(&s->b->arena, hex);
	for (struct slice w = next_word(s); w.n; w = next_word(s))
		if (take_member(s, w, &e.accepted) < 0)
			return -1;
	if (!e.accepted.reason && (e.accepted.owner || e.accepted.ticket || e.accepted.expires.state == WHEN_AT))
		return bad(s, "what accepts a finding needs a reason, which the report shows");
	e.accepted.where = arena_printf(&s->b->arena, "%s:%u", s->b->file, s->line);
	struct map_entry *m = map_put(&s->b->by_fingerprint, hex, &added);
	if (!added) { /* both branches of a merge added it: one with a reason says more */
		struct baseline_entry *known = &s->b->entries.at[m->value.num];
		if (!known->accepted.reason)
			*known = e;
		return 0;
	}
	m->value.num = s->b->entries.n;
	VEC_PUSH(&s->b->entries, e);
	return 0;
}

int baseline_parse(struct baseline *b, const char *file, struct slice text, struct error *err) {
	struct scanner_state s = {.b = b, .err = err};

	*b = (struct baseline){.file = file};
	if (!utf8_is_valid(text) || (text.n && memchr(text.p, 0, text.n)))
		return error_set(err, ERR_USAGE, "%s: not a text, so no baseline", file);
	for (size_t at = 0; at < text.n || s.line == 0;) {
		size_t end = at;
		while (end < text.n && text.p[end] != '\n')
			end++;
		s.rest = slice_sub(text, at, end);
		at = end + 1;
		s.line++;
		if (s.line == 1) {
			if (take_header(&s) < 0)
				return -1;
			continue;
		}
		skip_blanks(&s);
		if (s.rest.n == 0 || s.rest.p[0] == '#')
			continue;
		if (s.rest.p[0] == '<' || s.rest.p[0] == '>' || s.rest.p[0] == '=')
			return bad(&s, "a conflict of a merge is left here: keep the lines of both sides");
		if (take_entry(&s) < 0)
			return -1;
	}
	return 0;
}

int baseline_open(struct baseline *b, const char *path, struct error *err) {
	struct buf text = {0};
	int rc = file_read(path, FILE_OF_USER, FILE_MAX, &text, err);

	*b = (struct baseline){.file = path};
	if (rc == 0)
		rc = baseline_parse(b, path, buf_slice(&text), err);
	else if (err)
		err->kind = ERR_USAGE;
	buf_free(&text);
	return rc;
}

void baseline_close(struct baseline *b) {
	VEC_FREE(&b->entries);
	map_free(&b->by_fingerprint);
	arena_free(&b->arena);
}

/* "until the move (owner team-a, SEC-12, until 2027-01-31; known.txt:3)" */
static const char *told(struct arena *a, const struct acceptance *acc) {
	struct buf b = {0};
	char date[DATE_TEXT_MAX];
	const char *text;

	buf_printf(&b, "%s (", acc->reason);
	if (acc->owner)
		buf_printf(&b, "owner %s, ", acc->owner);
	if (acc->ticket)
		buf_printf(&b, "%s, ", acc->ticket);
	if (acc->expires.state == WHEN_AT) {
		date_format(acc->expires.at - 1, date);
		buf_printf(&b, "until %.10s, ", date);
	}
	buf_printf(&b, "%s)", acc->where);
	text = arena_str(a, buf_slice(&b));
	buf_free(&b);
	return text;
}

static void note_expired(const struct baseline_entry *e, struct coverage *cov) {
	coverage_note(cov, "suppression-expired", false, e->accepted.where,
		"this entry has expired and accepts nothing any more; its finding counts again");
}

int baseline_apply(struct baseline *b, struct arena *a, const struct report_run *run, struct finding *findings,
	size_t n, int64_t now, bool whole, struct coverage *cov, struct error *err) {
	if (run->key_is_per_run)
		return error_set(err, ERR_USAGE,
			"%s: fingerprints that are drawn for one run cannot be compared; give the key of the baseline "
			"with "
			"--fingerprint-key-file",
			b->file);
	if (strcmp(run->key_id, b->key_id) != 0)
		return error_set(err, ERR_USAGE, "%s: was made with key %s, this is key %s; nothing would match",
			b->file, b->key_id, run->key_id);
	for (size_t i = 0; i < n; i++) {
		struct finding *f = &findings[i];
		const struct map_entry *m = map_get(&b->by_fingerprint, slice_str(f->secret_fingerprint));
		struct baseline_entry *e;

		f->baseline = m ? BASELINE_UNCHANGED : BASELINE_NEW;
		if (!m)
			continue;
		e = &b->entries.at[m->value.num];
		if (e->accepted.reason && e->accepted.expires.state == WHEN_AT && now >= e->accepted.expires.at) {
			if (!e->used)
				note_expired(e, cov);
		} else if (e->accepted.reason && !f->suppressed) {
			f->accepted = &e->accepted;
			f->suppressed = told(a, &e->accepted);
		}
		e->used = true;
	}
	for (size_t i = 0; whole && i < b->entries.n; i++)
		if (!b->entries.at[i].used)
			coverage_note(cov, "baseline-absent", false, b->entries.at[i].accepted.where,
				arena_printf(a, "%s is not found any more; the entry can go", b->entries.at[i].rule));
	return 0;
}
