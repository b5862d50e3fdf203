/* Exports of identity systems on the command line or among the targets of a scan: read into one inventory, judged as a whole, given to the rules as
 * facts. What is said about them is in iam*.c and inventory.c. */
#ifndef NHISCAN_CMD_EXPORTS_H
#define NHISCAN_CMD_EXPORTS_H

#include "cmd/options.h"
#include "rules/privilege/privilege.h"
#include "scanners/iam/aws/collect.h"

struct exports {
	struct aws_inventory aws;
	struct privilege *privilege; /* NULL before exports_settle() */
	int64_t as_of;		     /* the moment ages are counted to */
	const char *as_of_source;    /* "--as-of", "the credential report", … */
};

/* Reads every path. Trouble with a file goes to the coverage; -1 when a path is not there or --as-of is no date. */
int exports_read(struct exports *e, const struct text_list *paths, const struct options *o, int64_t now,
	struct coverage *c, struct error *err);

/* The moment: `as_of` (--as-of, or NULL), else what an export says of itself, else the newest file, else now. ERR_USAGE. */
int exports_settle_time(struct exports *e, const char *as_of, int64_t now, struct error *err);

/* Joins what the exports say, works out power, and adds the facts. */
void exports_settle(struct exports *e, struct fact_set *set);

/* Says which bounds of the engine were met: what is missing then makes the run incomplete. */
void exports_note_limits(const struct exports *e, struct coverage *c);

bool exports_are_there(const struct exports *e);
void exports_close(struct exports *e);

#endif
