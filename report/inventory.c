/* The list of inventory formats, and the two that are lines: a table for people and CSV for spreadsheets. */
#include "report/inventory.h"

#include "core/text.h"
#include "report/inert.h"
#include "report/text_style.h"

#include <string.h>

const struct inventory_format *const inventory_formats[] = {
	&inventory_table,
	&inventory_json,
	&inventory_csv,
	&inventory_cyclonedx,
	NULL,
};

const struct inventory_format *inventory_format_find(const char *name) {
	for (size_t i = 0; inventory_formats[i]; i++)
		if (strcmp(inventory_formats[i]->name, name) == 0)
			return inventory_formats[i];
	return NULL;
}

void inventory_date(struct when w, const char *unknown, char out[DATE_TEXT_MAX]) {
	if (w.state == WHEN_AT) {
		date_format(w.at, out);
		out[10] = 0;
	} else
		snprintf(out, DATE_TEXT_MAX, "%s", w.state == WHEN_NEVER ? "never" : unknown);
}

static int flush(struct buf *b, FILE *out, struct error *err) {
	bool ok = fwrite(b->p, 1, b->n, out) == b->n;

	buf_free(b);
	return ok ? 0 : error_errno(err, "writing the inventory");
}

static const char *truth_text(enum inventory_truth t) {
	return t == INVENTORY_YES ? "yes" : t == INVENTORY_NO ? "no" : "unknown";
}

/* ---- table ---- */

enum { COLUMNS = 9, WIDTH_MAX = 64 };

/* A byte of UTF-8 that begins no character. */
static bool is_inside(uint8_t c) {
	return (c & 0xc0) == 0x80;
}

static void cells(const struct inventory_row *r, struct buf out[COLUMNS]) {
	char used[DATE_TEXT_MAX], made[DATE_TEXT_MAX], ends[DATE_TEXT_MAX];
	const char *texts[COLUMNS];

	inventory_date(r->created, "?", made);
	inventory_date(r->last_used, "?", used);
	inventory_date(r->expires, r->is_credential ? "?" : "", ends);
	texts[0] = r->kind;
	texts[1] = r->name;
	texts[2] = r->is_credential ? (r->active == INVENTORY_NO ? "inactive" : r->active ? "active" : "?") : "";
	texts[3] = made;
	texts[4] = used;
	texts[5] = ends;
	texts[6] = r->owner ? r->owner : "none known";
	texts[7] = r->environment ? r->environment : "";
	texts[8] = r->power ? r->power : "";
	for (int i = 0; i < COLUMNS; i++) {
		buf_clear(&out[i]);
		inert_add(&out[i], slice_str(texts[i] ? texts[i] : ""));
		/* ARNs say most at their end. */
		if (i == 1 && out[i].n > WIDTH_MAX) {
			size_t from = out[i].n - WIDTH_MAX + 3;
			struct buf cut = {0};
			struct slice end;

			while (from < out[i].n && is_inside(out[i].p[from]))
				from++;
			end = slice_sub(buf_slice(&out[i]), from, out[i].n);

			buf_add_str(&cut, "...");
			buf_add_slice(&cut, end);
			buf_free(&out[i]);
			out[i] = cut;
		} else if (i != 1 && out[i].n > WIDTH_MAX) {
			out[i].n = WIDTH_MAX;
			while (out[i].n && is_inside(out[i].p[out[i].n]))
				out[i].n--;
		}
	}
}

static void line(struct buf *b, const struct buf c[COLUMNS], const size_t width[COLUMNS]) {
	for (int i = 0; i < COLUMNS; i++) {
		buf_add_slice(b, buf_slice(&c[i]));
		for (size_t k = c[i].n; i + 1 < COLUMNS && k < width[i] + 2; k++)
			buf_add_byte(b, ' ');
	}
	while (b->n && b->p[b->n - 1] == ' ')
		b->n--;
	buf_add_byte(b, '\n');
}

static int write_table(const struct inventory *inv, FILE *out, struct error *err) {
	static const char *const heads[COLUMNS] = {
		"KIND", "NAME", "STATE", "MADE", "LAST USED", "ENDS", "OWNER", "ENV", "POWER"};
	struct buf c[COLUMNS] = {{0}}, b = {0};
	size_t width[COLUMNS], credentials = 0;

	for (int i = 0; i < COLUMNS; i++)
		width[i] = strlen(heads[i]);
	for (size_t r = 0; r < inv->n; r++) {
		cells(&inv->rows[r], c);
		for (int i = 0; i < COLUMNS; i++)
			width[i] = c[i].n > width[i] ? c[i].n : width[i];
		credentials += inv->rows[r].is_credential;
	}
	for (int i = 0; i < COLUMNS; i++) {
		buf_clear(&c[i]);
		buf_add_str(&c[i], heads[i]);
	}
	line(&b, c, width);
	for (size_t r = 0; r < inv->n; r++) {
		cells(&inv->rows[r], c);
		line(&b, c, width);
	}
	buf_printf(&b, "%zu identit%s, %zu credential%s%s\n", inv->n - credentials,
		inv->n - credentials == 1 ? "y" : "ies", credentials, credentials == 1 ? "" : "s",
		inv->incomplete ? "; some export was partial or could not be read" : "");
	for (int i = 0; i < COLUMNS; i++)
		buf_free(&c[i]);
	return flush(&b, out, err);
}

const struct inventory_format inventory_table = {"table", "for people", write_table};

/* ---- CSV ---- */

/* Always in quotes. */
static void cell(struct buf *b, const char *text, bool last) {
	struct buf safe = {0};
	bool quoted;

	inert_cell(&safe, slice_str(text ? text : ""));
	quoted = safe.n && safe.p[0] == '"';
	buf_add_str(b, quoted ? "" : "\"");
	buf_add_slice(b, buf_slice(&safe));
	buf_add_str(b, quoted ? "" : "\"");
	buf_add_str(b, last ? "\r\n" : ",");
	buf_free(&safe);
}

static int write_csv(const struct inventory *inv, FILE *out, struct error *err) {
	struct buf b = {0};

	buf_add_str(&b,
		"type,kind,name,provider,account,account_name,identity,active,created,last_used,expires,rotated,"
		"owner,owner_source,environment,trust,power,referred_by,file,line\r\n");
	for (size_t i = 0; i < inv->n; i++) {
		const struct inventory_row *r = &inv->rows[i];
		const struct when times[] = {r->created, r->last_used, r->expires, r->rotated};
		struct buf refs = {0};
		char text[DATE_TEXT_MAX];

		cell(&b, r->is_credential ? "credential" : "identity", false);
		cell(&b, r->kind, false);
		cell(&b, r->name, false);
		cell(&b, r->provider, false);
		cell(&b, r->account, false);
		cell(&b, r->account_name, false);
		cell(&b, r->identity, false);
		cell(&b, r->is_credential ? truth_text(r->active) : "", false);
		for (size_t k = 0; k < 4; k++) {
			inventory_date(times[k], "unknown", text);
			cell(&b, text, false);
		}
		cell(&b, r->owner, false);
		cell(&b, r->owner_source, false);
		cell(&b, r->environment, false);
		cell(&b, r->trust, false);
		cell(&b, r->power, false);
		for (size_t k = 0; k < r->nreferred; k++)
			buf_printf(&refs, "%s%s", k ? "; " : "", r->referred_by[k]);
		cell(&b, buf_cstr(&refs), false);
		buf_free(&refs);
		cell(&b, r->path, false);
		snprintf(text, sizeof(text), "%u", r->line);
		cell(&b, text, true);
	}
	return flush(&b, out, err);
}

const struct inventory_format inventory_csv = {"csv", "for spreadsheets", write_csv};
