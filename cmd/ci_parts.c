/* Records of many jobs, told by several threads, each its part of the facts; written in their order. What a record says is in ci_write.c. */
#include "cmd/ci_words.h"

#include "core/pool.h"

#include <stdlib.h>

/* Fewer facts than this are told by one thread: to start another costs more. */
#define PORTION_LEAST 4096

struct portion {
	struct ci_telling t;
	const struct ci_agents *agents;
	struct map plain;
	struct arena arena;
	size_t from, to;
	char *text;
	size_t n;
};

static void tell_portion(void *ctx, unsigned worker, void *item) {
	struct portion *p = item;
	FILE *out = open_memstream(&p->text, &p->n);

	(void)ctx;
	(void)worker;
	if (out)
		ci_write_records(&p->t, p->agents, p->from, p->to, out);
	if (!out || fclose(out) != 0)
		mem_exhausted();
}

static int open_portions(struct portion *parts, size_t n, const struct ci_telling *t, const struct ci_agents *agents,
	struct error *err) {
	for (size_t i = 0; i < n; i++) {
		struct portion *p = &parts[i];

		p->t = *t;
		p->t.plain = &p->plain;
		p->t.arena = &p->arena;
		p->t.masker = masker_open(t->engine, NULL, 0, err);
		p->agents = agents;
		p->from = t->set->all.n * i / n;
		p->to = t->set->all.n * (i + 1) / n;
		if (!p->t.masker)
			return -1;
	}
	return 0;
}

static void tell_portions(struct portion *parts, size_t n, FILE *out) {
	struct pool *pool = pool_new((unsigned)n, tell_portion, NULL);

	for (size_t i = 0; i < n; i++)
		pool_put(pool, &parts[i]);
	pool_finish(pool);
	for (size_t i = 0; i < n; i++)
		fwrite(parts[i].text, 1, parts[i].n, out);
}

int ci_write_text(const struct ci_telling *t, unsigned threads, FILE *out, struct error *err) {
	const size_t most = t->set->all.n / PORTION_LEAST, n = threads < most ? threads : most;
	struct ci_agents agents = {0};
	struct portion *parts = n > 1 ? mem_alloc_n(n, sizeof(*parts)) : NULL;
	int rc = 0;

	ci_gather_agents(t->set, &agents);
	if (!parts)
		ci_write_records(t, &agents, 0, t->set->all.n, out);
	else if ((rc = open_portions(parts, n, t, &agents, err)) == 0)
		tell_portions(parts, n, out);
	for (size_t i = 0; parts && i < n; i++) {
		masker_close(parts[i].t.masker);
		map_free(&parts[i].plain);
		arena_free(&parts[i].arena);
		free(parts[i].text);
	}
	free(parts);
	VEC_FREE(&agents.all);
	if (rc == 0)
		ci_write_sum(t, out);
	return rc;
}
