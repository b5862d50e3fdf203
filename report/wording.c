/* Words that more than one format uses for the same thing: where a sighting is, names made of titles.
 * Layout and escaping are each format's business. */
#include "report/wording.h"

const char *wording_state(const struct sighting *s) {
	/* By place; what at_head says comes first. */
	static const char *const states[PLACE_COUNT] = {
		[PLACE_UNTRACKED] = "untracked",
		[PLACE_INDEX] = "staged",
		[PLACE_HEAD] = "still at HEAD",
		[PLACE_HISTORY] = "history only",
		[PLACE_MERGE] = "history only, from a merge",
		[PLACE_STASH] = "in a stash",
		[PLACE_REFLOG] = "reflog only",
		[PLACE_UNREACHABLE] = "unreachable object",
	};
	if (s->place == PLACE_FILE || s->place == PLACE_STDIN || s->place >= PLACE_COUNT)
		return NULL;
	if (s->at_head && s->place != PLACE_COMMIT_MESSAGE && s->place != PLACE_TAG_MESSAGE)
		return "still at HEAD";
	return states[s->place];
}

/* Leads nowhere that a reader of the report could follow: "", ".", "../..". */
static bool is_dots(struct slice name) {
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] != '.' && name.p[i] != '/')
			return false;
	return true;
}

struct slice wording_root(const struct report_run *run, size_t target) {
	const struct report_target *t = target < run->ntargets ? &run->targets[target] : NULL;
	const struct slice none = {0};
	struct slice name, prefix;

	if (!t || run->ntargets < 2 || !t->name || !t->kind || strcmp(t->kind, "file") == 0 ||
		strcmp(t->kind, "stdin") == 0)
		return none;
	name = slice_str(t->name);
	while (name.n > 1 && name.p[name.n - 1] == '/')
		name.n--;
	prefix = slice_str(t->prefix ? t->prefix : "");
	if (prefix.n) {
		struct slice folder = slice_sub(prefix, 0, prefix.n - 1);
		size_t rest = name.n - (name.n < folder.n ? name.n : folder.n);

		/* Named from inside its repository, as "." is: that has no name here. */
		if (!slice_eq(slice_sub(name, rest, name.n), folder) || (rest && name.p[rest - 1] != '/'))
			return none;
		name = slice_sub(name, 0, rest ? rest - 1 : 0);
	}
	return is_dots(name) ? none : name;
}

static void add_target(struct buf *out, const struct report_run *run, const struct sighting *s) {
	struct slice root = wording_root(run, s->target);

	if (!root.n || slice_has_prefix(s->path, "/"))
		return;
	buf_add_slice(out, root);
	buf_add_byte(out, '/');
}

void wording_subject(struct buf *out, const struct report_run *run, const struct sighting *s) {
	static const char *const subjects[PLACE_COUNT] = {
		[PLACE_COMMIT_MESSAGE] = "message of commit",
		[PLACE_TAG_MESSAGE] = "message of tag",
		[PLACE_NOTE] = "note on commit",
		[PLACE_REF_NAME] = "name of a ref",
		[PLACE_CONFIG] = "repository configuration",
	};
	const char *id = s->commit ? s->commit : s->object;

	if (s->place == PLACE_STDIN) {
		buf_add_str(out, "standard input");
		for (unsigned i = 1; i < s->nsteps; i++) {
			buf_add_str(out, "!/");
			buf_add_slice(out, s->steps[i]);
		}
		return;
	}
	const char *subject = s->place < PLACE_COUNT ? subjects[s->place] : NULL;
	if (s->path.n && !subject) {
		add_target(out, run, s);
		buf_add_slice(out, s->path);
		return;
	}
	buf_add_str(out, subject ? subject : "object");
	if (s->path.n)
		buf_printf(out, " %.*s", (int)(s->path.n < 4096 ? s->path.n : 4096), (const char *)s->path.p);
	else if (id)
		buf_printf(out, " %.*s", COMMIT_SHORT, id);
}

void wording_pascal(struct buf *out, const char *text) {
	bool start = true;
	for (size_t n = 0; *text && n < 200; text++) {
		char c = *text;
		bool lower = c >= 'a' && c <= 'z';
		if (!lower && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')) {
			start = true;
			continue;
		}
		buf_add_byte(out, (uint8_t)(start && lower ? c - 'a' + 'A' : c));
		start = false;
		n++;
	}
}

void wording_layer(struct buf *out, const struct layer_note *l) {
	buf_printf(out, "in layer %u of %u", l->layer, l->layers);
	if (l->image)
		buf_printf(out, " of %s", l->image);
	if (l->fate)
		buf_printf(out, ", %s by layer %u", l->fate, l->fate_layer);
}
