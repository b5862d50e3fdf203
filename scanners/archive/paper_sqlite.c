/* Rows of an SQLite database, read from memory through libsqlite3: one text for each column, one line for each row. */
#include "core/vec.h"
#include "scanners/archive/kind.h"
#include "scanners/archive/paper.h"

#include <sqlite3.h>
#include <stdlib.h>

/* A column's rows are given when there are this many bytes of them. */
#define TEXT_MOST ((size_t)8 << 20)
#define HEAP_MOST ((sqlite3_int64)64 << 20)
#define ROW_COST  16   /* bytes that a row is charged besides its texts */
#define STEPS	  4096 /* of SQLite's machine between two looks at the clock */

static int on_progress(void *ctx) {
	return !account_goes_on(ctx);
}

/* A database comes from anybody: nothing in its schema is run, and nothing but it is opened. */
static void tame(sqlite3 *db, struct account *a) {
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 32 << 20);
	sqlite3_exec(db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
	sqlite3_progress_handler(db, STEPS, on_progress, a);
}

/* The rows of one table, a text for each column. */
struct table {
	const struct paper *paper;
	const char *name;
	VEC(char *) columns;
	struct buf *texts; /* one a column */
	size_t bytes;	   /* in all of them */
	uint64_t row;	   /* the one at hand */
};

static void add_value(struct buf *out, const char *column, sqlite3_stmt *row, int i) {
	int type = sqlite3_column_type(row, i);
	const uint8_t *p =
		type == SQLITE_TEXT ? sqlite3_column_text(row, i) : sqlite3_column_blob(row, i); /* text as UTF-8 */
	size_t n = (size_t)sqlite3_column_bytes(row, i), at;

	if (p && (type == SQLITE_TEXT || type == SQLITE_BLOB)) {
		buf_add_str(out, column);
		buf_add_str(out, " = ");
		at = out->n;
		buf_add(out, p, n);
		for (; at < out->n; at++)
			if (out->p[at] == '\n' || out->p[at] == '\r')
				out->p[at] = ' ';
	}
	buf_add_byte(out, '\n'); /* also for a number: line 7 is row 7 */
}

static void give_texts(struct table *t) {
	for (size_t i = 0; i < t->columns.n; i++) {
		char *name = sqlite3_mprintf("%s/%s", t->name, t->columns.at[i]);

		paper_give_text(t->paper, name ? name : t->name, buf_slice(&t->texts[i]));
		buf_clear(&t->texts[i]);
		sqlite3_free(name);
	}
	t->bytes = 0;
}

/* A value that is a container is opened, too. */
static void give_packed(struct table *t, sqlite3_stmt *row, size_t i) {
	const void *p = sqlite3_column_type(row, (int)i) == SQLITE_BLOB ? sqlite3_column_blob(row, (int)i) : NULL;
	struct slice value = slice_of(p, p ? (size_t)sqlite3_column_bytes(row, (int)i) : 0);
	char *name;

	if (!p || !expand_opens(slice_sub(value, 0, KIND_HEAD)))
		return;
	name = sqlite3_mprintf("%s/%s row %llu", t->name, t->columns.at[i], (unsigned long long)t->row);
	paper_give_bytes(t->paper, name ? name : t->name, value);
	sqlite3_free(name);
}

/* One pass over the table, whatever the number of columns; every row is charged, since many tables of a schema may name the same pages.
 * False when the rest can't be read. */
static bool give_rows(struct table *t, sqlite3 *db) {
	struct account *a = &t->paper->r->job->account;
	struct buf sql = {0};
	sqlite3_stmt *row = NULL;
	int rc;

	for (size_t i = 0; i < t->columns.n; i++) {
		char *quoted = sqlite3_mprintf("%s \"%w\"", i ? "," : "SELECT", t->columns.at[i]);

		buf_add_str(&sql, quoted ? quoted : "");
		sqlite3_free(quoted);
	}
	{
		char *from = sqlite3_mprintf(" FROM \"%w\"", t->name);

		buf_add_str(&sql, from ? from : "");
		sqlite3_free(from);
	}
	rc = sqlite3_prepare_v2(db, buf_cstr(&sql), -1, &row, NULL);
	buf_free(&sql);
	while (rc == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW) {
		size_t before = t->bytes;

		t->bytes = 0;
		t->row++;
		for (size_t i = 0; i < t->columns.n; i++) {
			add_value(&t->texts[i], t->columns.at[i], row, (int)i);
			give_packed(t, row, i);
			t->bytes += t->texts[i].n;
		}
		if (!account_bytes(a, ROW_COST + (t->bytes > before ? t->bytes - before : 0)))
			break;
		if (t->bytes >= TEXT_MOST)
			give_texts(t);
	}
	give_texts(t);
	return rc == SQLITE_OK && sqlite3_finalize(row) == SQLITE_OK;
}

static bool give_table(const struct paper *p, sqlite3 *db, const char *name) {
	char *sql = sqlite3_mprintf("SELECT name FROM pragma_table_info(%Q) ORDER BY cid", name);
	struct table t = {.paper = p, .name = name};
	sqlite3_stmt *row = NULL;
	bool whole = sql && sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK;

	while (whole && sqlite3_step(row) == SQLITE_ROW) {
		const char *column = (const char *)sqlite3_column_text(row, 0);

		if (column)
			VEC_PUSH(&t.columns, mem_str(column));
	}
	whole = sqlite3_finalize(row) == SQLITE_OK && whole;
	sqlite3_free(sql);
	if (whole && t.columns.n) {
		t.texts = mem_alloc_n(t.columns.n, sizeof(*t.texts));
		whole = give_rows(&t, db);
	}
	for (size_t i = 0; i < t.columns.n; i++) {
		if (t.texts)
			buf_free(&t.texts[i]);
		free(t.columns.at[i]);
	}
	free(t.texts);
	VEC_FREE(&t.columns);
	return whole;
}

static bool give_tables(const struct paper *p, sqlite3 *db) {
	static const char sql[] =
		"SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY rowid";
	sqlite3_stmt *row = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &row, NULL);
	bool whole = rc == SQLITE_OK;

	while (whole && (rc = sqlite3_step(row)) == SQLITE_ROW && account_goes_on(&p->r->job->account)) {
		const char *table = (const char *)sqlite3_column_text(row, 0);

		if (table && !give_table(p, db, table))
			whole = false;
	}
	sqlite3_finalize(row);
	return whole && rc == SQLITE_DONE;
}

bool sqlite_give(const struct paper *p) {
	struct slice s = p->doc->bytes;
	sqlite3 *db = NULL;
	uint8_t *copy = mem_grow(NULL, s.n, 1);

	/* Bytes 18 and 19 say 2 for a database with a write-ahead log, which memory has not: its rows are read without (fileformat2). */
	memcpy(copy, s.p, s.n);
	if (s.n > 20)
		copy[18] = copy[19] = 1;
	sqlite3_hard_heap_limit64(HEAP_MOST);
	if (sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, NULL) ==
			SQLITE_OK &&
		sqlite3_deserialize(db, "main", copy, (sqlite3_int64)s.n, (sqlite3_int64)s.n,
			SQLITE_DESERIALIZE_READONLY) == SQLITE_OK) {
		tame(db, &p->r->job->account);
		if (!give_tables(p, db) && p->r->job->account.hit == ACCOUNT_NONE)
			job_note(p->r, p->doc, "archive-damaged", true,
				"not all rows of the database could be read; its bytes were matched as they are");
	}
	sqlite3_close(db);
	mem_wipe_free(copy, s.n);
	return false; /* deleted rows stand in free pages */
}
