/* jansson values made from our types, and writing them to a stream.
 * Which values make up a report is in json_parts.c and the sarif files. */
#include "report/json_value.h"

#include "core/memory.h"
#include "core/text.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdlib.h>

/* jansson answers NULL when memory runs out (text is made valid before). Asking core for what nobody has ends the process by
 * core's one policy. */
static json_t *must(json_t *v) {
	if (!v)
		mem_alloc_n(SIZE_MAX, SIZE_MAX);
	return v;
}

json_t *value_object(void) {
	return must(json_object());
}

json_t *value_array(void) {
	return must(json_array());
}

json_t *value_text(const char *s) {
	return s ? value_bytes(slice_str(s)) : must(json_null());
}

json_t *value_bytes(struct slice s) {
	struct buf b = {0};
	json_t *v;

	if (utf8_is_valid(s))
		return must(json_stringn_nocheck(s.n ? (const char *)s.p : "", s.n));
	text_to_utf8(&b, s);
	v = must(json_stringn(buf_cstr(&b), b.n));
	buf_free(&b);
	return v;
}

json_t *value_escaped(struct slice s) {
	struct buf b = {0};
	json_t *v;

	text_escape(&b, s);
	v = value_bytes(buf_slice(&b));
	buf_free(&b);
	return v;
}

json_t *value_number(uint64_t n) {
	return must(json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n));
}

json_t *value_time(int64_t t) {
	char text[DATE_TEXT_MAX];
	date_format(t, text);
	return value_text(text);
}

json_t *value_when(struct when w) {
	switch (w.state) {
	case WHEN_AT:
		return value_time(w.at);
	case WHEN_NEVER:
		return value_text("never");
	case WHEN_UNKNOWN:
		break;
	}
	return must(json_null());
}

json_t *value_base64(struct slice s) {
	/* EVP_EncodeBlock counts in int; a path is far below, anything longer is cut. */
	size_t n = s.n < (1u << 24) ? s.n : (1u << 24);
	size_t cap = (n + 2) / 3 * 4 + 1;
	uint8_t *text = mem_alloc(cap);
	int len = EVP_EncodeBlock(text, s.p, (int)n);
	json_t *v = must(json_stringn((const char *)text, len > 0 ? (size_t)len : 0));
	free(text);
	return v;
}

json_t *value_printf(const char *fmt, ...) {
	char text[256];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return value_text(text);
}

void value_put(json_t *object, const char *key, json_t *v) {
	if (json_object_set_new_nocheck(object, key, v))
		must(NULL);
}

void value_put_all(json_t *object, json_t *members) {
	if (json_object_update(object, members))
		must(NULL);
	json_decref(members);
}

void value_add(json_t *array, json_t *v) {
	if (json_array_append_new(array, v))
		must(NULL);
}

void value_put_path(json_t *object, struct slice path) {
	value_put(object, "path", value_bytes(path));
	if (!utf8_is_valid(path))
		value_put(object, "path_bytes", value_base64(path));
}

static int dump(FILE *out, json_t *v, size_t flags, struct error *err) {
	int rc = json_dumpf(v, out, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY | flags);
	json_decref(v);
	return rc ? error_errno(err, "writing the report") : 0;
}

int value_write(FILE *out, json_t *v, struct error *err) {
	return dump(out, v, 0, err);
}

int value_write_open(FILE *out, json_t *object, struct error *err) {
	if (value_write_raw(out, "{", err)) {
		json_decref(object);
		return -1;
	}
	return dump(out, object, JSON_EMBED, err);
}

int value_write_members(FILE *out, json_t *object, struct error *err) {
	const char *key;
	json_t *v;
	int rc = -1;

	json_object_foreach(object, key, v) {
		if (fprintf(out, "\"%s\":", key) < 0) {
			error_errno(err, "writing the report");
			goto out;
		}
		if (value_write(out, json_incref(v), err) || value_write_raw(out, ",\n", err))
			goto out;
	}
	rc = 0;
out:
	json_decref(object);
	return rc;
}

int value_write_raw(FILE *out, const char *text, struct error *err) {
	return fputs(text, out) < 0 ? error_errno(err, "writing the report") : 0;
}

int value_write_end(FILE *out, struct error *err) {
	return fflush(out) || ferror(out) ? error_errno(err, "writing the report") : 0;
}
