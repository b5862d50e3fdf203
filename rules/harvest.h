/* What one worker brings home: every candidate of every document it was given, with where it stood. */
#ifndef NHISCAN_RULES_HARVEST_H
#define NHISCAN_RULES_HARVEST_H

#include "core/buf.h"
#include "core/coverage.h"
#include "rules/engine.h"
#include "scanners/document.h"

struct harvested {
	const struct appraisal *what;
	unsigned target;
	enum place place;
	struct slice path;		/* with those of containers: "app.jar!/lib/b.zip!/c.env" */
	const struct slice *steps;	/* the parts of that, outermost first, when it lies in a container */
	unsigned nsteps;		/* 0: it does not */
	const struct layer_note *layer; /* of the image that it lies in, or NULL; owned by whoever told it */
	struct object_id object, commit;
	struct when authored;
	bool at_head;
	const struct lifetime *life; /* of objects of history, or NULL; owned by whoever attributed them */
	uint64_t offset, end;	     /* bytes of the document */
	unsigned line, column, end_line, end_column;
	ptrdiff_t partner; /* rule whose candidate stands in the same document, or -1; set by assembly */
};

struct harvest {
	struct matcher *matcher;
	VEC(struct harvested) all;
	struct arena paths;
	struct carried_list carried; /* by the last document */
	struct buf path;	     /* of the document at hand, when it lies in containers */
	uint64_t limited;	     /* documents in which a limit was hit */
};

int harvest_open(struct harvest *h, struct engine *e, struct error *err);
void harvest_close(struct harvest *h);

/* Matches one document and keeps what it finds. Limits that were hit become notices in `cov`. */
void harvest_document(struct harvest *h, const struct document *doc, struct coverage *cov);

/* The same for a version (`v` NULL: whole). Returns what the versions made of it need, when keep_state asks for it; the caller
 * frees it with matched_text_free(). */
struct matched_text *harvest_version(
	struct harvest *h, const struct document *doc, const struct version *v, bool keep_state, struct coverage *cov);

/* Moves out what the last document carries. */
void harvest_carried(struct harvest *h, struct carried_list *out);

/* The path as it is without what lies in containers: that of the file, or empty for an object whose path is not known yet. */
struct slice harvested_outer_path(const struct harvested *h);

/* Tells the path of what lies outermost, when it was not known as it was harvested. Texts live in `a`. */
void harvested_set_outer_path(struct harvested *h, struct arena *a, struct slice path);

/* Keeps candidates that were already found in the document's bytes (settled), with their lines (line_marks.h). Overlaps are resolved at assembly, when the
 * path is known: rules may be limited to paths. */
void harvest_candidates(struct harvest *h, const struct document *doc, const candidate_vec *found);

#endif
