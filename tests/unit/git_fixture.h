/* Repositories made with the git command for the tests of scanners/git, and one scan of them. No configuration of the
 * user is seen, all dates are fixed. Only for files in tests/unit. */
#ifndef NHISCAN_TESTS_UNIT_GIT_FIXTURE_H
#define NHISCAN_TESTS_UNIT_GIT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/vec.h"
#include "scanners/git/git.h"

#define UNUSED __attribute__((unused))

/* `at N`: the dates of what follows. `commit N WORD`: everything, at that date. */
static const char prelude[] =
	"set -eu; export HOME=\"$PWD\" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=A "
	"GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org\n"
	"at() { export GIT_AUTHOR_DATE=\"@170000000$1 +0000\" GIT_COMMITTER_DATE=\"@170000000$1 +0000\"; }\n"
	"commit() { at $1; git add -A; git commit -q --allow-empty -m \"commit $2\"; rm -f .git/COMMIT_EDITMSG; }\n"
	"init() { git init -q -b main \"$@\"; }\n"
	"at 0\n";

/* Runs a shell script in `dir`; the test fails when the script does. */
UNUSED static void shell(const char *dir, const char *script) {
	char *file = NULL, *command = NULL;
	assert_true(asprintf(&file, "%s.sh", dir) > 0);
	FILE *f = fopen(file, "w");
	assert_non_null(f);
	fprintf(f, "%s%s\n", prelude, script);
	fclose(f);
	assert_true(asprintf(&command, "cd '%s' && sh '%s' >'%s.log' 2>&1", dir, file, dir) > 0);
	int rc = system(command);
	if (rc != 0) {
		free(command);
		assert_true(asprintf(&command, "cat '%s.log' >&2", dir) > 0);
		rc = system(command);
		fail_msg("a script failed");
	}
	free(command);
	free(file);
}

/* A fresh folder in which `script` was run. Free with fixture_free. */
UNUSED static char *fixture(const char *script) {
	char *dir = strdup("/tmp/nhiscan-git-XXXXXX");
	assert_non_null(mkdtemp(dir));
	shell(dir, script);
	return dir;
}

UNUSED static void fixture_free(char *dir) {
	char *command = NULL;
	assert_true(asprintf(&command, "rm -rf '%s' '%s.sh' '%s.log'", dir, dir, dir) > 0);
	assert_int_equal(system(command), 0);
	free(command);
	free(dir);
}

/* What `git rev-parse REV` says in `dir`. */
UNUSED static const char *rev(const char *dir, const char *name) {
	static char hex[8][OBJECT_ID_HEX_MAX];
	static int next;
	char command[PATH_MAX + 256], *out = hex[next++ % 8];
	snprintf(command, sizeof(command), "git -C '%s' rev-parse '%s'", dir, name);
	FILE *p = popen(command, "r");
	assert_non_null(p);
	assert_int_equal(fscanf(p, "%64s", out), 1);
	pclose(p);
	return out;
}

struct seen {
	enum place place;
	char *path, *text;
	struct object_id object, commit;
	struct when authored;
	struct origin origin; /* of objects, after attribution */
};

struct scan {
	VEC(struct seen) docs;
	pthread_mutex_t lock;
	struct coverage *coverage;
	struct arena arena;
	struct error err;
	_Atomic size_t versions, states; /* states: not released */
	int opened, read;		 /* what open() and read() returned */
};

struct scan_request {
	const char *dir; /* the folder scanned */
	const char *git; /* its git folder, relative; NULL: ".git" */
	const char *since, *range;
	bool staged, bare;
	bool versions;	       /* take blobs as versions, checking that the pieces tell the truth */
	unsigned threads;      /* 0: 2 */
	uint64_t max_document; /* 0: the default */
};

UNUSED static void scan_take(void *ctx, unsigned worker, const struct document *doc) {
	struct scan *s = ctx;
	struct seen seen = {doc->place, strndup(doc->path.n ? (const char *)doc->path.p : "", doc->path.n), NULL,
		doc->object, doc->commit, doc->authored, {.object = doc->object}};
	(void)worker;
	seen.text = malloc(doc->bytes.n + 1);
	if (doc->bytes.n)
		memcpy(seen.text, doc->bytes.p, doc->bytes.n);
	seen.text[doc->bytes.n] = 0;
	pthread_mutex_lock(&s->lock);
	VEC_PUSH(&s->docs, seen);
	pthread_mutex_unlock(&s->lock);
}

/* The state of a document is its text. */
struct kept_text {
	size_t n;
	uint8_t p[];
};

UNUSED static void *scan_take_version(
	void *ctx, unsigned worker, const struct document *doc, const struct version *v, bool keep_state) {
	struct scan *s = ctx;
	size_t at = 0;
	version_need(v, 0, doc->bytes.n);
	scan_take(ctx, worker, doc);
	for (size_t i = 0; v && i < v->n; i++) {
		const struct piece *p = &v->pieces[i];
		const struct kept_text *base = v->base_state;
		assert_int_equal(p->dst, at);
		at += p->len;
		assert_true(at <= doc->bytes.n);
		if (p->copied) {
			assert_true(p->src + p->len <= base->n);
			assert_memory_equal(doc->bytes.p + p->dst, base->p + p->src, p->len);
		}
	}
	if (v) {
		assert_int_equal(at, doc->bytes.n);
		s->versions++;
	}
	if (!keep_state)
		return NULL;
	struct kept_text *kept = malloc(sizeof(*kept) + doc->bytes.n);
	kept->n = doc->bytes.n;
	memcpy(kept->p, doc->bytes.p, doc->bytes.n);
	s->states++;
	return kept;
}

UNUSED static void scan_release(void *ctx, unsigned worker, void *state) {
	(void)worker;
	((struct scan *)ctx)->states--;
	free(state);
}

static bool seen_is_object(const struct seen *d) {
	return d->object.n > 0;
}

UNUSED static void scan_attribute(struct scan *s, void *session) {
	struct origin *origins = calloc(s->docs.n + 1, sizeof(*origins));
	size_t n = 0;
	for (size_t i = 0; i < s->docs.n; i++)
		if (seen_is_object(&s->docs.at[i]))
			origins[n++] = s->docs.at[i].origin;
	assert_int_equal(git_scanner.attribute(session, &s->arena, origins, n, &s->err), 0);
	n = 0;
	for (size_t i = 0; i < s->docs.n; i++)
		if (seen_is_object(&s->docs.at[i]))
			s->docs.at[i].origin = origins[n++];
	free(origins);
}

UNUSED static struct scan scan_run(struct scan_request q) {
	struct scan s = {.lock = PTHREAD_MUTEX_INITIALIZER, .coverage = coverage_new()};
	char git_dir[PATH_MAX];
	void *session = NULL;
	snprintf(git_dir, sizeof(git_dir), "%s/%s", q.dir, q.git ? q.git : ".git");
	struct target t = {.name = q.dir,
		.kind = TARGET_FOLDER,
		.is_repository = true,
		.is_bare = q.bare,
		.git_dir = git_dir,
		.root = q.bare ? NULL : q.dir};
	struct limits limits = limits_default();
	if (q.max_document)
		limits.max_document_bytes = q.max_document;
	struct scan_scope scope = {.history = !q.staged,
		.staged = q.staged,
		.since = q.since,
		.range = q.range,
		.threads = q.threads ? q.threads : 2,
		.limits = &limits};
	struct stop_flag stop = {0};
	struct progress progress = {0};
	struct document_sink sink = {.ctx = &s, .take = scan_take};
	if (q.versions) {
		sink.take_version = scan_take_version;
		sink.release = scan_release;
	}
	struct scan_env env = {&scope, s.coverage, &stop, &progress, &sink};
	assert_true(git_scanner.accepts(&t, &scope));
	s.opened = git_scanner.open(&t, &env, &session, &s.err);
	if (s.opened == 0) {
		s.read = git_scanner.read(session, &s.err);
		if (s.read == 0)
			scan_attribute(&s, session);
		git_scanner.close(session);
	}
	assert_true(coverage_reconciles(s.coverage));
	return s;
}

UNUSED static void scan_free(struct scan *s) {
	for (size_t i = 0; i < s->docs.n; i++) {
		free(s->docs.at[i].path);
		free(s->docs.at[i].text);
	}
	VEC_FREE(&s->docs);
	coverage_free(s->coverage);
	arena_free(&s->arena);
}

/* The one document that is exactly `text`; NULL when there is none. */
UNUSED static const struct seen *scan_find(const struct scan *s, const char *text) {
	const struct seen *found = NULL;
	for (size_t i = 0; i < s->docs.n; i++)
		if (strcmp(s->docs.at[i].text, text) == 0) {
			assert_null(found);
			found = &s->docs.at[i];
		}
	return found;
}

UNUSED static bool scan_has_notice(const struct scan *s, const char *code) {
	const struct notice *n;
	size_t count = coverage_notices(s->coverage, &n);
	for (size_t i = 0; i < count; i++)
		if (strcmp(n[i].code, code) == 0)
			return true;
	return false;
}

/* The blob `text` was delivered and comes from here. `path` and `commit` NULL: none. */
UNUSED static void assert_origin(
	const struct scan *s, const char *text, enum place place, const char *path, const char *commit) {
	const struct seen *d = scan_find(s, text);
	char hex[OBJECT_ID_HEX_MAX] = "";
	if (!d)
		fail_msg("not delivered: %s", text);
	if (d->origin.place != place)
		fail_msg("%s: place is %s, not %s", text, place_name(d->origin.place), place_name(place));
	assert_int_equal(d->origin.at_head, place == PLACE_HEAD);
	assert_int_equal(d->origin.known, place != PLACE_UNREACHABLE);
	assert_true(slice_eq(d->origin.path, slice_str(path)));
	if (d->origin.commit.n)
		object_id_hex(&d->origin.commit, hex);
	assert_string_equal(hex, commit ? commit : "");
}

#endif
