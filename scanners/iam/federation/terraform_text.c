/* Values of Terraform as far as one document tells them: variables by their defaults, locals, texts with ${…} in them, lists from functions. Nothing
 * is evaluated beyond that: what is not known stays in the text as ${…}, which fits nothing but itself. */
#include "scanners/iam/federation/terraform.h"

#include "core/buf.h"

#include <stdlib.h>

#define FOLLOW_MAX  8
#define TEXTS_MAX   256
#define SPENT_MAX   ((size_t)4 << 20) /* bytes put in place of names, in all of a document */
#define LOOKUP_COST 256		      /* what it takes to look a name up, as bytes */

static const struct node *local(const struct terraform *t, struct slice name) {
	char *key = arena_str(t->f.arena, name);

	for (size_t i = 0; i < t->root->n; i++)
		if (slice_eq(t->root->members[i].key->text, slice_str("locals"))) {
			const struct node *n = node_get(node_many_item(t->root->members[i].value, 0), key);

			if (n)
				return n;
		}
	return NULL;
}

static const struct node *variable(const struct terraform *t, struct slice name) {
	char *key = arena_str(t->f.arena, name);

	for (size_t i = 0; i < t->root->n; i++)
		if (slice_eq(t->root->members[i].key->text, slice_str("variable"))) {
			const struct node *n = node_get(t->root->members[i].value, key);

			if (n)
				return node_get(node_many_item(n, 0), "default");
		}
	return NULL;
}

static bool is_path(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
			s.p[i] != '_' && s.p[i] != '-')
			return false;
	return s.n > 0;
}

/* var.x, local.x, and the url of a provider declared here. NULL: not known. */
static const struct node *follow(struct terraform *t, struct slice s) {
	const struct node *n = NULL;
	struct slice type, name;

	s = slice_trim(s);
	if (slice_has_prefix(s, "var.") && is_path(slice_sub(s, 4, s.n)))
		n = variable(t, slice_sub(s, 4, s.n));
	else if (slice_has_prefix(s, "local.") && is_path(slice_sub(s, 6, s.n)))
		n = local(t, slice_sub(s, 6, s.n));
	else if (slice_find(s, slice_str("aws_iam_openid_connect_provider.")) >= 0 &&
		 (slice_has_suffix(s, ".url") || slice_has_suffix(s, ".arn")) && terraform_reference(s, &type, &name))
		n = node_get(terraform_block(t, slice_has_prefix(s, "data.") ? "data" : "resource", type, name), "url");
	return n && n->kind == NODE_STRING ? n : NULL;
}

/* The end of an interpolation that starts at `from`, behind its }. */
static size_t interpolation_end(struct slice s, size_t from) {
	unsigned open = 0;

	for (size_t i = from; i < s.n; i++) {
		open += s.p[i] == '{';
		open -= s.p[i] == '}' && open;
		if (s.p[i] == '}' && !open)
			return i + 1;
	}
	return s.n;
}

/* The x of replace(x, "https://", "") and trimprefix(x, "https://"), an issuer without its scheme; empty when it is none of these. */
static struct slice with_scheme(struct slice s) {
	static const char *const calls[] = {"replace(", "trimprefix(", NULL};
	const uint8_t *comma = slice_byte(s, ',');

	for (size_t i = 0; comma && calls[i]; i++)
		if (slice_has_prefix(s, calls[i]) && slice_find(s, slice_str("\"https://\"")) > 0)
			return slice_sub(s, strlen(calls[i]), (size_t)(comma - s.p));
	return slice_of(NULL, 0);
}

/* Names may lead to themselves and to each other many times over: so deep, and so much in all. */
static bool may_follow(struct terraform *t) {
	if (t->following < FOLLOW_MAX && t->spent < SPENT_MAX)
		return true;
	t->cut |= t->spent >= SPENT_MAX;
	return false;
}

static void add_value(struct terraform *t, struct buf *out, struct slice expression, struct slice written) {
	const struct slice s = slice_trim(expression), url = with_scheme(s);
	const struct node *n = may_follow(t) ? follow(t, url.n ? url : s) : NULL;
	struct slice text;

	if (!n) {
		buf_add_slice(out, written);
		return;
	}
	t->following++;
	text = terraform_text(t, n);
	t->following--;
	t->spent += LOOKUP_COST + text.n;
	buf_add_slice(out, url.n || slice_has_suffix(s, ".url") ? federation_issuer(text) : text);
}

static struct slice with_values(struct terraform *t, struct slice s) {
	struct buf out = {0};
	struct slice kept;

	for (size_t i = 0; i < s.n;) {
		size_t end;

		if (s.p[i] != '$' || i + 1 == s.n || s.p[i + 1] != '{') {
			buf_add_byte(&out, s.p[i++]);
			continue;
		}
		end = interpolation_end(s, i + 1);
		add_value(t, &out, slice_sub(s, i + 2, end - (end > i + 2)), slice_sub(s, i, end));
		i = end;
	}
	kept = arena_copy(t->f.arena, buf_slice(&out));
	buf_free(&out);
	return kept;
}

/* The first text in quotes of an expression, with the %s of format() as what is not known. */
static bool quoted_part(struct terraform *t, struct slice s, size_t *at, struct slice *out) {
	const uint8_t *open = *at < s.n ? memchr(s.p + *at, '"', s.n - *at) : NULL;
	struct buf text = {0};
	size_t i;

	if (!open)
		return false;
	for (i = (size_t)(open - s.p) + 1; i < s.n && s.p[i] != '"'; i++) {
		if (s.p[i] == '$' && i + 1 < s.n && s.p[i + 1] == '{') {
			const size_t end = interpolation_end(s, i + 1);

			buf_add_slice(&text, slice_sub(s, i, end));
			i = end - 1;
		} else if (s.p[i] == '%' && i + 1 < s.n && s.p[i + 1] == 's') {
			buf_add_str(&text, "${s}");
			i++;
		} else {
			buf_add_byte(&text, s.p[i]);
		}
	}
	*at = i + 1;
	*out = with_values(t, buf_slice(&text));
	buf_free(&text);
	return true;
}

struct slice terraform_text(struct terraform *t, const struct node *n) {
	struct slice s = node_text(n), part;
	struct buf out = {0};
	size_t at = 0;

	if (!n || n->kind == NODE_MAPPING || n->kind == NODE_SEQUENCE)
		return (struct slice){0};
	if (n->quoted || n->kind != NODE_STRING)
		return with_values(t, s);
	if (slice_has_prefix(s, "format(") && quoted_part(t, s, &at, &part))
		return part;
	add_value(t, &out, s, slice_of(NULL, 0));
	part = out.n ? arena_copy(t->f.arena, buf_slice(&out))
		     : slice_str(arena_printf(t->f.arena, "${%.*s}", (int)s.n, (const char *)s.p));
	buf_free(&out);
	return part;
}

/* The list that a name leads to; NULL when it is none. */
static const struct node *named_list(const struct terraform *t, struct slice s) {
	const struct node *n = NULL;

	s = slice_trim(s);
	if (slice_has_prefix(s, "var."))
		n = variable(t, slice_sub(s, 4, s.n));
	else if (slice_has_prefix(s, "local."))
		n = local(t, slice_sub(s, 6, s.n));
	return node_is(n, NODE_SEQUENCE) ? n : NULL;
}

struct texts {
	struct slice at[TEXTS_MAX];
	size_t n;
};

static bool add_text(struct terraform *t, struct texts *l, struct slice s) {
	if (l->n == TEXTS_MAX) {
		t->cut = true;
		return false;
	}
	l->at[l->n++] = s;
	return true;
}

static bool add_quoted(struct terraform *t, struct texts *l, struct slice expression) {
	struct slice part;
	size_t at = 0;

	while (quoted_part(t, expression, &at, &part))
		if (!add_text(t, l, part))
			return false;
	return true;
}

static bool add_item(struct terraform *t, struct texts *l, const struct node *item) {
	const bool loop = node_is(item, NODE_STRING) && !item->quoted &&
			  (slice_has_prefix(item->text, "for ") || slice_find(item->text, slice_str(" in ")) > 0);

	return loop ? add_quoted(t, l, item->text) : add_text(t, l, terraform_text(t, item));
}

size_t terraform_texts(struct terraform *t, const struct node *n, struct slice **out) {
	struct texts l = {.n = 0};

	if (node_is(n, NODE_STRING) && !n->quoted) {
		const struct node *list = named_list(t, n->text);

		if (list)
			n = list;
		else
			add_quoted(t, &l, n->text);
	}
	for (size_t i = 0, count = l.n ? 0 : node_many(n); i < count && add_item(t, &l, node_many_item(n, i)); i++)
		;
	*out = ARENA_NEW_N(t->f.arena, struct slice, l.n);
	if (l.n)
		memcpy(*out, l.at, l.n * sizeof(*l.at));
	return l.n;
}

struct slice terraform_name(struct terraform *t, const struct node *body, struct slice label) {
	static const char *const keys[] = {"name", "account_id", NULL};

	for (size_t i = 0; keys[i]; i++) {
		const struct slice s = terraform_text(t, node_get(body, keys[i]));

		if (s.n && slice_find(s, slice_str("${")) < 0)
			return s;
	}
	return label;
}
