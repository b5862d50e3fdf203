/* Where the file is, and what of a scan goes into it. What it holds is rules/remembered.h's business. */
#include "cmd/scan_remember.h"

#include "core/file.h"

#include <unistd.h>

#define MAX_FILE ((uint64_t)1 << 30)

void scan_remember_take(void *ctx, unsigned worker, const struct object_id *id) {
	struct scan_run *run = ctx;
	const struct harvest *h = &run->harvests[worker];
	size_t from = run->marks[worker].n;

	if (!run->remembered || h->limited != run->marks[worker].limited || h->all.n == from)
		return;
	for (size_t i = from; i < h->all.n; i++)
		if (!harvested_is_lasting(&h->all.at[i]))
			return;
	pthread_mutex_lock(&run->remembering);
	remembered_add(run->remembered, id, h->all.at + from, h->all.n - from);
	pthread_mutex_unlock(&run->remembering);
}

bool scan_remember_recall(void *ctx, const struct document *doc) {
	struct scan_run *run = ctx;
	const struct harvested where = {
		.target = doc->target, .place = doc->place, .object = doc->object, .partner = -1};

	return run->remembered && remembered_recall(run->remembered, &where, &run->harvests[0]);
}

static char *file_name(struct scan_run *run, const char *context) {
	const struct slice part = slice_str(context);
	char hex[FINGERPRINT_HEX + 1];

	fingerprint_hex(run->key, "nhiscan/found-file/v1", &part, 1, hex);
	return arena_printf(&run->arena, "%s/%s.nhiscan-found", run->options->cache_dir, hex);
}

void scan_remember_open(struct scan_run *run, const char *context) {
	struct buf file = {0};
	struct error err = {0};

	if (fingerprint_is_per_run(run->key) || !run->options->cache_dir)
		return;
	pthread_mutex_init(&run->remembering, NULL);
	fingerprint_derive(run->key, "nhiscan/found-seal/v1", run->remembered_key);
	run->remembered_context = context;
	run->remembered_file = file_name(run, context);
	run->remembered = remembered_new(run->catalogue.n);
	if (access(run->remembered_file, F_OK) == 0 &&
		(file_read(run->remembered_file, FILE_OF_TARGET, MAX_FILE, &file, &err) != 0 ||
			remembered_open(run->remembered, run->remembered_key, context, buf_slice(&file), &err) != 0)) {
		coverage_note(run->coverage, "cache-ignored", false, run->remembered_file, err.text);
		remembered_free(run->remembered);
		run->remembered = remembered_new(run->catalogue.n);
	}
	buf_free(&file);
}

void scan_remember_save(struct scan_run *run) {
	struct buf bytes = {0};
	struct error err = {0};

	if (!run->remembered || !remembered_is_new(run->remembered))
		return;
	if (remembered_seal(run->remembered, run->remembered_key, run->remembered_context, &bytes, &err) != 0 ||
		file_replace(run->options->cache_dir, run->remembered_file, buf_slice(&bytes), &err) != 0)
		coverage_note(run->coverage, "cache-unwritten", false, run->remembered_file, err.text);
	buf_free(&bytes);
}

void scan_remember_close(struct scan_run *run) {
	if (!run->remembered)
		return;
	remembered_free(run->remembered);
	explicit_bzero(run->remembered_key, sizeof(run->remembered_key));
	pthread_mutex_destroy(&run->remembering);
}
