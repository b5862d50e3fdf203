/* jansson values made from our types, and writing them. Texts of any bytes become valid UTF-8 here, once, and the output
 * is plain ASCII, so that no format that uses it can let a control, bidi or escape character through. */
#ifndef NHISCAN_REPORT_JSON_VALUE_H
#define NHISCAN_REPORT_JSON_VALUE_H

#include "core/date.h"
#include "core/error.h"
#include "core/slice.h"

#include <jansson.h>
#include <stdio.h>

/* All give a new reference and never NULL: running out of memory ends the process, as in core/memory. */
json_t *value_object(void);
json_t *value_array(void);
json_t *value_text(const char *s);     /* NULL becomes null; bytes that are not UTF-8 become \xHH text */
json_t *value_bytes(struct slice s);   /* the same for a slice */
json_t *value_escaped(struct slice s); /* fit for people: text_escape() */
json_t *value_number(uint64_t n);      /* beyond 2^63-1 it stays there */
json_t *value_time(int64_t t);	       /* RFC 3339 */
json_t *value_when(struct when w);     /* RFC 3339, "never", or null when not known */
json_t *value_base64(struct slice s);
json_t *value_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Take over the reference to `v`. */
void value_put(json_t *object, const char *key, json_t *v);
void value_put_all(json_t *object, json_t *members); /* each member of an object, in order */
void value_add(json_t *array, json_t *v);

/* "path", and "path_bytes" in base64 when the path is not valid UTF-8. */
void value_put_path(json_t *object, struct slice path);

/* Write compactly and drop the reference to `v`. value_write_open leaves the object's closing brace to the caller, who adds
 * a member that is streamed. value_write_members writes the members of an object, each on its line with a comma behind it. */
int value_write(FILE *out, json_t *v, struct error *err);
int value_write_open(FILE *out, json_t *object, struct error *err);
int value_write_members(FILE *out, json_t *object, struct error *err);

/* Raw punctuation between streamed values, and the last word on a stream. */
int value_write_raw(FILE *out, const char *text, struct error *err);
int value_write_end(FILE *out, struct error *err);

#endif
