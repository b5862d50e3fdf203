/* An inventory of identities and credentials, and its formats: one file each, one line in inventory.c. What is in it, cmd decides. */
#ifndef NHISCAN_REPORT_INVENTORY_H
#define NHISCAN_REPORT_INVENTORY_H

#include "core/date.h"
#include "core/error.h"

#include <stdio.h>

enum inventory_truth { INVENTORY_UNKNOWN, INVENTORY_NO, INVENTORY_YES };

/* Texts are NULL when nothing is known; masked, escaped nowhere yet. */
struct inventory_row {
	bool is_credential;
	const char *kind; /* "role", "access-key", … */
	const char *name; /* ARN, key id, … */
	const char *provider, *account, *account_name;
	const char *identity; /* of credentials: whose */
	enum inventory_truth active;
	struct when created, last_used, expires, rotated;
	const char *owner, *owner_source; /* "payments", "tag Owner" */
	const char *environment;
	const char *trust; /* who may take it on */
	const char *power; /* what it can do, a clause */
	const char *const *referred_by;
	size_t nreferred;
	const char *path; /* where it was read */
	unsigned line, column;
	const char *pointer; /* JSON pointer there, or NULL */
};

struct inventory {
	const struct inventory_row *rows; /* identities first, each kind by name */
	size_t n;
	int64_t as_of;
	const char *version;
	bool incomplete; /* some export was partial or could not be read */
};

struct inventory_format {
	const char *name;
	const char *help;
	int (*write)(const struct inventory *inv, FILE *out, struct error *err);
};

/* NULL-terminated. */
extern const struct inventory_format *const inventory_formats[];
const struct inventory_format *inventory_format_find(const char *name);

extern const struct inventory_format inventory_table, inventory_json, inventory_csv, inventory_cyclonedx;

/* "2026-01-31", "never", or `unknown`. */
void inventory_date(struct when w, const char *unknown, char out[DATE_TEXT_MAX]);

#endif
