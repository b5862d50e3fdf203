/* `uses: owner/name@<commit> # v4.1.2` in one workflow tells what `owner/name@v4.1.2` in another is to become. Two commits under one version say
 * nothing: tags move. */
#include "rules/ci/pins.h"

#include "core/buf.h"

#include <stdlib.h>

/* "owner/name/path" of "owner/name/path@ref"; *ref is the rest. */
static struct slice action_of(struct slice uses, struct slice *ref) {
	const uint8_t *at = uses.n ? memchr(uses.p, '@', uses.n) : NULL;
	const size_t n = at ? (size_t)(at - uses.p) : uses.n;

	*ref = slice_sub(uses, n + (at != NULL), uses.n);
	return slice_sub(uses, 0, n);
}

static struct slice key_of(struct buf *b, const struct fact *f, struct slice action, struct slice version) {
	buf_clear(b);
	buf_printf(b, "%u ", f->source->target);
	buf_add_slice(b, action);
	buf_add_byte(b, '@');
	buf_add_slice(b, version);
	return buf_slice(b);
}

static void learn(struct map *pins, struct buf *key, const struct fact *f) {
	struct slice ref, other, action = action_of(fact_text(f, "uses"), &ref);
	bool added;
	struct map_entry *e = map_put(pins, key_of(key, f, action, fact_text(f, "version_said")), &added);

	if (added) {
		e->value.ptr = (void *)(uintptr_t)f;
	} else if (e->value.ptr) {
		action_of(fact_text(e->value.ptr, "uses"), &other);
		if (!slice_eq(other, ref))
			e->value.ptr = NULL;
	}
}

static void tell(struct fact_set *set, const struct map *pins, struct buf *key, struct fact *f) {
	struct slice ref, action = action_of(fact_text(f, "uses"), &ref);
	const struct map_entry *e = map_get(pins, key_of(key, f, action, ref));
	struct buf text = {0};

	if (!e || !e->value.ptr)
		return;
	buf_add_slice(&text, fact_text(e->value.ptr, "uses"));
	buf_add_str(&text, " # ");
	buf_add_slice(&text, ref);
	fact_set_text(set, f, "pinned_as", buf_slice(&text), f->span);
	buf_free(&text);
}

static void run(struct fact_set *set, int64_t now) {
	struct map pins = {0};
	struct buf key = {0};

	(void)now;
	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];

		if (f->kind == FACT_STEP && f->source && !fact_is_past(f) && fact_text(f, "version_said").n)
			learn(&pins, &key, f);
	}
	for (size_t i = 0; pins.n && i < set->all.n; i++) {
		struct fact *f = set->all.at[i];

		if (f->kind == FACT_STEP && f->source && slice_eq(fact_text(f, "uses_kind"), slice_str("action")) &&
			!slice_eq(fact_text(f, "pin"), slice_str("digest")))
			tell(set, &pins, &key, f);
	}
	map_free(&pins);
	buf_free(&key);
}

const struct fact_engine ci_pins = {"pins", run};
