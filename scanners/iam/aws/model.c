/* The estate of AWS accounts: principals and managed policies by ARN, each once. Reading exports and documents is elsewhere. */
#include "scanners/iam/aws/model.h"

#include <stdlib.h>

bool aws_arn_parse(struct slice arn, struct aws_arn *out) {
	struct slice *parts[] = {NULL, &out->partition, &out->service, &out->region, &out->account};
	size_t at = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < 5; i++) {
		size_t end = at;

		while (end < arn.n && arn.p[end] != ':')
			end++;
		if (end >= arn.n)
			return false;
		if (parts[i])
			*parts[i] = slice_sub(arn, at, end);
		else if (!slice_eq(slice_sub(arn, at, end), slice_str("arn")))
			return false;
		at = end + 1;
	}
	out->resource = slice_sub(arn, at, arn.n);
	return true;
}

/* "role/path/to/name" into its path, with slashes at both ends, and its name. */
static void split_resource(struct slice resource, struct slice *path, struct slice *name) {
	size_t from = 0, to = resource.n;

	while (from < resource.n && resource.p[from] != '/')
		from++;
	while (to > from && resource.p[to - 1] != '/')
		to--;
	*path = from < to ? slice_sub(resource, from, to) : slice_str("/");
	*name = from < to ? slice_sub(resource, to, resource.n) : resource;
}

static enum aws_kind kind_of(const struct aws_arn *arn) {
	if (slice_has_prefix(arn->resource, "user/"))
		return AWS_USER;
	if (slice_has_prefix(arn->resource, "group/"))
		return AWS_GROUP;
	return slice_eq(arn->resource, slice_str("root")) ? AWS_ROOT : AWS_ROLE;
}

struct aws_principal *aws_principal_of(struct aws_estate *e, struct slice arn) {
	bool added;
	struct map_entry *entry = map_put(&e->by_arn, arn, &added);
	struct aws_principal *p;
	struct aws_arn parts;

	if (!added)
		return entry->value.ptr;
	p = ARENA_NEW(&e->arena, struct aws_principal);
	entry->value.ptr = p;
	p->arn = arena_copy(&e->arena, arn);
	p->access_keys = AWS_KEYS_UNKNOWN;
	p->kind = AWS_ROLE;
	p->name = p->arn;
	if (aws_arn_parse(p->arn, &parts)) {
		p->kind = kind_of(&parts);
		p->account = parts.account;
		split_resource(parts.resource, &p->path, &p->name);
	}
	p->index = (uint32_t)e->principals.n;
	VEC_PUSH(&e->principals, p);
	return p;
}

struct aws_principal *aws_find(const struct aws_estate *e, struct slice arn) {
	const struct map_entry *entry = map_get(&e->by_arn, arn);

	return entry ? entry->value.ptr : NULL;
}

struct aws_managed *aws_managed_of(struct aws_estate *e, struct slice arn) {
	bool added;
	struct map_entry *entry = map_put(&e->managed_by_arn, arn, &added);
	struct aws_managed *m;
	struct aws_arn parts;

	if (!added)
		return entry->value.ptr;
	m = ARENA_NEW(&e->arena, struct aws_managed);
	entry->value.ptr = m;
	m->arn = arena_copy(&e->arena, arn);
	m->name = m->arn;
	if (aws_arn_parse(m->arn, &parts))
		split_resource(parts.resource, &m->path, &m->name);
	VEC_PUSH(&e->managed, m);
	return m;
}

const struct aws_policy *aws_default_document(const struct aws_managed *m) {
	for (size_t i = 0; i < m->versions.n; i++)
		if (m->default_version.n ? slice_eq(m->versions.at[i].id, m->default_version)
					 : m->versions.at[i].is_default)
			return m->versions.at[i].policy;
	return m->versions.n == 1 ? m->versions.at[0].policy : NULL;
}

void aws_estate_free(struct aws_estate *e) {
	for (size_t i = 0; i < e->principals.n; i++) {
		struct aws_principal *p = e->principals.at[i];

		VEC_FREE(&p->inlines);
		VEC_FREE(&p->attached);
		VEC_FREE(&p->groups);
		VEC_FREE(&p->tags);
		VEC_FREE(&p->instance_profiles);
	}
	for (size_t i = 0; i < e->managed.n; i++)
		VEC_FREE(&e->managed.at[i]->versions);
	for (size_t i = 0; i < e->guardrails.n; i++)
		VEC_FREE(&e->guardrails.at[i]->targets);
	VEC_FREE(&e->principals);
	VEC_FREE(&e->managed);
	VEC_FREE(&e->guardrails);
	VEC_FREE(&e->organization);
	VEC_FREE(&e->resource_policies);
	VEC_FREE(&e->carriers);
	VEC_FREE(&e->oidc);
	map_free(&e->by_arn);
	map_free(&e->managed_by_arn);
	map_free(&e->documents);
	arena_free(&e->arena);
}
