/* Small accounts for tests of the privilege engine: principals and policies from texts. Single quotes stand for double ones in policy texts. */
#ifndef NHISCAN_TESTS_PRIVILEGE_LAB_H
#define NHISCAN_TESTS_PRIVILEGE_LAB_H

#include "rules/privilege/privilege.h"

#include <stdio.h>
#include <stdlib.h>

#define ACCOUNT	  "111122223333"
#define ALLOW_ALL "{'Effect':'Allow','Action':'*','Resource':'*'}"
#define ADMIN_ARN "arn:aws:iam::aws:policy/AdministratorAccess"
#define LAB_AS_OF 1767225600 /* 2026-01-01 */

static inline const struct aws_policy *lab_policy(struct aws_estate *e, const char *statements) {
	char *text = arena_printf(&e->arena, "{'Version':'2012-10-17','Statement':[%s]}", statements);

	for (char *c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	const struct aws_policy *p = aws_policy_parse(e, slice_str(text), NULL);

	if (p->trouble) {
		fprintf(stderr, "%s: %s\n", p->trouble, text);
		abort();
	}
	return p;
}

static inline struct aws_principal *lab_principal(struct aws_estate *e, const char *account, const char *rest) {
	return aws_principal_of(e, slice_str(arena_printf(&e->arena, "arn:aws:iam::%s:%s", account, rest)));
}

static inline void lab_inline(struct aws_estate *e, struct aws_principal *p, const char *statements) {
	VEC_PUSH(&p->inlines, ((struct aws_inline){slice_str("inline"), lab_policy(e, statements), {0}}));
}

/* `who` may be "ec2.amazonaws.com", an account's number or an ARN; or a whole statement. */
static inline struct aws_principal *lab_role(
	struct aws_estate *e, const char *account, const char *name, const char *who) {
	struct aws_principal *p = lab_principal(e, account, arena_printf(&e->arena, "role/%s", name));
	const char *type = strstr(who, ".amazonaws.com") ? "Service" : "AWS";

	p->trust = lab_policy(e,
		*who == '{'
			? who
			: arena_printf(&e->arena,
				  "{'Effect':'Allow','Action':'sts:AssumeRole','Principal':{'%s':'%s'}}", type, who));
	VEC_PUSH(&p->instance_profiles,
		slice_str(arena_printf(&e->arena, "arn:aws:iam::%s:instance-profile/%s", account, name)));
	return p;
}

static inline struct aws_managed *lab_managed(
	struct aws_estate *e, const char *account, const char *name, const char *statements) {
	struct aws_managed *m =
		aws_managed_of(e, slice_str(arena_printf(&e->arena, "arn:aws:iam::%s:policy/%s", account, name)));
	struct aws_version v = {.id = slice_str("v1"), .is_default = true, .policy = lab_policy(e, statements)};

	VEC_PUSH(&m->versions, v);
	return m;
}

static inline void lab_attach(struct aws_principal *p, struct slice arn) {
	VEC_PUSH(&p->attached, ((struct aws_attachment){arn, arn, {0}}));
}

static inline struct privilege *lab_judge(struct aws_estate *e) {
	struct privilege_options o = {.as_of = LAB_AS_OF};

	return privilege_new(e, &o);
}

static inline const struct privilege_step *lab_step(const struct privilege_identity *i, const char *id) {
	for (size_t k = 0; k < i->nsteps; k++)
		if (strcmp(i->steps[k].path->id, id) == 0)
			return &i->steps[k];
	return NULL;
}

#endif
