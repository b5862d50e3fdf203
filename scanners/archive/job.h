/* What the parts of the expander share: one outermost container being read, and one thread that reads in it.
 * Only for expand.c, inside.c and give.c. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_JOB_H
#define NHISCAN_SCANNERS_ARCHIVE_JOB_H

#include "scanners/archive/account.h"
#include "scanners/archive/archive.h"
#include "scanners/archive/budget.h"
#include "scanners/archive/expand.h"
#include "scanners/archive/helpers.h"
#include "scanners/archive/image.h"

#include <locale.h>

struct slot {
	struct buf piece;  /* of the member at hand */
	struct buf tried;  /* path of a file that was tried in vain */
	_Atomic bool busy; /* a thread of this number is at work */
	enum {
		SLOT_PASSED_ON,
		SLOT_CLEAN,
		SLOT_UNCLEAN
	} last; /* document: given on, or a container that left nothing or something */
};

struct expander {
	struct expand_options o;
	struct document_sink sink;
	struct images *images;
	struct budget budget;
	pthread_mutex_t lock; /* for taking a helper's number */
	struct slot *slots;   /* one a worker */
	locale_t
		utf8; /* libarchive gives names in the character set of the locale: a thread that reads is in this one */
	_Atomic size_t copied; /* bytes of documents on their way to helpers */
	char container_state;  /* its address stands for the state of a container among versions */
};

struct job {
	struct expander *x;
	struct account account;
	struct helpers helpers;
	_Atomic bool unclean; /* the sink kept something of a member, or there was a notice */
};

/* One thread in a job. */
struct reading {
	struct job *job;
	unsigned worker;
	unsigned
		in_text; /* containers being opened that stood in encoded text: much text looks like the start of one */
	bool helps;	 /* it is a helper: what it opens it delivers itself */
	struct chain chain; /* what the containers that it is in hold in memory */
};

/* inside.c: reads the members of `container`, which is `depth` containers deep (1: the outermost). What was wrong is noted. False when it
 * gave nothing at all, as bytes do that only look like a container. */
bool container_read(struct reading *r, const struct document *container, unsigned depth, enum packed_kind k,
	const struct source *src);

/* What is no file is counted and left alone. */
void member_pass_over(struct reading *r, const struct document *doc, const struct member *m);
/* Absolute, or climbing with "..". */
bool member_name_is_odd(struct slice name);
void container_tell_odd_names(struct reading *r, const struct document *container);

/* give.c: one member of `container`: a container itself, or a document. */
void member_give(struct reading *r, const struct document *container, unsigned depth, const struct member *m,
	struct stream *data);

/* expand.c */
/* A thread that begins to read in `job`. */
struct reading job_reading(struct job *job, unsigned worker);
void job_note(struct reading *r, const struct document *doc, const char *code, bool incomplete, const char *detail);
void job_skip(struct reading *r, const struct document *doc, enum skip why, const char *detail);
void job_pass_on(struct reading *r, const struct document *doc); /* to where the expander's documents go */
void job_deliver(struct reading *r, const struct document *doc);
/* carried.c: opens what `doc` carries in encoded text, and frees the list; the same for what the sink took last. */
void job_open_all(struct reading *r, const struct document *doc, struct carried_list *l);
void job_open_carried(struct reading *r, const struct document *doc);
void job_tell_unread(struct reading *r, const struct document *doc, struct slice head);
/* A document inside `container`. */
struct document job_document(const struct document *container, struct slice name);

#endif
