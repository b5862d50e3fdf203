/* Documents that hide their text: databases, PDF, compiled code, office files, notebooks, mail. What they hold is given as members of theirs,
 * beside their own bytes. Names of such members say where: "table/column", "constants", "stream 4". */
#ifndef NHISCAN_SCANNERS_ARCHIVE_PAPER_H
#define NHISCAN_SCANNERS_ARCHIVE_PAPER_H

#include "scanners/archive/job.h"

enum paper_kind {
	PAPER_NONE,
	PAPER_SQLITE,
	PAPER_PDF,
	PAPER_CLASS, /* of Java */
	PAPER_PYC,
	PAPER_PLIST,  /* binary ones */
	PAPER_OFFICE, /* XML of Office Open XML and OpenDocument, in which a word may be cut into runs */
	PAPER_NOTEBOOK,
	PAPER_MAIL,
	PAPER_PACK,   /* of git */
	PAPER_BUNDLE, /* the same, with a header */
	PAPER_LOOSE,  /* one object of git */
	PAPER_XAR,
	PAPER_REGISTRY, /* exports of Windows */
	PAPER_ANDROID,	/* compiled XML and tables of resources */
	PAPER_COUNT
};

/* By content; `bytes` is all of it. */
enum paper_kind paper_kind_of(struct slice bytes);
/* How far into `bytes` that looks at most; told by the first 64 of them. */
size_t paper_kind_looks_at(struct slice bytes);

/* Must it be whole to be read? Then it is held whole up to the limit for memory. */
bool paper_is_whole(enum paper_kind k);

/* One being read. */
struct paper {
	struct reading *r;
	const struct document *doc;
	unsigned depth; /* of what lies in it */
};

/* Gives everything in `doc`, whose bytes are set. True: that was all there is, so that its own bytes need not be matched. */
bool paper_read(const struct paper *p, enum paper_kind k);

/* For the readers: a text, or bytes that may be a container. */
void paper_give_text(const struct paper *p, const char *name, struct slice text);
void paper_give_bytes(const struct paper *p, const char *name, struct slice bytes);

/* paper_sqlite.c, paper_pdf.c, … */
bool sqlite_give(const struct paper *p);
bool pdf_give(const struct paper *p);
bool class_give(const struct paper *p);
bool pyc_give(const struct paper *p);
bool plist_give(const struct paper *p);
bool office_give(const struct paper *p);
bool notebook_give(const struct paper *p);
bool mail_give(const struct paper *p);
bool pack_give(const struct paper *p);
bool bundle_give(const struct paper *p);
bool loose_give(const struct paper *p);
bool xar_give(const struct paper *p);
bool registry_give(const struct paper *p);
bool android_give(const struct paper *p);
bool is_android(struct slice s);

#endif
