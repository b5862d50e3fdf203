/* Every path of the catalogue: one account where it leads to administrator, and the same account where one thing is missing or in the way: an action, a Deny,
 * a boundary, a guardrail, the trust of the role, the resource, a condition. The accounts are made from the catalogue's own rows. */
#include "tests/unit/privilege_lab.h"

#include "rules/privilege/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum twist {
	PLAIN,
	ONE_ACTION_LESS,
	DENIED,
	DENIED_ELSEWHERE,
	FENCED,
	GUARDED,
	WRONG_TRUST,
	WRONG_RESOURCE,
	FALSE_CONDITION,
	PASSED_ELSEWHERE,
	TWISTS
};
static const char *const twist_names[] = {"plain", "one action less", "denied", "denied in another policy", "fenced",
	"guarded", "wrong trust", "wrong resource", "false condition", "passed to another service"};

#define CATALOGUE 103 /* rows of the public catalogues; those after them are ours */

static bool says(const struct privilege_path *path, const char *word) {
	return strstr(path->actions[0], word) != NULL;
}

static bool is_role_path(const struct privilege_path *path) {
	return path->how == WIDEN_ROLE || (path->how >= DROP_OWN_BOUNDARY && says(path, "Role"));
}

static const char *action_list(struct aws_estate *e, const struct privilege_path *path, size_t but) {
	char *list = arena_str(&e->arena, slice_str(""));

	for (size_t i = 0; path->actions[i]; i++)
		if (i != but)
			list = arena_printf(&e->arena, "%s%s'%s'", list, *list ? "," : "", path->actions[i]);
	return list;
}

static const char *resource_of(const struct privilege_path *path, enum twist t) {
	if (t != WRONG_RESOURCE)
		return "*";
	(void)path;
	return "arn:aws:iam::" ACCOUNT ":role/nobody-has-this-name";
}

/* The account: the start, an administrator user and role, a group of administrators, a policy that the start holds. */
struct account {
	struct aws_estate e;
	struct aws_principal *start, *admin_user, *admin_role, *group;
};

static void make_targets(struct account *a, const struct privilege_path *path, enum twist t) {
	struct aws_estate *e = &a->e;
	char first[64] = "ec2";
	const char *trust = t == WRONG_TRUST ? "unrelated.amazonaws.com" : ACCOUNT;
	bool direct = path->how == ASSUME || path->how == DROP_ROLE_BOUNDARY || path->how == COMBINED;

	if (path->service)
		snprintf(first, sizeof(first), "%.*s", (int)strcspn(path->service, ","), path->service);
	if (!direct && t != WRONG_TRUST)
		trust = arena_printf(&e->arena, "%s.amazonaws.com", first);
	if (strcmp(first, "cognito-identity") == 0 && t != WRONG_TRUST)
		trust = "{'Effect':'Allow','Action':'sts:AssumeRoleWithWebIdentity',"
			"'Principal':{'Federated':'cognito-identity.amazonaws.com'}}";
	a->admin_role = lab_role(e, ACCOUNT, "admin-role", trust);
	lab_inline(e, a->admin_role, ALLOW_ALL);
	a->admin_user = lab_principal(e, ACCOUNT, "user/admin-user");
	lab_attach(a->admin_user, slice_str(ADMIN_ARN));
	a->group = lab_principal(e, ACCOUNT, "group/admins");
	lab_attach(a->group, slice_str(ADMIN_ARN));
	if (path->how == DROP_ROLE_BOUNDARY)
		a->admin_role->boundary =
			lab_managed(e, ACCOUNT, "fence", "{'Effect':'Allow','Action':'s3:*','Resource':'*'}")->arn;
}

/* An administrator but for a policy that denies all else than its own removal, held where the path's action takes it away. */
static void make_denied(struct account *a, const struct privilege_path *path) {
	struct aws_estate *e = &a->e;
	const char *denial =
		arena_printf(&e->arena, "{'Effect':'Deny','NotAction':['%s'],'Resource':'*'}", path->actions[0]);
	struct aws_principal *holder = a->start;

	lab_inline(e, a->start,
		arena_printf(&e->arena, "{'Effect':'Allow','NotAction':['%s'],'Resource':'*'}", path->actions[0]));
	if (says(path, "Group")) {
		holder = lab_principal(e, ACCOUNT, "group/held");
		VEC_PUSH(&a->start->groups, slice_str("held"));
	}
	/* An inline policy of its own takes those beside it along: its Allow then stands in the managed one. */
	if (says(path, "Detach"))
		lab_attach(holder, lab_managed(e, ACCOUNT, "denial", denial)->arn);
	else
		lab_inline(e, holder, denial);
}

static void make_start(struct account *a, const struct privilege_path *path, enum twist t, size_t less) {
	struct aws_estate *e = &a->e;
	const char *actions = action_list(e, path, t == ONE_ACTION_LESS ? less : SIZE_MAX), *condition = "";
	struct aws_managed *own;

	a->start = lab_principal(e, ACCOUNT, is_role_path(path) ? "role/start" : "user/start");
	if (t == FALSE_CONDITION)
		condition = ",'Condition':{'DateLessThan':{'aws:CurrentTime':'2020-01-01T00:00:00Z'}}";
	if (t == PASSED_ELSEWHERE)
		condition = ",'Condition':{'StringEqualsIfExists':{'iam:PassedToService':'unrelated.amazonaws.com'}}";
	own = lab_managed(e, ACCOUNT, "own",
		arena_printf(&e->arena, "{'Effect':'Allow','Action':[%s],'Resource':'%s'%s}",
			*actions ? actions : "'s3:ListBucket'", resource_of(path, t), condition));
	lab_attach(a->start, own->arn);
	if (path->how == COMBINED && strcmp(path->actions[0], "iam:CreatePolicyVersion") == 0)
		lab_attach(a->admin_role, own->arn);
	if (path->how == WIDEN_GROUP) {
		struct aws_principal *g = lab_principal(e, ACCOUNT, "group/mine");

		(void)g;
		VEC_PUSH(&a->start->groups, slice_str("mine"));
	}
	if (path->how == DROP_USER_BOUNDARY) {
		a->start->boundary = lab_managed(e, ACCOUNT, "fence",
			"{'Effect':'Allow','Action':'iam:DeleteUserPermissionsBoundary','Resource':'*'}")
					     ->arn;
		lab_inline(e, a->start,
			"{'Effect':'Allow','NotAction':['iam:DeleteUserPermissionsBoundary'],'Resource':'*'}");
	}
	if (path->how == DROP_OWN_BOUNDARY) {
		a->start->boundary = lab_managed(e, ACCOUNT, "fence",
			arena_printf(&e->arena, "{'Effect':'Allow','Action':'%s','Resource':'*'}", path->actions[0]))
					     ->arn;
		lab_inline(e, a->start,
			arena_printf(
				&e->arena, "{'Effect':'Allow','NotAction':['%s'],'Resource':'*'}", path->actions[0]));
	}
	if (path->how == SHED_DENIAL)
		make_denied(a, path);
	if (path->how == DEFAULT_VERSION) {
		struct aws_version v = {.id = slice_str("v2"), .policy = lab_policy(e, ALLOW_ALL)};

		VEC_PUSH(&own->versions, v);
	}
	if (t == DENIED)
		lab_inline(e, a->start,
			arena_printf(&e->arena, "{'Effect':'Deny','Action':[%s],'Resource':'*'}", actions));
	if (t == DENIED_ELSEWHERE) {
		struct aws_principal *g = lab_principal(e, ACCOUNT, "group/denied");

		lab_inline(e, g,
			arena_printf(
				&e->arena, "{'Effect':'Deny','NotAction':['s3:*'],'NotResource':['arn:aws:s3:::b']}"));
		VEC_PUSH(&a->start->groups, slice_str("denied"));
	}
	if (t == FENCED)
		a->start->boundary =
			lab_managed(e, ACCOUNT, "fence-start", "{'Effect':'Allow','Action':'s3:*','Resource':'*'}")
				->arn;
}

static void make_guard(struct account *a, const char *actions) {
	struct aws_guardrail *g = ARENA_NEW(&a->e.arena, struct aws_guardrail);

	g->policy = lab_policy(&a->e,
		arena_printf(&a->e.arena, "%s,{'Effect':'Deny','Action':[%s],'Resource':'*'}", ALLOW_ALL, actions));
	VEC_PUSH(&g->targets, slice_str(ACCOUNT));
	g->targets_known = true;
	VEC_PUSH(&a->e.guardrails, g);
}

/* What the twisted account must show: nothing, unless the twist does not concern the path. */
static bool concerns(const struct privilege_path *path, enum twist t) {
	switch (t) {
	case WRONG_TRUST:
		return path->how == PASS || path->how == EXISTING || path->how == ASSUME;
	case WRONG_RESOURCE:
		return path->how != SSO && path->how != MAKE_NEW;
	case DENIED_ELSEWHERE: /* only users are in groups */
		return !is_role_path(path) && path->how != DROP_USER_BOUNDARY && path->how != DROP_OWN_BOUNDARY &&
		       path->how != SHED_DENIAL;
	case FENCED:
		return path->how != DROP_USER_BOUNDARY && path->how != DROP_OWN_BOUNDARY;
	case PASSED_ELSEWHERE:
		return path->how == PASS;
	default:
		return true;
	}
}

static enum answer run(const struct privilege_path *path, enum twist t, size_t less, bool *named, bool *admin) {
	struct account a = {0};
	struct privilege *p;
	const struct privilege_identity *i;
	const struct privilege_step *step;
	enum answer r;

	make_targets(&a, path, t);
	make_start(&a, path, t, less);
	if (t == GUARDED)
		make_guard(&a, action_list(&a.e, path, SIZE_MAX));
	p = lab_judge(&a.e);
	i = privilege_identity(p, a.start);
	step = lab_step(i, path->id);
	*named = step != NULL;
	*admin = i->admin == ANSWER_YES;
	r = i->reaches_admin;
	if (t == PASSED_ELSEWHERE) /* without a role to pass, an existing resource may do: another path */
		r = ANSWER_NO;
	if (step && t != PLAIN && t != ONE_ACTION_LESS)
		r = answer_max(r, step->certainty);
	privilege_free(p);
	aws_estate_free(&a.e);
	return r;
}

static void every_path_is_found_and_named(void **state) {
	unsigned proved = 0, failures = 0;

	(void)state;
	for (size_t k = 0; k < privilege_npaths; k++) {
		bool named, admin;
		enum answer a = run(&privilege_paths[k], PLAIN, 0, &named, &admin);

		proved += a == ANSWER_YES;
		if (a == ANSWER_NO || !named || admin) {
			print_message("%s: %s, named %d, administrator %d\n", privilege_paths[k].id, answer_name(a),
				named, admin);
			failures++;
		}
		/* What needs something that an export does not show is never proved. */
		if (a == ANSWER_YES && (privilege_paths[k].how == EXISTING || privilege_paths[k].how == SSO ||
					       privilege_paths[k].needs)) {
			print_message("%s: proved without the resource it needs\n", privilege_paths[k].id);
			failures++;
		}
	}
	print_message("%u of %zu proved, the others conditional\n", proved, privilege_npaths);
	assert_int_equal(failures, 0);
	assert_int_equal(privilege_npaths, CATALOGUE + 16);
}

static void nothing_is_found_where_something_is_in_the_way(void **state) {
	unsigned failures = 0, cases = 0;

	(void)state;
	for (size_t k = 0; k < privilege_npaths; k++) {
		for (int t = DENIED; t < TWISTS; t++) {
			bool named, admin;
			enum answer a;

			if (!concerns(&privilege_paths[k], (enum twist)t))
				continue;
			cases++;
			a = run(&privilege_paths[k], (enum twist)t, 0, &named, &admin);
			if (a != ANSWER_NO || admin) {
				print_message("%s, %s: %s%s\n", privilege_paths[k].id, twist_names[t], answer_name(a),
					named ? ", named" : "");
				failures++;
			}
		}
	}
	print_message("%u accounts\n", cases);
	assert_int_equal(failures, 0);
}

static void a_path_is_not_named_without_each_of_its_actions(void **state) {
	unsigned failures = 0;

	(void)state;
	for (size_t k = 0; k < privilege_npaths; k++) {
		for (size_t less = 0; privilege_paths[k].actions[less]; less++) {
			bool named, admin;

			run(&privilege_paths[k], ONE_ACTION_LESS, less, &named, &admin);
			if (named) {
				print_message("%s is named without %s\n", privilege_paths[k].id,
					privilege_paths[k].actions[less]);
				failures++;
			}
		}
	}
	assert_int_equal(failures, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path_is_found_and_named),
		cmocka_unit_test(nothing_is_found_where_something_is_in_the_way),
		cmocka_unit_test(a_path_is_not_named_without_each_of_its_actions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
