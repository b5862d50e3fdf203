/* What is known of each condition key in a request, and policy variables. Operators are condition.c's. */
#include "rules/privilege/condition.h"

#include "rules/privilege/wild.h"

#include <stdio.h>

static void known(struct key_value *out, struct slice value) {
	out->state = value.n ? KEY_KNOWN : KEY_UNKNOWN;
	out->values[0] = value;
	out->n = 1;
}

static void known_text(struct key_value *out, const char *text) {
	known(out, slice_str(text));
}

static void chosen(struct key_value *out, const char *pattern) {
	out->state = KEY_CHOSEN;
	out->values[0] = slice_str(pattern);
	out->n = 1;
}

static void absent(struct key_value *out) {
	out->state = KEY_ABSENT;
}

static void tag(struct key_value *out, const struct aws_principal *p, struct slice name, bool sure) {
	for (size_t i = 0; i < p->tags.n; i++) {
		if (slice_eq_nocase(p->tags.at[i].key, name)) {
			out->state = KEY_KNOWN;
			out->values[0] = p->tags.at[i].value;
			out->n = 1;
			return;
		}
	}
	if (sure)
		absent(out);
}

static void principal_arn(const struct request *r, struct key_value *out) {
	if (r->who)
		known(out, r->who->arn);
	else
		absent(out);
}

static void principal_account(const struct request *r, struct key_value *out) {
	if (r->who)
		known(out, r->who->account);
	else
		absent(out);
}

static void principal_org(const struct request *r, struct key_value *out) {
	if (r->who)
		known(out, r->estate->organization_id);
	else
		absent(out);
}

static void principal_type(const struct request *r, struct key_value *out) {
	if (r->who)
		known_text(out, r->who->kind == AWS_USER ? "User" : "AssumedRole");
	else
		absent(out);
}

static void user_name(const struct request *r, struct key_value *out) {
	if (r->who && r->who->kind == AWS_USER)
		known(out, r->who->name);
	else
		absent(out);
}

static void user_id(const struct request *r, struct key_value *out) {
	if (!r->who || !r->who->id.n || r->who->id.n > 40)
		return;
	known(out, r->who->id);
	if (r->who->kind == AWS_ROLE) { /* "AROA…:session", and the session is named by whoever takes the role on */
		snprintf(out->text, sizeof(out->text), "%.*s:*", (int)r->who->id.n, (const char *)r->who->id.p);
		chosen(out, out->text);
	}
}

static void now(const struct request *r, struct key_value *out) {
	_Static_assert(sizeof(out->text) >= DATE_TEXT_MAX, "a date fits");
	date_format(r->as_of, out->text);
	known_text(out, out->text);
}

static void yes(const struct request *r, struct key_value *out) {
	(void)r;
	known_text(out, "true");
}

static void no(const struct request *r, struct key_value *out) {
	(void)r;
	known_text(out, "false");
}

static void none(const struct request *r, struct key_value *out) {
	(void)r;
	absent(out);
}

static void tag_keys(const struct request *r, struct key_value *out) {
	if (r->tag_key.n)
		known(out, r->tag_key);
	else
		chosen(out, "*");
}

static void request_tag(const struct request *r, struct slice name, struct key_value *out) {
	if (!r->tag_key.n)
		chosen(out, "*");
	else if (r->tag_value.n && slice_eq_nocase(name, r->tag_key))
		known(out, r->tag_value);
	else
		absent(out);
}

static void any(const struct request *r, struct key_value *out) {
	(void)r;
	chosen(out, "*");
}

static void region(const struct request *r, struct key_value *out) {
	if (r->no_region)
		known_text(out, "us-east-1"); /* where global services of the aws partition answer */
	else
		chosen(out, "*");
}

/* A service names the resource it works for: one of this account, which whoever owns it names. */
static void source_arn(const struct request *r, struct key_value *out) {
	if (r->who || !r->service.n) {
		absent(out);
		return;
	}
	snprintf(out->text, sizeof(out->text), "arn:*:*:*:%.*s:*", (int)(r->account.n > 12 ? 12 : r->account.n),
		(const char *)r->account.p);
	chosen(out, out->text);
	out->values[out->n++] = slice_str("arn:*:s3:::*");
}

static void source_account(const struct request *r, struct key_value *out) {
	if (r->who || !r->service.n)
		absent(out);
	else
		known(out, r->account);
}

static void resource_account(const struct request *r, struct key_value *out) {
	known(out, r->account);
}

static void passed_to(const struct request *r, struct key_value *out) {
	known(out, r->passed_to);
}

static void policy_arn(const struct request *r, struct key_value *out) {
	known(out, r->policy_arn);
}

static void boundary(const struct request *r, struct key_value *out) {
	struct slice is = r->boundary_given ? r->boundary : r->target ? r->target->boundary : (struct slice){0};

	if (!r->boundary_given && !r->target)
		return;
	known(out, is);
	if (!is.n)
		absent(out);
}

/* Keys not here are unknown. */
static const struct {
	const char *key;
	size_t n;
	void (*fill)(const struct request *r, struct key_value *out);
} keys[] = {
	{"aws:principalarn", sizeof("aws:principalarn") - 1, principal_arn},
	{"aws:principalaccount", sizeof("aws:principalaccount") - 1, principal_account},
	{"aws:principalorgid", sizeof("aws:principalorgid") - 1, principal_org},
	{"aws:principaltype", sizeof("aws:principaltype") - 1, principal_type},
	{"aws:username", sizeof("aws:username") - 1, user_name},
	{"aws:userid", sizeof("aws:userid") - 1, user_id},
	{"aws:currenttime", sizeof("aws:currenttime") - 1, now},
	{"aws:epochtime", sizeof("aws:epochtime") - 1, now},
	{"aws:tokenissuetime", sizeof("aws:tokenissuetime") - 1, now},
	{"aws:securetransport", sizeof("aws:securetransport") - 1, yes},
	{"aws:viaawsservice", sizeof("aws:viaawsservice") - 1, no},
	{"aws:principalisawsservice", sizeof("aws:principalisawsservice") - 1, no},
	{"aws:calledvia", sizeof("aws:calledvia") - 1, none},
	{"aws:calledviafirst", sizeof("aws:calledviafirst") - 1, none},
	{"aws:calledvialast", sizeof("aws:calledvialast") - 1, none},
	{"aws:requestedregion", sizeof("aws:requestedregion") - 1, region},
	{"aws:useragent", sizeof("aws:useragent") - 1, any},
	{"aws:referer", sizeof("aws:referer") - 1, any},
	{"aws:tagkeys", sizeof("aws:tagkeys") - 1, tag_keys},
	{"aws:sourcearn", sizeof("aws:sourcearn") - 1, source_arn},
	{"aws:sourceaccount", sizeof("aws:sourceaccount") - 1, source_account},
	{"aws:resourceaccount", sizeof("aws:resourceaccount") - 1, resource_account},
	{"iam:passedtoservice", sizeof("iam:passedtoservice") - 1, passed_to},
	{"iam:associatedresourcearn", sizeof("iam:associatedresourcearn") - 1, any},
	{"iam:policyarn", sizeof("iam:policyarn") - 1, policy_arn},
	{"iam:permissionsboundary", sizeof("iam:permissionsboundary") - 1, boundary},
	{"sts:rolesessionname", sizeof("sts:rolesessionname") - 1, any},
	{"sts:sourceidentity", sizeof("sts:sourceidentity") - 1, any},
	{"sts:transitivetagkeys", sizeof("sts:transitivetagkeys") - 1, any},
	{"sts:durationseconds", sizeof("sts:durationseconds") - 1, any},
};

static bool has_prefix_nocase(struct slice s, const char *prefix) {
	size_t n = strlen(prefix);

	return s.n > n && slice_eq_nocase(slice_sub(s, 0, n), slice_str(prefix));
}

const struct aws_principal *tag_of(const struct request *r, struct slice key, struct slice *name) {
	static const char *const of_target[] = {"aws:ResourceTag/", "iam:ResourceTag/"};

	*name = (struct slice){0};
	if (has_prefix_nocase(key, "aws:PrincipalTag/"))
		*name = slice_sub(key, strlen("aws:PrincipalTag/"), key.n);
	if (name->n)
		return r->who;
	for (size_t i = 0; i < 2 && !name->n; i++)
		if (has_prefix_nocase(key, of_target[i]))
			*name = slice_sub(key, strlen(of_target[i]), key.n);
	return name->n ? r->target : NULL;
}

void request_key(const struct request *r, struct slice key, struct key_value *out) {
	struct slice name;
	const struct aws_principal *tagged = tag_of(r, key, &name);

	out->state = KEY_UNKNOWN;
	out->n = 0;
	if (tagged) /* a role's session may carry tags that its owner does not set */
		tag(out, tagged, name, tagged->kind == AWS_USER || !has_prefix_nocase(key, "aws:PrincipalTag/"));
	else if (has_prefix_nocase(key, "aws:RequestTag/"))
		request_tag(r, slice_sub(key, strlen("aws:RequestTag/"), key.n), out);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (key.n == keys[i].n && slice_eq_nocase(key, slice_of(keys[i].key, keys[i].n)))
			keys[i].fill(r, out);
}

bool has_variables(struct slice text) {
	return slice_byte(text, '$') && slice_find(text, slice_str("${")) >= 0;
}

/* What stands between ${ and }: "key" or "key, 'default'". */
static enum answer resolve_one(struct slice name, const struct request *r, struct buf *out) {
	ptrdiff_t comma = slice_find(name, slice_str(","));
	struct key_value v;

	if (name.n == 1 && (name.p[0] == '*' || name.p[0] == '?' || name.p[0] == '$')) {
		/* The sign itself. A pattern cannot say so, one byte is the nearest. */
		buf_add_byte(out, name.p[0] == '$' ? '$' : '?');
		return name.p[0] == '$' ? ANSWER_YES : ANSWER_MAYBE;
	}
	request_key(r, slice_trim(comma < 0 ? name : slice_sub(name, 0, (size_t)comma)), &v);
	if (v.state == KEY_KNOWN && !wild_is(v.values[0])) {
		buf_add_slice(out, v.values[0]);
		return ANSWER_YES;
	}
	if (v.state == KEY_ABSENT && comma < 0)
		return ANSWER_NO;
	if (v.state == KEY_ABSENT) {
		struct slice d = slice_trim(slice_sub(name, (size_t)comma + 1, name.n));

		buf_add_slice(out, d.n >= 2 ? slice_sub(d, 1, d.n - 1) : d);
		return ANSWER_YES;
	}
	buf_add_byte(out, '*');
	return ANSWER_MAYBE;
}

enum answer variables_resolve(struct slice text, const struct request *r, struct buf *out) {
	enum answer whole = ANSWER_YES;

	for (size_t i = 0; i < text.n; i++) {
		ptrdiff_t end = -1;

		if (text.p[i] == '$' && i + 1 < text.n && text.p[i + 1] == '{')
			end = slice_find(slice_sub(text, i, text.n), slice_str("}"));
		if (end < 0) {
			buf_add_byte(out, text.p[i]);
			continue;
		}
		enum answer one = resolve_one(slice_sub(text, i + 2, i + (size_t)end), r, out);

		if (one < whole)
			whole = one;
		i += (size_t)end;
	}
	return whole;
}
