/* Members of parsed objects as values of ours. Which members there are is in saved_finding.c and saved_run.c. */
#include "report/saved_json.h"

#include "core/text.h"

const char *saved_text(struct saved *s, const json_t *o, const char *key) {
	const json_t *v = json_object_get(o, key);
	return json_is_string(v) ? arena_str(&s->arena, slice_of(json_string_value(v), json_string_length(v))) : NULL;
}

const char *saved_id(struct saved *s, const json_t *o, const char *key, const char *more) {
	const json_t *v = json_object_get(o, key);
	const char *text = json_is_string(v) ? json_string_value(v) : NULL;

	if (!text || strlen(text) > 128)
		return NULL;
	for (const char *c = text; *c; c++)
		if (!((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z') && !(*c >= '0' && *c <= '9') && !strchr(more, *c))
			return NULL;
	return arena_str(&s->arena, slice_str(text));
}

uint64_t saved_number(const json_t *o, const char *key) {
	json_int_t n = json_integer_value(json_object_get(o, key));
	return n > 0 ? (uint64_t)n : 0;
}

bool saved_truth(const json_t *o, const char *key) {
	return json_is_true(json_object_get(o, key));
}

struct when saved_when(const json_t *o, const char *key) {
	const char *text = json_string_value(json_object_get(o, key));
	int64_t at;

	if (!text)
		return (struct when){WHEN_UNKNOWN, 0};
	if (strcmp(text, "never") == 0)
		return (struct when){WHEN_NEVER, 0};
	return date_parse(slice_str(text), 0, &at) ? when_at(at) : (struct when){WHEN_UNKNOWN, 0};
}

int64_t saved_time(const json_t *o, const char *key) {
	struct when w = saved_when(o, key);
	return w.state == WHEN_AT ? w.at : 0;
}

int saved_choice(const json_t *o, const char *key, const char *(*name)(unsigned), unsigned n) {
	const char *text = json_string_value(json_object_get(o, key));
	for (unsigned i = 0; text && i < n; i++)
		if (name(i) && strcmp(name(i), text) == 0)
			return (int)i;
	return -1;
}

const char *saved_severity_name(unsigned i) {
	return severity_name((enum severity)i);
}

const char *saved_confidence_name(unsigned i) {
	return confidence_name((enum confidence)i);
}

const char **saved_texts(struct saved *s, const json_t *list, size_t *n) {
	const char **at = ARENA_NEW_N(&s->arena, const char *, json_array_size(list) + 1);
	const json_t *item;
	size_t i;

	*n = 0;
	json_array_foreach(list, i, item) {
		if (json_is_string(item))
			at[(*n)++] = arena_str(&s->arena, slice_str(json_string_value(item)));
	}
	return at;
}

int saved_wrong(const struct saved *s, struct error *err, const char *key) {
	return error_set(err, ERR_USAGE, "%s:%u: member '%s' is missing or not what nhiscan-report/1 has there",
		s->file, s->line, key);
}
