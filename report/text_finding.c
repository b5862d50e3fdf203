/* Findings of the text format: what they are and what to do, told once for a group; where each stands and why we think so.
 * Grouping and totals are elsewhere (text.c, text_summary.c). */
#include "report/text.h"

#include "core/text.h"
#include "report/wording.h"

enum { PLACES_SHOWN = 3, LINES_SHOWN = 8, GROUP_COLUMN = 2, GROUP_TEXT = 12, COLUMN = 4, TEXT = 11 };

static void group_line(struct buf *out, const struct report_style *style, const char *label, struct buf *text) {
	labelled_add(out, style, GROUP_COLUMN, GROUP_TEXT, INK_DIM, label, buf_slice(text));
	buf_clear(text);
}

static void line(struct buf *out, const struct report_style *style, const char *label, struct buf *text) {
	labelled_add(out, style, COLUMN, TEXT, INK_DIM, label, buf_slice(text));
	buf_clear(text);
}

/* Where lines without a label begin. */
static unsigned text_column(const struct report_style *style) {
	return style_is_narrow(style) ? COLUMN : TEXT;
}

void text_group(struct buf *out, const struct report_style *style, const struct finding *f, size_t n) {
	struct buf b = {0};

	inert_add(&b, slice_str(f->rule->title));
	if (n > 1) {
		buf_add_str(&b, ": ");
		grouped_add(&b, n);
		buf_add_str(&b, " findings");
	}
	labelled_add(
		out, style, GROUP_COLUMN, GROUP_TEXT, ink_of(f->severity), severity_name(f->severity), buf_slice(&b));
	buf_clear(&b);
	if (f->rule->fix && *f->rule->fix) {
		inert_add(&b, slice_str(f->rule->fix));
		group_line(out, style, "fix", &b);
	}
	inert_add(&b, slice_str(f->rule->id));
	buf_printf(&b, ", confidence %s", confidence_name(f->confidence));
	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (f->rule->nhi & (1u << i))
			buf_printf(&b, ", NHI%u", i + 1);
	group_line(out, style, "rule", &b);
	buf_add_byte(out, '\n');
	buf_free(&b);
}

/* Why we think so. That something looks like what its rule describes needs no line of its own. */
static void add_verdict(
	struct buf *out, const struct report *r, const struct report_style *style, const struct finding *f) {
	enum verdict v = f->judgement.verdict;
	const char *gap = "";
	struct buf b = {0};
	char date[DATE_TEXT_MAX];

	if (v != VERDICT_CONFIGURED && v != VERDICT_PLAUSIBLE) {
		buf_add_str(&b, verdict_name(v));
		gap = ": ";
	}
	for (size_t i = 0; i < f->judgement.nreasons && i < REASONS_MAX; i++) {
		buf_add_str(&b, gap);
		inert_add(&b, slice_str(f->judgement.reasons[i].text));
		gap = "; ";
	}
	gap = b.n ? "; " : "";
	if (f->judgement.expires.state == WHEN_AT) {
		date_format(f->judgement.expires.at, date);
		buf_printf(
			&b, "%s%s %.10s", gap, f->judgement.expires.at <= r->run->ended ? "expired" : "expires", date);
		gap = "; ";
	} else if (f->judgement.expires.state == WHEN_NEVER) {
		buf_printf(&b, "%snever expires", gap);
		gap = "; ";
	}
	if (f->partner) {
		buf_printf(&b, "%sraised, since ", gap);
		inert_add(&b, slice_str(f->partner));
		buf_add_str(&b, " is beside it");
	}
	if (b.n)
		line(out, style, "why", &b);
	buf_free(&b);
}

/* "on main and 3 more refs": the first is the branch of the first name. */
static void add_refs(struct buf *line, const struct sighting *s, const char *gap) {
	struct slice name;

	if (!s->nrefs)
		return;
	name = slice_str(s->refs[0]);
	if (slice_has_prefix(name, "refs/heads/"))
		name = slice_sub(name, 11, name.n);
	else if (slice_has_prefix(name, "refs/"))
		name = slice_sub(name, 5, name.n);
	buf_printf(line, "%son ", gap);
	inert_add(line, name);
	if (s->refs_total > 1)
		buf_printf(line, " and %zu more ref%s", s->refs_total - 1, s->refs_total == 2 ? "" : "s");
}

/* The layer, and the start of the command that made it. */
static void add_layer(struct buf *line, const struct layer_note *l) {
	enum { SHOWN = 120 };
	struct buf text = {0};

	wording_layer(&text, l);
	inert_add(line, buf_slice(&text));
	if (l->command) {
		buf_add_str(line, ", made by: ");
		inert_add(line, slice_sub(slice_str(l->command), 0, SHOWN));
		if (strlen(l->command) > SHOWN)
			buf_add_str(line, "...");
	}
	buf_free(&text);
}

/* What is known of a place beyond its position, as ", x, y". */
static void add_circumstances(struct buf *line, const struct sighting *s) {
	const char *state = wording_state(s);
	const char *gap = "";

	if (s->layers) {
		buf_printf(line, "%sinside %s", gap, s->layers);
		gap = ", ";
	}
	if (s->layer) {
		buf_add_str(line, gap);
		add_layer(line, s->layer);
		gap = ", ";
	}
	if (s->commit) {
		char date[DATE_TEXT_MAX] = "";
		if (s->authored.state == WHEN_AT)
			date_format(s->authored.at, date);
		/* What has no path is called by its commit already. */
		if (s->path.n)
			buf_printf(line, "%scommit %.*s%s%.10s", gap, COMMIT_SHORT, s->commit, *date ? " " : "", date);
		else if (*date)
			buf_printf(line, "%s%.10s", gap, date);
		if (s->path.n || *date)
			gap = ", ";
	}
	if (state) {
		buf_printf(line, "%s%s", gap, state);
		gap = ", ";
	}
	if (s->versions > 1) {
		buf_printf(line, "%sin %u versions", gap, s->versions);
		gap = ", ";
	}
	if (s->days_exposed == 0)
		buf_printf(line, "%sexposed %s", gap, s->at_head ? "since today" : "less than a day");
	else if (s->days_exposed > 0)
		buf_printf(
			line, "%sexposed %lld day%s", gap, (long long)s->days_exposed, s->days_exposed == 1 ? "" : "s");
	if (s->days_exposed >= 0)
		gap = ", ";
	add_refs(line, s, gap);
}

/* Cuts [*from, *to) of `s`, on character boundaries, so that it takes at most `width` columns and holds `at`. */
static void cut_around(struct slice s, size_t at, size_t width, size_t *from, size_t *to) {
	*from = 0;
	*to = s.n;
	if (text_columns(s) <= width)
		return;
	/* A third of the line ahead of the mask, the rest for the mask and what follows. */
	*from = at;
	while (*from > 0 && text_columns(slice_sub(s, *from, at)) < width / 3)
		*from -= 1;
	while (*from < at && (s.p[*from] & 0xc0) == 0x80)
		*from += 1;
	while (*to > *from && text_columns(slice_sub(s, *from, *to)) > width)
		*to -= 1;
	while (*to > *from && *to < s.n && (s.p[*to] & 0xc0) == 0x80)
		*to -= 1;
}

/* The line and a caret under the mask. The excerpt comes escaped. */
static void add_excerpt(struct buf *out, const struct report_style *style, const struct sighting *s) {
	struct buf line = {0};
	struct slice text = slice_str(s->excerpt);
	size_t at = s->excerpt_at < text.n ? s->excerpt_at : text.n;
	size_t end = s->excerpt_len < text.n - at ? at + s->excerpt_len : text.n, start = 0;
	unsigned column = text_column(style);
	size_t width = style->width > column + 2 + 20 ? style->width - column - 2 : SIZE_MAX, from, to;

	/* Indentation tells nothing and takes room. */
	while (start < at && (text.p[start] == ' ' || text.p[start] == '\t'))
		start++;
	at -= start;
	inert_add_escaped(&line, slice_sub(text, start, end), &at);
	end = line.n;
	inert_add_escaped(&line, slice_sub(text, s->excerpt_at + s->excerpt_len, text.n), NULL);
	cut_around(buf_slice(&line), at, width, &from, &to);
	if (end > to)
		end = to;

	struct slice all = buf_slice(&line);
	size_t before = text_columns(slice_sub(all, from, at)), marked = text_columns(slice_sub(all, at, end));
	spaces_add(out, column);
	ink_add(out, style, INK_DIM, "| ");
	buf_add_slice(out, slice_sub(all, from, to));
	buf_add_byte(out, '\n');
	if (marked) {
		struct buf carets = {0};
		while (marked--)
			buf_add_byte(&carets, '^');
		spaces_add(out, column);
		ink_add(out, style, INK_DIM, "| ");
		spaces_add(out, before);
		ink_add(out, style, INK_BOLD, buf_cstr(&carets));
		buf_add_byte(out, '\n');
		buf_free(&carets);
	}
	buf_free(&line);
}

static bool same_file(const struct sighting *a, const struct sighting *b) {
	return a->target == b->target && a->place == b->place && slice_eq(a->path, b->path) &&
	       strcmp(a->object ? a->object : "", b->object ? b->object : "") == 0;
}

/* ", also on lines 12, 40 and 7 more": the other lines of the file of s[0], which is one of n. */
static void add_lines(struct buf *line, const struct sighting *s, size_t n) {
	size_t shown = n - 1 > LINES_SHOWN ? LINES_SHOWN : n - 1;

	if (n < 2)
		return;
	buf_printf(line, ", also on line%s", n > 2 ? "s" : "");
	for (size_t i = 1; i <= shown; i++)
		buf_printf(line, "%s %u", i == 1 ? "" : i == n - 1 ? " and" : ",", s[i].line);
	if (n - 1 > shown)
		buf_printf(line, " and %zu more", n - 1 - shown);
}

/* One file: its first sighting of n. Its path stands alone, so that it can be copied and followed; what is known of it, or of `twin`, which is the same
 * spot in history, comes behind. */
static void add_place(struct buf *out, const struct report *r, const struct report_style *style,
	const struct sighting *s, size_t n, const struct sighting *twin, bool with_excerpt) {
	struct buf b = {0}, subject = {0}, more = {0};
	bool inline_too;

	wording_subject(&subject, r->run, s);
	inert_add(&b, buf_slice(&subject));
	if (s->line)
		buf_printf(&b, ":%u:%u", s->line, s->column);
	add_lines(&b, s, n);
	add_circumstances(&more, s);
	inline_too = more.n && !s->commit && !s->layer;
	if (inline_too) {
		buf_add_str(&b, "  ");
		buf_add_slice(&b, buf_slice(&more));
	}
	line(out, style, "at", &b);
	if (with_excerpt)
		add_excerpt(out, style, s);
	if (more.n && !inline_too)
		line(out, style, "seen", &more);
	buf_clear(&more);
	if (twin) {
		add_circumstances(&more, twin);
		line(out, style, "seen", &more);
	}
	buf_free(&b);
	buf_free(&more);
	buf_free(&subject);
}

/* How many from s[0] on are lines of one file. */
static size_t lines_of(const struct sighting *s, size_t most) {
	size_t n = 1;

	while (n < most && same_file(s, s + n))
		n++;
	return n;
}

/* A file of the working tree that is committed as it is stands in history once more, at the same spots. */
static const struct sighting *twin_of(const struct finding *f, size_t i, size_t n) {
	enum { LOOK_AHEAD = 64 };

	for (size_t k = i + n; k < f->nsightings && k < i + n + LOOK_AHEAD && !f->sightings[i].commit; k++)
		if (f->sightings[k].commit && same_spot(&f->sightings[i], &f->sightings[k]) &&
			lines_of(&f->sightings[k], f->nsightings - k) == n)
			return &f->sightings[k];
	return NULL;
}

/* The same line with the mask at the same place. */
static bool same_excerpt(const struct sighting *a, const struct sighting *b) {
	return a && b && a->excerpt && b->excerpt && a->excerpt_at == b->excerpt_at &&
	       strcmp(a->excerpt, b->excerpt) == 0;
}

static void add_places(struct buf *out, const struct report *r, const struct report_style *style,
	const struct finding *f, const struct sighting *shown) {
	const struct sighting *twins[PLACES_SHOWN] = {NULL};
	size_t more = places_count(f), places = 0;

	for (size_t i = 0, n; i < f->nsightings && places < PLACES_SHOWN; i += n) {
		const struct sighting *s = &f->sightings[i];
		bool told = false;

		n = lines_of(s, f->nsightings - i);
		for (size_t k = 0; k < places; k++)
			told |= twins[k] == s;
		if (told)
			continue;
		twins[places] = twin_of(f, i, n);
		add_place(out, r, style, s, n, twins[places++], s->excerpt && !same_excerpt(shown, s));
		shown = s;
		more -= more < n ? more : n;
	}
	if (!more)
		return;
	spaces_add(out, text_column(style));
	buf_printf(out, "+%zu more place%s\n", more, more == 1 ? "" : "s");
}

/* The value stands in the line that is shown, unless none is. */
static void add_value(struct buf *out, const struct report_style *style, const struct finding *f) {
	struct buf b = {0};

	if (!f->masked || !*f->masked || (f->nsightings && f->sightings[0].excerpt))
		return;
	inert_add(&b, slice_str(f->masked));
	line(out, style, "value", &b);
	buf_free(&b);
}

void text_finding(struct buf *out, const struct report *r, const struct report_style *style, const struct finding *f,
	const struct finding *before) {
	const struct sighting *shown =
		before && before->nsightings && f->nsightings && same_file(&before->sightings[0], &f->sightings[0])
			? &before->sightings[0]
			: NULL;

	add_value(out, style, f);
	add_places(out, r, style, f, shown);
	add_verdict(out, r, style, f);
}
