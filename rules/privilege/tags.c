/* Tags that somebody may set before it asks: what hangs on a tag of itself or of its target hangs on iam:TagUser and its like. IAM User Guide: "Tagging
 * IAM users", "Tagging IAM roles". Which conditions ask for tags is condition.c's. */
#include "rules/privilege/parts.h"

static const char *tagging(const struct aws_principal *of, bool sets) {
	if (of->kind == AWS_USER)
		return sets ? "iam:TagUser" : "iam:UntagUser";
	return of->kind == AWS_ROLE ? sets ? "iam:TagRole" : "iam:UntagRole" : NULL;
}

static enum answer may_tag(
	const struct request *r, const struct aws_principal *of, struct slice key, struct slice value) {
	struct privilege *p = r->engine;
	const struct subject *s = r->subject;
	const char *action = tagging(of, value.n > 0);
	size_t k = action ? key_index(action) : KEY_NONE;
	struct request mine;
	enum answer a;

	if (!action || !key_has(s->keys, k))
		return ANSWER_NO;
	request_on(p, of, &mine);
	mine.tagging = true; /* one tag is not set to be let set another */
	mine.tag_key = key;
	mine.tag_value = value;
	a = evaluate(p, s, p->key_action[k], &mine);
	p->tagged |= a != ANSWER_NO;
	return a;
}

void let_tag(struct privilege *p, const struct subject *s, struct request *r) {
	if (!p->asks_for_tags || r->tagging)
		return;
	r->may_tag = may_tag;
	r->engine = p;
	r->subject = s;
}

bool may_tag_itself(const struct privilege *p, const struct subject *s) {
	static const char *const of_user[] = {"iam:TagUser", "iam:UntagUser"}, *const of_role[] = {
										       "iam:TagRole", "iam:UntagRole"};
	const char *const *actions = s->p->kind == AWS_USER ? of_user : of_role;

	if (!p->asks_for_tags)
		return false;
	for (size_t i = 0; i < s->own.n; i++)
		for (size_t k = 0; k < 2; k++)
			if (s->own.at[i]->allow && key_has(s->own.at[i]->keys, key_index(actions[k])))
				return true;
	return false;
}

void add_tag_keys(uint64_t *keys) {
	static const char *const actions[] = {"iam:TagRole", "iam:TagUser", "iam:UntagRole", "iam:UntagUser"};

	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		bit_add(keys, (uint32_t)key_index(actions[i]));
}
