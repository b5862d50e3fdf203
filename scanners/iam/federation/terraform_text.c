/* Values of Terraform as far as one document tells them: variables by their defaults, locals, texts with ${…} in them, lists from functions. Nothing
 * is evaluated beyond that: what is not known stays in the text as ${…}, which fits nothing but itself. */
#include "scanners/iam/federation/terraform.h"

#include "core/buf.h"

#include <stdlib.h>

#define FOLLOW_MAX 8
#define TEXTS_MAX  256

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

/* replace(x, "https://", "") and trimprefix(x, "https://"): an issuer without its scheme. */
static struct slice without_scheme(struct terraform *t, struct slice s, bool *known) {
	static const char *const calls[] = {"replace(", "trimprefix(", NULL};

	s = slice_trim(s);
	for (size_t i = 0; calls[i]; i++) {
		const uint8_t *comma = s.n ? memchr(s.p, ',', s.n) : NULL;
		const size_t from = strlen(calls[i]);

		if (comma && slice_has_prefix(s, calls[i]) && slice_find(s, slice_str("\"https://\"")) > 0) {
			const struct node *n = follow(t, slice_sub(s, from, (size_t)(comma - s.p)));

			*known = n != NULL;
			return n ? federation_issuer(terraform_text(t, n)) : (struct slice){0};
		}
	}
	*known = false;
	return s;
}

static void add_value(struct terraform *t, struct buf *out, struct slice expression, struct slice written) {
	const struct node *n = t->following < FOLLOW_MAX ? follow(t, expression) : NULL;
	bool known;
	struct slice issuer = without_scheme(t, expression, &known);

	if (known) {
		buf_add_slice(out, issuer);
	} else if (n) {
		const bool url = slice_has_suffix(slice_trim(expression), ".url");

		t->following++;
		buf_add_slice(out, url ? federation_issuer(terraform_text(t, n)) : terraform_text(t, n));
		t->following--;
	} else {
		buf_add_slice(out, written);
	}
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
	buf_printf(&out, "${%.*s}", (int)s.n, (const char *)s.p);
	add_value(t, &out, s, (struct slice){0});
	/* `out` now begins with the expression itself: what was found stands behind it */
	part = arena_copy(t->f.arena, out.n > s.n + 3 ? slice_sub(buf_slice(&out), s.n + 3, out.n) : buf_slice(&out));
	buf_free(&out);
	return part;
}

size_t terraform_texts(struct terraform *t, const struct node *n, struct slice **out) {
	struct slice part;
	size_t count = 0, at = 0;

	*out = ARENA_NEW_N(t->f.arena, struct slice, TEXTS_MAX);
	if (node_is(n, NODE_STRING) && !n->quoted) {
		const struct slice name = slice_trim(n->text);
		const struct node *known = slice_has_prefix(name, "var.")     ? variable(t, slice_sub(name, 4, name.n))
					   : slice_has_prefix(name, "local.") ? local(t, slice_sub(name, 6, name.n))
									      : NULL;

		if (node_is(known, NODE_SEQUENCE) && known != n)
			return terraform_texts(t, known, out);
		while (count < TEXTS_MAX && quoted_part(t, n->text, &at, &part))
			(*out)[count++] = part;
		if (count)
			return count;
	}
	for (size_t i = 0; i < node_many(n) && count < TEXTS_MAX; i++) {
		const struct node *item = node_many_item(n, i);

		at = 0;
		if (node_is(item, NODE_STRING) && !item->quoted &&
			(slice_has_prefix(item->text, "for ") || slice_find(item->text, slice_str(" in ")) > 0)) {
			while (count < TEXTS_MAX && quoted_part(t, item->text, &at, &part))
				(*out)[count++] = part;
			continue;
		}
		(*out)[count++] = terraform_text(t, item);
	}
	return count;
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
