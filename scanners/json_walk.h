/* Walking over a JSON text without parsing it: the values of a stream, the members of an object, the items of an array, each as a piece of
 * bytes that knows where it stands. So a text of gigabytes is read element by element, each parsed alone by json_read(). What is inside a
 * piece is not checked here, except that strings and brackets close. */
#ifndef NHISCAN_SCANNERS_JSON_WALK_H
#define NHISCAN_SCANNERS_JSON_WALK_H

#include "scanners/node.h"

/* An unparsed value, without white space around it. */
struct json_piece {
	struct slice bytes;
	uint64_t offset;       /* of its first byte in the whole text */
	unsigned line, column; /* of its first byte, from 1, columns in bytes */
	bool cut;	       /* the text ends inside it */
};

struct json_walk {
	const uint8_t *p;
	size_t at, n;
	uint64_t offset;       /* of p[0] in the whole text */
	unsigned line, column; /* of p[at] */
	uint8_t close;	       /* ']', '}' or 0 for a stream */
	bool started, done;
	struct syntax_error err; /* text is NULL while all is well */
};

/* A whole text: values one after the other, with commas between them or not. A byte order mark is passed over. */
void json_walk_stream(struct json_walk *w, struct slice text);
/* Inside an array or an object; false when the piece is neither. */
bool json_walk_open(struct json_walk *w, const struct json_piece *p);

/* The next value. For an object `key` gets the key's bytes between its quotes, as they stand; it may be NULL for other walks.
 * False at the end or at an error (w->err.text is set, and what came before is whole). After the error of a stream, walking on
 * passes over to the next line. */
bool json_walk_next(struct json_walk *w, struct slice *key, struct json_piece *value);

char json_piece_kind(const struct json_piece *p); /* '{', '[', '"', or the first byte of anything else; 0 for nothing */

/* Parses a piece; its spans are those of the whole text. NULL with `err` filled, its position that of the whole text. */
const struct node *json_piece_parse(
	struct arena *a, const struct json_piece *p, const struct node_limits *lim, struct syntax_error *err);
/* The place of a span that counts from the piece's start, in the whole text. */
struct span json_piece_span(const struct json_piece *p, struct span s);

/* Moves all spans of a tree that was read from a text of its own to `to`, where that text stands: places inside an escaped text cannot be told. */
void json_move(const struct node *n, struct span to);

#endif
