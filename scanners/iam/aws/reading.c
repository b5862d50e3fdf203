/* Times, texts, tags and places of exports. The readers are beside this file; going through a file is in collect.c. */
#include "scanners/iam/aws/reading.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct slice aws_keep(struct aws_reading *r, struct slice s) {
	return arena_copy(&r->inv->estate.arena, s);
}

struct slice aws_text(const struct node *object, const char *key) {
	const struct node *n = node_get(object, key);

	return node_is(n, NODE_STRING) ? n->text : (struct slice){0};
}

struct slice aws_keep_text(struct aws_reading *r, const struct node *object, const char *key) {
	return aws_keep(r, aws_text(object, key));
}

struct aws_place aws_place_of(struct aws_reading *r, const struct node *n, struct slice pointer) {
	return (struct aws_place){r->source, n ? n->span : (struct span){0}, aws_keep(r, pointer)};
}

/* RFC 6901, section 4: "~" is "~0" and "/" is "~1". */
struct slice aws_pointer(struct arena *a, struct slice base, const char *key) {
	struct buf b = {0};
	struct slice out;

	buf_add_slice(&b, base);
	buf_add_byte(&b, '/');
	for (; *key; key++) {
		if (*key == '~')
			buf_add_str(&b, "~0");
		else if (*key == '/')
			buf_add_str(&b, "~1");
		else
			buf_add_byte(&b, (uint8_t)*key);
	}
	out = arena_copy(a, buf_slice(&b));
	buf_free(&b);
	return out;
}

struct slice aws_pointer_at(struct arena *a, struct slice base, size_t index) {
	return slice_str(arena_printf(a, "%.*s/%zu", (int)base.n, (const char *)base.p, index));
}

struct slice aws_hint(const struct aws_reading *r, const char *key) {
	for (size_t i = r->nhints; i-- > 0;)
		if (slice_eq_nocase(r->hints[i].key, slice_str(key)))
			return r->hints[i].value;
	return (struct slice){0};
}

enum aws_known aws_known_of(const struct node *n) {
	static const char *const yes[] = {"true", "Active", "yes", "Enabled"}, *const no[] = {"false", "Inactive", "no",
										       "Disabled", "Expired"};
	struct slice t = node_text(n);

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		if (slice_eq_nocase(t, slice_str(yes[i])))
			return AWS_YES;
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		if (slice_eq_nocase(t, slice_str(no[i])))
			return AWS_NO;
	return AWS_UNKNOWN;
}

static void tag_add(
	struct aws_reading *r, struct slice key, struct slice value, struct aws_tag **at, size_t *n, size_t *cap) {
	VEC(struct aws_tag) v = {*at, *n, *cap};
	struct aws_tag t = {aws_keep(r, key), aws_keep(r, value)};

	for (size_t i = 0; i < v.n; i++)
		if (slice_eq(v.at[i].key, key))
			return;
	VEC_PUSH(&v, t);
	*at = v.at;
	*n = v.n;
	*cap = v.cap;
}

/* [{"Key": …, "Value": …}], or an object as Terraform has it. */
void aws_tags(struct aws_reading *r, const struct node *list, struct aws_tag **at, size_t *n, size_t *cap) {
	for (size_t i = 0; list && i < list->n; i++) {
		if (list->kind == NODE_MAPPING && node_is(list->members[i].value, NODE_STRING))
			tag_add(r, list->members[i].key->text, list->members[i].value->text, at, n, cap);
		else if (list->kind == NODE_SEQUENCE) {
			const struct node *t = list->items[i];
			const struct node *k = node_get(t, "Key") ? node_get(t, "Key") : node_get(t, "key");
			const struct node *v = node_get(t, "Value") ? node_get(t, "Value") : node_get(t, "value");

			if (node_is(k, NODE_STRING))
				tag_add(r, k->text, node_text(v), at, n, cap);
		}
	}
}

struct when aws_later(struct when a, struct when b) {
	if (a.state != b.state)
		return a.state > b.state ? a : b;
	return a.state == WHEN_AT && b.at > a.at ? b : a;
}

struct when aws_either(struct when a, struct when b) {
	return a.state == WHEN_UNKNOWN ? b : a;
}

/* Seconds up to the year 5138; above, milliseconds: the two do not meet before 1973. */
#define MILLISECONDS_FROM 1e11

static struct when when_number(double v) {
	if (!isfinite(v) || v <= 0)
		return v == -1 ? AWS_NEVER : AWS_UNTOLD;
	if (v >= MILLISECONDS_FROM)
		v /= 1000;
	return v < 253402300800.0 ? when_at((int64_t)v) : AWS_UNTOLD; /* before the year 10000 */
}

/* "+0000" as some languages print it is "+00:00" to RFC 3339. */
static bool parse_date(struct slice s, int64_t *t) {
	char text[40];

	if (date_parse(s, 0, t))
		return true;
	if (s.n < 6 || s.n > 36 || (s.p[s.n - 5] != '+' && s.p[s.n - 5] != '-'))
		return false;
	snprintf(text, sizeof(text), "%.*s:%.2s", (int)s.n - 2, (const char *)s.p, (const char *)s.p + s.n - 2);
	return date_parse(slice_str(text), 0, t);
}

struct when aws_when_text(struct slice s, struct when absent) {
	static const char *const nothing[] = {"N/A", "no_information", "not_supported", "null", "None", "never"};
	int64_t t;
	char *end, number[32];

	s = slice_trim(s);
	if (!s.n)
		return absent;
	for (size_t i = 0; i < sizeof(nothing) / sizeof(*nothing); i++)
		if (slice_eq_nocase(s, slice_str(nothing[i])))
			return i == 1 || i == 2 ? AWS_UNTOLD : absent;
	if (s.n >= 10 && s.p[4] == '-') {
		if (slice_has_prefix(s, "0001-"))
			return absent;
		if (slice_has_prefix(s, "9999-") || slice_has_prefix(s, "2299-12-31"))
			return AWS_NEVER;
		return parse_date(s, &t) ? when_at(t) : AWS_UNTOLD;
	}
	if (s.n >= sizeof(number))
		return AWS_UNTOLD;
	memcpy(number, s.p, s.n);
	number[s.n] = 0;
	double v = strtod(number, &end);
	return end == number || *end ? AWS_UNTOLD : when_number(v);
}

struct when aws_when(const struct node *n, struct when absent) {
	if (!n || n->kind == NODE_NULL)
		return absent;
	return n->kind == NODE_STRING || n->kind == NODE_NUMBER ? aws_when_text(n->text, absent) : AWS_UNTOLD;
}

void aws_trouble(struct aws_reading *r, const char *code, bool incomplete, unsigned line, const char *detail) {
	struct buf where = {0};

	buf_add_slice(&where, r->source->path);
	if (line)
		buf_printf(&where, ":%u", line);
	coverage_note(r->coverage, code, incomplete, buf_cstr(&where), detail);
	buf_free(&where);
}

struct slice aws_account_at_hand(const struct aws_reading *r) {
	return !r->account.n && r->inv->accounts.n == 1 ? r->inv->accounts.at[0] : r->account;
}

struct aws_principal *aws_principal_named(struct aws_reading *r, enum aws_kind kind, struct slice name) {
	static const char *const words[AWS_KIND_COUNT] = {"user", "role", "group", "root"};
	struct slice account = aws_account_at_hand(r);

	if (slice_has_prefix(name, "arn:"))
		return aws_principal_of(&r->inv->estate, name);
	for (size_t i = 0; i < r->inv->estate.principals.n; i++) {
		struct aws_principal *p = r->inv->estate.principals.at[i];

		if (p->kind == kind && slice_eq(p->name, name) && (!account.n || slice_eq(p->account, account)))
			return p;
	}
	return aws_principal_of(
		&r->inv->estate, slice_str(arena_printf(r->scratch, "arn:aws:iam::%.*s:%s/%.*s", (int)account.n,
					 (const char *)account.p, words[kind], (int)name.n, (const char *)name.p)));
}
