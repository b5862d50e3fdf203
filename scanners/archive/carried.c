/* What documents carry in encoded text: opened like a member, under the name of where it stands, "base64 at line 5 column 9". */
#include "core/memory.h"
#include "scanners/archive/job.h"
#include "scanners/archive/paper.h"

#include <stdio.h>

bool expand_opens(struct slice head) {
	enum packed_kind k = packed_kind_of(head);
	enum paper_kind p;

	if (k != KIND_NONE)
		return k != KIND_COMPRESS; /* two bytes */
	p = paper_kind_of(head);
	return p == PAPER_SQLITE || p == PAPER_PDF || p == PAPER_PLIST || p == PAPER_PACK || p == PAPER_BUNDLE ||
	       p == PAPER_XAR;
}

static unsigned depth_of(const struct document *doc) {
	unsigned n = 1;

	for (; doc->container; doc = doc->container)
		n++;
	return n;
}

static void open_one(struct reading *r, const struct document *doc, unsigned depth, const struct carried *c) {
	char name[96];
	struct stream *s = stream_of_bytes(c->bytes);

	r->in_text++;
	snprintf(name, sizeof(name), "%s at line %u column %u", c->layers, c->line, c->column);
	if (account_member(&r->job->account))
		member_give(r, doc, depth, &(struct member){.name = slice_str(name), .size = c->bytes.n}, s);
	stream_close(s);
	r->in_text--;
}

void job_open_all(struct reading *r, const struct document *doc, struct carried_list *l) {
	struct buf *piece = &r->job->x->slots[r->worker].piece, own = *piece; /* the document may stand in it */

	*piece = (struct buf){0};
	for (size_t i = 0; i < l->n && account_goes_on(&r->job->account); i++)
		open_one(r, doc, depth_of(doc), &l->at[i]);
	buf_free(piece);
	*piece = own;
	carried_free(l);
}

void job_open_carried(struct reading *r, const struct document *doc) {
	const struct document_sink *to = r->job->x->o.to;
	struct carried_list l = {0};

	if (to->carried)
		to->carried(to->ctx, r->worker, &l);
	if (l.n)
		job_open_all(r, doc, &l);
}
