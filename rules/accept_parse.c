/* Reading lists of accepted findings. Formats: gitleaks' README, "Fingerprint"; detect-secrets' .secrets.baseline (version 1); a file of
 * one regular expression a line, as trufflehog's --exclude-paths takes it. What entries accept is in accept.c. */
#include "rules/accept_parse.h"

#include <jansson.h>
#include <stdlib.h>

struct reading {
	struct accept *list;
	const char *file;
	int target;
	struct coverage *cov;
};

static void ignored(const struct reading *r, unsigned line, const char *why) {
	struct arena scratch = {0};

	coverage_note(r->cov, "suppression-ignored", false, arena_printf(&scratch, "%s:%u", r->file, line), why);
	arena_free(&scratch);
}

static struct slice next_line(struct slice *rest) {
	const uint8_t *nl = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	size_t n = nl ? (size_t)(nl - rest->p) : rest->n;
	struct slice line = slice_trim(slice_sub(*rest, 0, n));

	*rest = slice_sub(*rest, n + 1, rest->n);
	return line;
}

static bool says_something(struct slice line) {
	return line.n && line.p[0] != '#';
}

/* A number behind the last colon: *head is what is before it. */
static bool cut_number(struct slice s, struct slice *head, unsigned *number) {
	size_t i = s.n;

	*number = 0;
	while (i > 0 && s.p[i - 1] >= '0' && s.p[i - 1] <= '9')
		i--;
	if (i == s.n || s.n - i > 9 || i < 2 || s.p[i - 1] != ':')
		return false;
	for (size_t k = i; k < s.n; k++)
		*number = *number * 10 + (s.p[k] - '0');
	*head = slice_sub(s, 0, i - 1);
	return true;
}

static bool is_rule_id(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z') ||
			    s.p[i] == '-' || s.p[i] == '_'))
			return false;
	return s.n > 0;
}

/* The part behind the last colon; false when there is none. */
static bool cut_last(struct slice s, struct slice *head, struct slice *tail) {
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == ':') {
			*head = slice_sub(s, 0, i - 1);
			*tail = slice_sub(s, i, s.n);
			return true;
		}
	return false;
}

static struct slice without_dot(struct slice path) {
	while (slice_has_prefix(path, "./"))
		path = slice_sub(path, 2, path.n);
	return path;
}

static const char *cut_commit(struct arena *a, struct slice *s) {
	size_t n = 0;

	while (n < s->n && ((s->p[n] >= '0' && s->p[n] <= '9') || (s->p[n] >= 'a' && s->p[n] <= 'f')))
		n++;
	if ((n != 40 && n != 64) || n >= s->n || s->p[n] != ':')
		return NULL;
	const char *commit = arena_str(a, slice_sub(*s, 0, n));
	*s = slice_sub(*s, n + 1, s->n);
	return commit;
}

/* [COMMIT:]FILE:RULE:LINE; also FILE:RULE and FILE:LINE. */
static bool read_fingerprint(const struct reading *r, struct slice line, unsigned number) {
	struct accept_entry e = {.kind = ACCEPT_PLACE, .file = r->file, .line = number, .target = r->target};
	struct slice rest = line, head, tail;

	e.commit = cut_commit(&r->list->arena, &rest);
	if (cut_number(rest, &head, &e.at_line))
		rest = head;
	if (cut_last(rest, &head, &tail) && is_rule_id(tail)) {
		e.rule = arena_str(&r->list->arena, tail);
		rest = head;
	}
	e.path = arena_copy(&r->list->arena, without_dot(rest));
	if (!e.path.n || (!e.at_line && !e.rule))
		return false;
	accept_add(r->list, &e);
	return true;
}

static void read_fingerprints(const struct reading *r, struct slice text) {
	for (unsigned number = 1; text.n; number++) {
		struct slice line = next_line(&text);

		if (says_something(line) && !read_fingerprint(r, line, number))
			ignored(r, number, "not a fingerprint FILE:RULE:LINE or COMMIT:FILE:RULE:LINE");
	}
}

static void read_patterns(const struct reading *r, struct slice text) {
	for (unsigned number = 1; text.n; number++) {
		struct slice line = next_line(&text);
		struct accept_entry e = {.kind = ACCEPT_PATHS, .file = r->file, .line = number, .target = r->target};
		struct error err = {0};

		if (!says_something(line))
			continue;
		e.paths = regex_of_re2(&r->list->arena, line, &err);
		if (e.paths)
			accept_add(r->list, &e);
		else
			ignored(r, number, err.text);
	}
}

/* Baselines */

static bool read_hex(const char *hex, uint8_t out[20]) {
	if (strlen(hex) != 40 || strspn(hex, "0123456789abcdefABCDEF") != 40)
		return false;
	for (size_t i = 0; i < 20; i++) {
		const char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};

		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return true;
}

/* JSON values carry no line: the hash's own place in the text, from where the entry before was, tells it. */
struct text_place {
	struct slice text;
	size_t at;
	unsigned line;
};

static unsigned line_of(struct text_place *p, const char *hash) {
	ptrdiff_t to = slice_find(slice_sub(p->text, p->at, p->text.n), slice_str(hash));

	for (ptrdiff_t i = 0; i < to; i++)
		p->line += p->text.p[p->at++] == '\n';
	if (to >= 0)
		p->at++;
	return p->line;
}

static void read_baseline_entry(
	const struct reading *r, const char *path, const json_t *item, struct text_place *place) {
	const char *hash = json_string_value(json_object_get(item, "hashed_secret"));
	const char *type = json_string_value(json_object_get(item, "type"));
	json_int_t line = json_integer_value(json_object_get(item, "line_number"));
	struct accept_entry e = {.kind = ACCEPT_HASH,
		.file = r->file,
		.target = r->target,
		.path = arena_copy(&r->list->arena, without_dot(slice_str(path))),
		.is_real = json_is_true(json_object_get(item, "is_secret"))};

	e.line = hash ? line_of(place, hash) : place->line;
	/* Of a private key, detect-secrets hashes the first line only, which is the same for all. */
	if (type && strcmp(type, "Private Key") == 0 && line > 0 && line < 1000000000) {
		e.kind = ACCEPT_PLACE;
		e.at_line = (unsigned)line;
	} else if (!hash || !read_hex(hash, e.sha1)) {
		ignored(r, e.line, "an entry without a hashed_secret of 40 hex digits");
		return;
	}
	accept_add(r->list, &e);
}

static int read_baseline(const struct reading *r, struct slice text, struct error *err) {
	json_error_t why;
	json_t *root = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &why), *results, *list, *item;
	struct text_place place = {text, 0, 1};
	const char *path;
	size_t i;
	int status = -1;

	if (!root) {
		error_set(err, ERR_USAGE, "%s:%d: not JSON: %s", r->file, why.line, why.text);
		goto out;
	}
	results = json_object_get(root, "results");
	if (!json_is_object(results)) {
		error_set(
			err, ERR_USAGE, "%s: not a baseline of detect-secrets: there is no object 'results'", r->file);
		goto out;
	}
	json_object_foreach(results, path, list) {
		json_array_foreach(list, i, item) {
			read_baseline_entry(r, path, item, &place);
		}
	}
	status = 0;
out:
	json_decref(root);
	return status;
}

static bool are_fingerprints(struct slice text) {
	bool any = false;

	while (text.n) {
		struct slice line = next_line(&text), head;
		unsigned number;

		if (!says_something(line))
			continue;
		if (!cut_number(line, &head, &number))
			return false;
		any = true;
	}
	return any;
}

int accept_parse(
	struct accept *l, const char *file, struct slice text, int target, struct coverage *cov, struct error *err) {
	struct reading r = {l, arena_str(&l->arena, slice_str(file)), target, cov};
	struct slice start = slice_trim(text);

	if (text.n && memchr(text.p, 0, text.n))
		return error_set(err, ERR_USAGE, "%s: holds zero bytes: not a list of accepted findings", file);
	if (start.n && start.p[0] == '[')
		return accept_read_gitleaks(l, r.file, text, target, cov, err);
	if (start.n && start.p[0] == '{' && slice_find(slice_sub(start, 0, 4096), slice_str("\"SourceMetadata\"")) >= 0)
		return accept_read_trufflehog(l, r.file, text, target, cov, err);
	if (start.n && start.p[0] == '{')
		return read_baseline(&r, text, err);
	if (slice_has_suffix(slice_str(file), ".gitleaksignore") || are_fingerprints(text))
		read_fingerprints(&r, text);
	else
		read_patterns(&r, text);
	return 0;
}

int accept_load(struct accept *l, const char *file, enum file_trust trust, int target, const struct limits *lim,
	struct coverage *cov, struct error *err) {
	struct buf text = {0};
	int status = file_read(file, trust, lim->max_rule_file_bytes, &text, err);

	if (status == 0)
		status = accept_parse(l, file, buf_slice(&text), target, cov, err);
	buf_free(&text);
	return status;
}
