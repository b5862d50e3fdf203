/* Digests of what decided and of what was read. What else is evidence is told where it arises. */
#include "cmd/scan_evidence.h"

#include "cmd/version.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <sys/stat.h>

const char *evidence_digest(struct arena *a, const char *path) {
	uint8_t block[1 << 16], sum[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	FILE *in = fopen(path, "re");
	struct stat st;
	char hex[65] = "";
	unsigned n = 0;
	size_t got;

	if (!in || !md || fstat(fileno(in), &st) < 0 || !S_ISREG(st.st_mode) ||
		EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
		goto out;
	while ((got = fread(block, 1, sizeof(block), in)) > 0)
		EVP_DigestUpdate(md, block, got);
	if (ferror(in) || EVP_DigestFinal_ex(md, sum, &n) != 1)
		goto out;
	for (unsigned i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", sum[i]);
out:
	if (in)
		fclose(in);
	EVP_MD_CTX_free(md);
	return *hex ? arena_str(a, slice_str(hex)) : NULL;
}

static bool shows_evidence(const struct outputs *outputs) {
	for (size_t i = 0; i < outputs->n; i++)
		if (outputs->at[i].format->tells_program)
			return true;
	return false;
}

static void add_file(struct scan_run *run, struct buf *b, const char *path) {
	const char *hex = evidence_digest(&run->arena, path);

	buf_printf(b, "%s%s sha256:%s", b->n ? "; " : "", path, hex ? hex : "unknown");
}

static const char *configuration(struct scan_run *run) {
	const struct options *o = run->options;
	struct buf b = {0};
	const char *text;

	for (size_t i = 0; i < run->ntargets; i++)
		if (run->targets[i].config)
			add_file(run, &b, run->targets[i].config->file);
	for (size_t i = 0; i < o->suppression_files.n; i++)
		add_file(run, &b, o->suppression_files.at[i]);
	if (o->gitleaks_config)
		add_file(run, &b, o->gitleaks_config);
	if (o->baseline_file)
		add_file(run, &b, o->baseline_file);
	text = b.n ? arena_str(&run->arena, buf_slice(&b)) : NULL;
	buf_free(&b);
	return text;
}

void scan_evidence(
	struct scan_run *run, const struct outputs *outputs, struct report_run *told, struct report_target *targets) {
	if (!shows_evidence(outputs))
		return;
	told->build = version_commit();
	told->program_sha256 = evidence_digest(&run->arena, "/proc/self/exe");
	told->configuration = configuration(run);
	for (size_t i = 0; i < run->ntargets; i++)
		if (run->targets[i].target.kind == TARGET_FILE)
			targets[i].sha256 = evidence_digest(&run->arena, run->targets[i].target.name);
}

const struct report_exports *evidence_exports(struct scan_run *run) {
	const struct exports *e = run->told_exports ? run->told_exports : &run->exports.exports;
	struct report_exports *out;
	struct report_export_kind *kinds;
	const char **accounts;

	if (!exports_are_there(e))
		return NULL;
	out = ARENA_NEW(&run->arena, struct report_exports);
	kinds = ARENA_NEW_N(&run->arena, struct report_export_kind, AWS_EXPORT_COUNT);
	accounts = ARENA_NEW_N(&run->arena, const char *, e->aws.accounts.n);
	*out = (struct report_exports){.as_of = {WHEN_AT, e->as_of},
		.as_of_source = e->as_of_source,
		.generated = e->aws.as_of,
		.accounts = accounts,
		.kinds = kinds};
	for (size_t i = 0; i < e->aws.accounts.n; i++)
		accounts[out->naccounts++] = arena_str(&run->arena, e->aws.accounts.at[i]);
	for (size_t i = 0; i < AWS_EXPORT_COUNT; i++)
		if (e->aws.exports[i])
			kinds[out->nkinds++] = (struct report_export_kind){aws_export_kinds[i].name, e->aws.exports[i]};
	return out;
}

void evidence_history(struct arena *a, const struct description *d, const char *(*cover)(void *ctx, const char *text),
	void *ctx, struct report_target *out) {
	struct report_ref *refs = ARENA_NEW_N(a, struct report_ref, d->nrefs);

	for (size_t i = 0; i < d->nrefs; i++)
		refs[i] = (struct report_ref){cover(ctx, (const char *)d->refs[i].name.p), d->refs[i].id};
	out->refs = refs;
	out->nrefs = d->nrefs;
	out->refs_total = d->refs_total;
	out->commits = d->commits;
	out->is_shallow = d->is_shallow;
	out->is_partial = d->is_partial;
}
