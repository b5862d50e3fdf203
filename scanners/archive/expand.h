/* Opens what is packed, between a scanner and where its documents go: a document that is a container gives its members, theirs, and so
 * on, each as a document with `container` set; anything else passes as it is. Bytes of a container whose members were read are not
 * given themselves. Nothing is written anywhere, no name in an archive is ever used as one of a file. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_EXPAND_H
#define NHISCAN_SCANNERS_ARCHIVE_EXPAND_H

#include "core/coverage.h"
#include "core/limits.h"
#include "core/pool.h"
#include "scanners/document.h"

struct expander;

struct expand_options {
	const struct limits *limits;
	struct coverage *coverage;
	const struct stop_flag *stop;
	unsigned threads;
	const struct document_sink *to; /* must take expand_workers(threads) workers */
};

/* Would a document that begins so be opened, with little doubt? Then encoded text that decodes to it is, too: sink.carried. */
bool expand_opens(struct slice head);

/* Threads of scanners, and helpers when some of those have nothing to do. */
unsigned expand_workers(unsigned threads);

/* Everything in `o` must outlive it. */
struct expander *expand_open(const struct expand_options *o);
const struct document_sink *expand_sink(const struct expander *x);
/* When everything was read: what is known of images. The first call of expand_tell() may come then; see images_tell(). */
void expand_settle(struct expander *x);
bool expand_tell(const struct expander *x, unsigned target, const struct object_id *object, const struct slice *steps,
	unsigned n, struct layer_note *out);
void expand_close(struct expander *x);

#endif
