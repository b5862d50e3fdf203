/* Errors that carry the story: a kind, which decides the exit status, and a text to which each layer
 * adds what it was doing. Functions that fail return -1 (or NULL) and fill a struct error. */
#ifndef NHISCAN_CORE_ERROR_H
#define NHISCAN_CORE_ERROR_H

enum error_kind {
	ERR_NONE = 0,
	ERR_USAGE,  /* the command line or a configuration file is wrong: exit 2 */
	ERR_IO,	    /* the system said no */
	ERR_FORMAT, /* bytes are not what they claim to be */
	ERR_LIMIT,  /* a limit was hit */
	ERR_STOPPED /* the user interrupted */
};

#define ERROR_TEXT_MAX 1024

struct error {
	enum error_kind kind;
	char text[ERROR_TEXT_MAX];
};

/* Sets kind and text; returns -1 so that `return error_set(...)` reads well. Text is cut, never overrun. `e` may be NULL. */
int error_set(struct error *e, enum error_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Like error_set(ERR_IO) with ": strerror(errno)" behind it. */
int error_errno(struct error *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts "what: " before the text, keeping the kind. Returns -1. */
int error_context(struct error *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
