/* `nhiscan verify-report`: is a saved report whole, does it add up, and is it what a manifest of digests has? Signatures are the business of the
 * tools that made them (minisign, cosign, GPG): they sign the manifest. */
#include "cmd/commands.h"
#include "cmd/exit.h"
#include "cmd/scan_evidence.h"
#include "core/file.h"
#include "core/map.h"
#include "core/text.h"
#include "report/saved.h"
#include "report/text_style.h"

#include <stdio.h>

enum { MANIFEST_MAX = 64 << 20, DIGEST_HEX = 64 };

static bool is_hex(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'f')))
			return false;
	return true;
}

/* Lines of sha256sum(1): digest, blank, blank or star, name. */
static int read_manifest(const char *file, struct slice text, struct map *digests, struct error *err) {
	unsigned line = 0;

	for (size_t at = 0; at < text.n;) {
		size_t end = at;
		while (end < text.n && text.p[end] != '\n')
			end++;
		struct slice s = slice_trim(slice_sub(text, at, end));
		at = end + 1;
		line++;
		if (s.n == 0)
			continue;
		if (s.n < DIGEST_HEX + 3 || !is_hex(slice_sub(s, 0, DIGEST_HEX)) || s.p[DIGEST_HEX] != ' ')
			return error_set(err, ERR_USAGE, "%s:%u: not a line of sha256sum", file, line);
		map_put(digests, slice_sub(s, DIGEST_HEX + 2, s.n), NULL)->value.ptr =
			(void *)(uintptr_t)(text.p + (s.p - text.p));
	}
	if (digests->n == 0)
		return error_set(err, ERR_USAGE, "%s: names no file", file);
	return 0;
}

/* By the whole name as given, or by its last part, as a manifest beside the report has it. */
static const char *listed(const struct map *digests, const char *path) {
	const char *slash = strrchr(path, '/');
	const struct map_entry *e = map_get(digests, slice_str(path));

	if (!e && slash)
		e = map_get(digests, slice_str(slash + 1));
	return e ? e->value.ptr : NULL;
}

static void say(const char *path, const char *what) {
	struct buf b = {0};

	inert_add(&b, slice_str(path));
	printf("%s: %s\n", buf_cstr(&b), what);
	buf_free(&b);
}

/* Other formats have nothing that could be added up here: the digest alone speaks for them. */
static bool is_nhiscan_json(const char *path) {
	static const char schema[] = "nhiscan-report/";
	char head[256];
	FILE *in = fopen(path, "re");
	size_t n = in ? fread(head, 1, sizeof(head), in) : 0;

	if (in)
		fclose(in);
	return slice_find(slice_of(head, n), slice_str(schema)) >= 0;
}

/* EXIT_CLEAN, EXIT_FINDINGS when it differs, EXIT_INCOMPLETE when it can't be told. */
static int verify(const struct map *digests, const char *path) {
	struct arena a = {0};
	const char *hex = evidence_digest(&a, path);
	const char *want = listed(digests, path);
	struct saved s;
	struct error err = {0};
	int status = EXIT_CLEAN;

	if (!hex) {
		error_set(&err, ERR_IO, "%s: no file that can be read", path);
		return exit_with_error(&err);
	}
	bool same = want && slice_eq_nocase(slice_of(want, DIGEST_HEX), slice_str(hex));
	arena_free(&a);
	if (!same) {
		say(path, want ? "CHANGED: its SHA-256 is not that of the manifest" : "not in the manifest");
		return EXIT_FINDINGS;
	}
	if (!is_nhiscan_json(path)) {
		say(path, "OK, as in the manifest (the counts of JSON reports alone are added up)");
		return EXIT_CLEAN;
	}
	if (saved_open(&s, path, &err) < 0) {
		say(path, err.text);
		status = EXIT_FINDINGS;
	} else if (!s.has_summary) {
		say(path, "as in the manifest, but cut off: it has no summary");
		status = EXIT_INCOMPLETE;
	} else {
		say(path, "OK, whole, and its counts add up");
	}
	saved_close(&s);
	return status;
}

int cmd_verify_report(const struct options *o) {
	struct buf text = {0};
	struct map digests = {0};
	struct error err = {0};
	int status = EXIT_CLEAN;

	if (file_read(o->manifest, FILE_OF_USER, MANIFEST_MAX, &text, &err) < 0 ||
		read_manifest(o->manifest, buf_slice(&text), &digests, &err) < 0) {
		err.kind = ERR_USAGE;
		status = exit_with_error(&err);
	} else {
		for (size_t i = 0; i < o->operands.n; i++) {
			int one = verify(&digests, o->operands.at[i]);
			if (one > status)
				status = one;
		}
		status = exit_after_stdout(status);
	}
	map_free(&digests);
	buf_free(&text);
	return status;
}
