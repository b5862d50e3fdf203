/* Saved reports of gitleaks and TruffleHog as lists of accepted findings: what those tools call a baseline, or what teams use as one. An entry accepts
 * the secret it shows, wherever it stands in its file, or, where the report hides it, its line. Formats: gitleaks' README, "Creating a baseline";
 * TruffleHog's README, output of --json. */
#include "rules/accept_parse.h"

#include <jansson.h>
#include <openssl/evp.h>

struct source {
	struct accept *list;
	const char *file;
	int target;
	unsigned entry; /* counted from 1: what stands for a line in reasons */
	struct coverage *cov;
};

static void ignored(const struct source *s, const char *why) {
	struct arena scratch = {0};

	coverage_note(
		s->cov, "suppression-ignored", false, arena_printf(&scratch, "%s, entry %u", s->file, s->entry), why);
	arena_free(&scratch);
}

static const char *text_of(const json_t *o, const char *key) {
	const char *text = json_string_value(json_object_get(o, key));
	return text ? text : "";
}

static bool is_commit_id(const char *s) {
	size_t n = strspn(s, "0123456789abcdef");
	return s[n] == '\0' && (n == 40 || n == 64);
}

static struct slice path_of(struct accept *l, const char *file) {
	while (strncmp(file, "./", 2) == 0)
		file += 2;
	return arena_copy(&l->arena, slice_str(file));
}

/* gitleaks --redact writes REDACTED, or the start of the secret and dots. */
static bool is_whole(const char *secret) {
	return *secret && strcmp(secret, "REDACTED") != 0 && !slice_has_suffix(slice_str(secret), "...");
}

static void add(struct source *s, const char *file, const char *secret, const char *commit, json_int_t line) {
	struct accept_entry e = {.file = s->file, .line = s->entry, .target = s->target};
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!*file) {
		ignored(s, "it names no file");
		return;
	}
	e.path = path_of(s->list, file);
	if (is_whole(secret) && EVP_Digest(secret, strlen(secret), sum, &n, EVP_sha1(), NULL) == 1 &&
		n == sizeof(e.sha1)) {
		e.kind = ACCEPT_HASH;
		memcpy(e.sha1, sum, sizeof(e.sha1));
	} else if (line > 0 && line <= UINT32_MAX) {
		e.kind = ACCEPT_PLACE;
		e.at_line = (unsigned)line;
		e.commit = is_commit_id(commit) ? arena_str(&s->list->arena, slice_str(commit)) : NULL;
	} else {
		ignored(s, "it tells neither the secret nor a line");
		return;
	}
	accept_add(s->list, &e);
}

int accept_read_gitleaks(
	struct accept *l, const char *file, struct slice text, int target, struct coverage *cov, struct error *err) {
	struct source s = {l, file, target, 0, cov};
	json_error_t why;
	json_t *root = json_loadb((const char *)text.p, text.n, 0, &why), *item;
	size_t i;

	if (!root)
		return error_set(err, ERR_USAGE, "%s:%d: not JSON: %s", file, why.line, why.text);
	json_array_foreach(root, i, item) {
		s.entry = (unsigned)i + 1;
		if (json_is_object(item) && json_object_get(item, "RuleID"))
			add(&s, text_of(item, "File"), text_of(item, "Secret"), text_of(item, "Commit"),
				json_integer_value(json_object_get(item, "StartLine")));
		else
			ignored(&s, "not a finding of gitleaks");
	}
	json_decref(root);
	return 0;
}

static void add_trufflehog(struct source *s, const json_t *finding) {
	const json_t *data = json_object_get(json_object_get(finding, "SourceMetadata"), "Data");
	json_t *where;
	const char *kind;

	json_object_foreach((json_t *)(uintptr_t)data, kind, where) {
		add(s, text_of(where, "file"), text_of(finding, "Raw"), text_of(where, "commit"),
			json_integer_value(json_object_get(where, "line")));
		return;
	}
	ignored(s, "not a finding of TruffleHog");
}

int accept_read_trufflehog(
	struct accept *l, const char *file, struct slice text, int target, struct coverage *cov, struct error *err) {
	struct source s = {l, file, target, 0, cov};

	for (size_t at = 0; at < text.n;) {
		size_t end = at;
		while (end < text.n && text.p[end] != '\n')
			end++;
		struct slice line = slice_trim(slice_sub(text, at, end));
		json_error_t why;
		at = end + 1;
		s.entry++;
		if (!line.n)
			continue;
		json_t *finding = json_loadb((const char *)line.p, line.n, 0, &why);
		if (!finding)
			return error_set(err, ERR_USAGE, "%s:%u: not JSON: %s", file, s.entry, why.text);
		add_trufflehog(&s, finding);
		json_decref(finding);
	}
	return 0;
}
