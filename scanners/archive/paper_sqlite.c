/* Rows of an SQLite database, read from memory through libsqlite3: one text for each column, one line for each row. */
#include "core/memory.h"
#include "scanners/archive/paper.h"

#include <sqlite3.h>
#include <stdlib.h>

/* A column's rows are given when there are this many bytes of them. */
#define TEXT_MOST ((size_t)8 << 20)
#define HEAP_MOST ((sqlite3_int64)64 << 20)
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

static void add_row(struct buf *out, const char *column, sqlite3_stmt *row) {
	int type = sqlite3_column_type(row, 0);
	const uint8_t *p =
		type == SQLITE_TEXT ? sqlite3_column_text(row, 0) : sqlite3_column_blob(row, 0); /* text as UTF-8 */
	int n = sqlite3_column_bytes(row, 0);

	if (p && (type == SQLITE_TEXT || type == SQLITE_BLOB)) {
		buf_printf(out, "%s = ", column);
		for (int i = 0; i < n; i++)
			buf_add_byte(out, p[i] == '\n' || p[i] == '\r' ? ' ' : p[i]);
	}
	buf_add_byte(out, '\n'); /* also for a number: line 7 is row 7 */
}

/* False when the rest can't be read. */
static bool give_column(const struct paper *p, sqlite3 *db, const char *table, const char *column) {
	char *sql = sqlite3_mprintf("SELECT \"%w\" FROM \"%w\"", column, table),
	     *name = sqlite3_mprintf("%s/%s", table, column);
	sqlite3_stmt *row = NULL;
	struct buf text = {0};
	int rc = sql && name ? sqlite3_prepare_v2(db, sql, -1, &row, NULL) : SQLITE_NOMEM;

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(row);
		if (rc != SQLITE_ROW)
			break;
		add_row(&text, column, row);
		if (text.n >= TEXT_MOST) {
			account_bytes(&p->r->job->account, text.n);
			paper_give_text(p, name, buf_slice(&text));
			buf_clear(&text);
		}
	}
	if (text.n)
		paper_give_text(p, name ? name : table, buf_slice(&text));
	buf_free(&text);
	sqlite3_finalize(row);
	sqlite3_free(sql);
	sqlite3_free(name);
	return rc == SQLITE_DONE;
}

static bool give_tables(const struct paper *p, sqlite3 *db) {
	static const char sql[] = "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c "
				  "WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY t.rowid, c.cid";
	sqlite3_stmt *row = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &row, NULL);
	bool whole = rc == SQLITE_OK;

	while (whole && (rc = sqlite3_step(row)) == SQLITE_ROW && account_goes_on(&p->r->job->account)) {
		const char *table = (const char *)sqlite3_column_text(row, 0),
			   *column = (const char *)sqlite3_column_text(row, 1);

		if (table && column && !give_column(p, db, table, column))
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
