/* Building error texts layer by layer, always cut to fit.
 * Deciding the exit status from the kind is the door's work. */
#include "core/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Formats aside first: an argument may be e->text itself. */
static void format(char out[ERROR_TEXT_MAX], const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));

static void format(char out[ERROR_TEXT_MAX], const char *fmt, va_list args) {
	if (vsnprintf(out, ERROR_TEXT_MAX, fmt, args) < 0)
		out[0] = 0;
}

static void append(char out[ERROR_TEXT_MAX], const char *more) {
	size_t n = strlen(out);

	while (*more && n + 1 < ERROR_TEXT_MAX)
		out[n++] = *more++;
	out[n] = 0;
}

int error_set(struct error *e, enum error_kind kind, const char *fmt, ...) {
	char text[ERROR_TEXT_MAX];
	va_list args;

	if (!e)
		return -1;
	va_start(args, fmt);
	format(text, fmt, args);
	va_end(args);
	memcpy(e->text, text, sizeof(text));
	e->kind = kind;
	return -1;
}

int error_errno(struct error *e, const char *fmt, ...) {
	int number = errno;
	char text[ERROR_TEXT_MAX], reason[256];
	va_list args;

	if (!e)
		return -1;
	va_start(args, fmt);
	format(text, fmt, args);
	va_end(args);
	append(text, ": ");
	append(text, strerror_r(number, reason, sizeof(reason)));
	memcpy(e->text, text, sizeof(text));
	e->kind = ERR_IO;
	errno = number;
	return -1;
}

int error_context(struct error *e, const char *fmt, ...) {
	char text[ERROR_TEXT_MAX];
	va_list args;

	if (!e)
		return -1;
	va_start(args, fmt);
	format(text, fmt, args);
	va_end(args);
	append(text, ": ");
	append(text, e->text);
	memcpy(e->text, text, sizeof(text));
	return -1;
}
