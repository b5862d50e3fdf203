/* The engine against a slow plain evaluator, written apart from it from AWS's documented order ("Policy evaluation logic", IAM User Guide): on 100,000 random
 * sets of policies both give the same answer. The oracle knows no third value: it tries every value an unknown key may have. */
#include "tests/unit/privilege_lab.h"

#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__) /* several times as slow; what it looks for is not a rare set */
#define ROUNDS 5
#else
#define ROUNDS 50
#endif
#define SETS	 2000
#define ASKED	 4
#define LIST_MAX 3

static unsigned rng = 12345;

static unsigned pick(unsigned n) {
	rng = rng * 1664525u + 1013904223u;
	return (rng >> 8) % n;
}

#define OF(list) list[pick(sizeof(list) / sizeof(*list))]

/* --- what is drawn from --- */
static const char *const action_patterns[] = {"*", "s3:*", "s3:Get*", "S3:getobject", "s3:PutObject", "iam:*",
	"iam:*User", "iam:Create*", "iam:CreateUser", "i?m:DeleteUser", "*:Get*", "ec2:RunInstances", "ec2:*",
	"iam:?reateUser", "s3:*Object*", "nothing:Here"};
static const char *const actions[] = {
	"s3:GetObject", "s3:PutObject", "iam:CreateUser", "iam:DeleteUser", "ec2:RunInstances", "iam:GetUser"};
static const char *const resource_patterns[] = {"*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}/*",
	"arn:aws:s3:::*", "arn:aws:s3:::b/x", "arn:aws:iam::*:user/*", "arn:aws:iam::*:user/${aws:username}",
	"arn:aws:iam::111122223333:user/a?c", "arn:aws:*", "arn:aws:s3:::${aws:PrincipalTag/team}/*",
	"arn:aws:s3:::${aws:PrincipalTag/none}/*", "arn:aws:s3:::${aws:PrincipalTag/none, 'b'}/*"};
static const char *const resources[] = {"arn:aws:s3:::b/x", "arn:aws:s3:::b/me/y", "arn:aws:s3:::red/z",
	"arn:aws:iam::111122223333:user/abc", "arn:aws:iam::111122223333:user/me",
	"arn:aws:s3:::other/${aws:username}/q"};

/* Conditions, each with what AWS's documentation says of it for the user "me" of team red, at 2026-01-01. The second factor is unknown: the key may be absent,
 * true or false. */
enum world { ABSENT, TRUE, FALSE, WORLDS };
static const struct {
	const char *text;
	bool holds[WORLDS];
	bool unknown;
} conditions[] = {
	{"", {true, true, true}, false},
	{"'StringEquals':{'aws:username':'me'}", {true, true, true}, false},
	{"'StringEquals':{'aws:username':['you','ME']}", {false, false, false}, false},
	{"'StringEqualsIgnoreCase':{'aws:username':['you','ME']}", {true, true, true}, false},
	{"'StringNotEquals':{'aws:username':['you','me']}", {false, false, false}, false},
	{"'StringLike':{'aws:PrincipalTag/team':'r?d'}", {true, true, true}, false},
	{"'StringNotLike':{'aws:PrincipalTag/none':'*'}", {true, true, true}, false},
	{"'StringLike':{'aws:PrincipalTag/none':'*'}", {false, false, false}, false},
	{"'StringLikeIfExists':{'aws:PrincipalTag/none':'x'}", {true, true, true}, false},
	{"'Null':{'aws:PrincipalTag/none':'true'}", {true, true, true}, false},
	{"'Null':{'aws:PrincipalTag/team':'true'}", {false, false, false}, false},
	{"'ForAllValues:StringEquals':{'aws:PrincipalTag/none':'x'}", {true, true, true}, false},
	{"'ForAnyValue:StringEquals':{'aws:PrincipalTag/none':'x'}", {false, false, false}, false},
	{"'ForAnyValue:StringNotEquals':{'aws:PrincipalTag/none':'x'}", {false, false, false}, false},
	{"'DateGreaterThan':{'aws:CurrentTime':'2025-01-01T00:00:00Z'}", {true, true, true}, false},
	{"'DateLessThan':{'aws:CurrentTime':'2025-01-01T00:00:00Z'}", {false, false, false}, false},
	{"'DateGreaterThan':{'aws:CurrentTime':'2025-01-01'},'StringEquals':{'aws:username':'you'}",
		{false, false, false}, false},
	{"'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/m*'}", {true, true, true}, false},
	{"'Bool':{'aws:SecureTransport':'false'}", {false, false, false}, false},
	{"'StringEquals':{'aws:PrincipalTag/team':'${aws:PrincipalTag/team}'}", {true, true, true}, false},
	{"'Bool':{'aws:MultiFactorAuthPresent':'true'}", {false, true, false}, true},
	{"'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}", {true, false, true}, true},
	{"'Null':{'aws:MultiFactorAuthPresent':'true'}", {true, false, false}, true},
};
#define NCONDITIONS (sizeof(conditions) / sizeof(*conditions))

struct drawn {
	bool allow, not_action, not_resource, variables;
	const char *action[LIST_MAX], *resource[LIST_MAX];
	unsigned nactions, nresources, condition;
};

struct documents {
	struct drawn at[4];
	unsigned n;
	bool there;
};

struct set {
	struct documents own[2], group, fence, guards[2];
	unsigned unknowns;
};

/* --- the oracle --- */
static bool plain_match(const char *p, const char *t, bool nocase) {
	if (*p == 0)
		return *t == 0;
	if (*p == '*')
		return plain_match(p + 1, t, nocase) || (*t && plain_match(p, t + 1, nocase));
	if (*t == 0)
		return false;
	if (*p == '?' || *p == *t || (nocase && ((*p | 32) == (*t | 32)) && (*p | 32) >= 'a' && (*p | 32) <= 'z'))
		return plain_match(p + 1, t + 1, nocase);
	return false;
}

/* Puts in what the user has; false: the variable has no value. */
static bool plain_resolve(const char *p, char *out) {
	static const struct {
		const char *name, *value;
	} values[] = {{"${aws:username}", "me"}, {"${aws:PrincipalTag/team}", "red"},
		{"${aws:PrincipalTag/none, 'b'}", "b"}, {"${aws:PrincipalTag/none}", NULL}};

	while (*p) {
		size_t i = 0;

		while (i < 4 && strncmp(p, values[i].name, strlen(values[i].name)) != 0)
			i++;
		if (i == 4) {
			*out++ = *p++;
			continue;
		}
		if (!values[i].value)
			return false;
		out += sprintf(out, "%s", values[i].value);
		p += strlen(values[i].name);
	}
	*out = 0;
	return true;
}

static bool applies(const struct drawn *d, const char *action, const char *resource, enum world w) {
	bool a = false, r = false;
	char text[256];

	for (unsigned i = 0; i < d->nactions; i++)
		a |= plain_match(d->action[i], action, true);
	for (unsigned i = 0; i < d->nresources; i++) {
		if (!d->variables)
			r |= plain_match(d->resource[i], resource, false);
		else if (plain_resolve(d->resource[i], text))
			r |= plain_match(text, resource, false);
	}
	return a != d->not_action && r != d->not_resource && conditions[d->condition].holds[w];
}

static bool any(const struct documents *d, bool allow, const char *action, const char *resource, enum world w) {
	for (unsigned i = 0; d->there && i < d->n; i++)
		if (d->at[i].allow == allow && applies(&d->at[i], action, resource, w))
			return true;
	return false;
}

static bool plain_allowed(const struct set *s, const char *action, const char *resource, enum world w) {
	const struct documents *all[] = {&s->own[0], &s->own[1], &s->group, &s->fence, &s->guards[0], &s->guards[1]};
	const struct documents *fences[] = {&s->fence, &s->guards[0], &s->guards[1]};

	for (size_t i = 0; i < 6; i++) /* an explicit Deny anywhere decides */
		if (any(all[i], false, action, resource, w))
			return false;
	for (size_t i = 0; i < 3; i++) /* each fence that is there must allow */
		if (fences[i]->there && !any(fences[i], true, action, resource, w))
			return false;
	return any(&s->own[0], true, action, resource, w) || any(&s->own[1], true, action, resource, w) ||
	       any(&s->group, true, action, resource, w);
}

static enum answer plain_answer(const struct set *s, const char *action, const char *resource) {
	unsigned yes = 0;

	for (int w = 0; w < WORLDS; w++)
		yes += plain_allowed(s, action, resource, (enum world)w);
	return yes == 0 ? ANSWER_NO : yes == WORLDS ? ANSWER_YES : ANSWER_MAYBE;
}

/* --- drawing --- */
static void draw(struct set *s, struct documents *d, unsigned deny_in) {
	bool variables = pick(5) != 0;

	d->there = true;
	d->n = 1 + pick(4);
	for (unsigned i = 0; i < d->n; i++) {
		struct drawn *x = &d->at[i];

		memset(x, 0, sizeof(*x));
		x->allow = pick(deny_in) != 0;
		x->variables = variables;
		x->not_action = pick(5) == 0;
		x->not_resource = pick(6) == 0;
		x->nactions = 1 + pick(LIST_MAX);
		x->nresources = 1 + pick(LIST_MAX);
		for (unsigned k = 0; k < LIST_MAX; k++) {
			x->action[k] = OF(action_patterns);
			x->resource[k] = pick(3) ? "*" : OF(resource_patterns);
		}
		x->condition = pick(2) ? 0 : pick(NCONDITIONS);
		if (!variables && strstr(conditions[x->condition].text, "${"))
			x->condition = 0;
		if (conditions[x->condition].unknown)
			s->unknowns++;
	}
}

static void add_list(struct buf *b, const char *name, const char *const *at, unsigned n) {
	buf_printf(b, ",'%s':[", name);
	for (unsigned i = 0; i < n; i++) {
		buf_add_str(b, i ? ",\"" : "\"");
		buf_add_str(b, at[i]);
		buf_add_str(b, "\"");
	}
	buf_add_str(b, "]");
}

static const struct aws_policy *policy_of(struct aws_estate *e, const struct documents *d) {
	struct buf b = {0};
	const struct aws_policy *p;

	buf_printf(&b, "{'Version':'%s','Statement':[", d->at[0].variables ? "2012-10-17" : "2008-10-17");
	for (unsigned i = 0; i < d->n; i++) {
		const struct drawn *x = &d->at[i];

		buf_printf(&b, "%s{'Effect':'%s'", i ? "," : "", x->allow ? "Allow" : "Deny");
		add_list(&b, x->not_action ? "NotAction" : "Action", x->action, x->nactions);
		add_list(&b, x->not_resource ? "NotResource" : "Resource", x->resource, x->nresources);
		if (x->condition)
			buf_printf(&b, ",'Condition':{%s}", conditions[x->condition].text);
		buf_add_str(&b, "}");
	}
	buf_add_str(&b, "]}");
	for (size_t i = 0; i < b.n; i++) { /* but not the quotes of a variable's default */
		bool inner = (i > 1 && b.p[i - 1] == ' ') ||
			     (i + 1 < b.n && b.p[i + 1] == '}' && i > 2 && b.p[i - 2] == '\'' && b.p[i - 3] == ' ');

		if (b.p[i] == '\'' && !inner)
			b.p[i] = '"';
	}
	p = aws_policy_parse(e, buf_slice(&b), NULL);
	if (p->trouble)
		fail_msg("%s: %s", p->trouble, buf_cstr(&b));
	buf_free(&b);
	return p;
}

/* Each set has an account of its own: guardrails are an account's. */
static struct aws_principal *build(struct aws_estate *e, const struct set *s, unsigned number) {
	char account[13];
	struct aws_principal *u;

	snprintf(account, sizeof(account), "%012u", number + 1);
	u = lab_principal(e, account, "user/me");
	VEC_PUSH(&u->tags, ((struct aws_tag){slice_str("team"), slice_str("red")}));
	for (int i = 0; i < 2; i++)
		if (s->own[i].there)
			VEC_PUSH(&u->inlines, ((struct aws_inline){slice_str("i"), policy_of(e, &s->own[i]), {0}}));
	if (s->group.there) {
		struct aws_principal *g = lab_principal(e, account, "group/g");

		VEC_PUSH(&g->inlines, ((struct aws_inline){slice_str("i"), policy_of(e, &s->group), {0}}));
		VEC_PUSH(&u->groups, slice_str("g"));
	}
	if (s->fence.there) {
		struct aws_managed *m = lab_managed(e, account, "fence", ALLOW_ALL);

		m->versions.at[0].policy = policy_of(e, &s->fence);
		u->boundary = m->arn;
	}
	for (int i = 0; i < 2; i++) {
		struct aws_guardrail *g = ARENA_NEW(&e->arena, struct aws_guardrail);
		const char *unit = arena_printf(&e->arena, "ou-%s", account);

		if (!s->guards[i].there)
			continue;
		g->policy = policy_of(e, &s->guards[i]);
		VEC_PUSH(&g->targets, i ? slice_str(unit) : u->account);
		VEC_PUSH(&e->guardrails, g);
		VEC_PUSH(&e->organization, ((struct aws_node){.id = i ? slice_str(unit) : u->account,
						   .parent = i ? slice_of(NULL, 0) : slice_str(unit)}));
	}
	return u;
}

static void draw_set(struct set *s) {
	memset(s, 0, sizeof(*s));
	draw(s, &s->own[0], 5);
	if (pick(2))
		draw(s, &s->own[1], 4);
	if (pick(3) == 0)
		draw(s, &s->group, 4);
	if (pick(4) == 0)
		draw(s, &s->fence, 6);
	if (pick(5) == 0)
		draw(s, &s->guards[0], 6);
	if (s->guards[0].there && pick(2))
		draw(s, &s->guards[1], 6);
}

static unsigned answers[3], failures;

static void compare(struct privilege *p, const struct aws_principal *u, const struct set *s) {
	for (int i = 0; i < ASKED; i++) {
		const char *action = OF(actions), *resource = OF(resources);
		enum answer want = plain_answer(s, action, resource),
			    got = privilege_may(p, u, slice_str(action), slice_str(resource));

		answers[want]++;
		/* With one unknown the answer is exact; with several that pull together, what is proved or refused must still be so. */
		if (s->unknowns <= 1 ? got != want : got != ANSWER_MAYBE && got != want) {
			failures++;
			if (failures < 6)
				print_message("%.*s: %s on %s: %s, the oracle says %s\n", (int)u->arn.n,
					(const char *)u->arn.p, action, resource, answer_name(got), answer_name(want));
		}
	}
}

static void the_engine_and_the_oracle_agree(void **state) {
	struct set *sets = calloc(SETS, sizeof(*sets));
	struct aws_principal **users = calloc(SETS, sizeof(struct aws_principal *));

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct aws_estate e = {0};
		struct privilege *p;

		for (unsigned i = 0; i < SETS; i++) {
			draw_set(&sets[i]);
			users[i] = build(&e, &sets[i], i);
		}
		p = lab_judge(&e);
		for (unsigned i = 0; i < SETS; i++)
			compare(p, users[i], &sets[i]);
		privilege_free(p);
		aws_estate_free(&e);
	}
	free(sets);
	free(users);
	print_message("%d sets; of the answers %u no, %u conditional, %u proved\n", ROUNDS * SETS, answers[0],
		answers[1], answers[2]);
	assert_int_equal(failures, 0);
	assert_true(answers[0] > ROUNDS * 200 && answers[1] > ROUNDS * 20 && answers[2] > ROUNDS * 200);
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_engine_and_the_oracle_agree)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
