/* Trust in SAML assertions and in certificates (IAM Roles Anywhere): what the conditions ask of them. IAM User Guide: "Available keys for SAML-based AWS STS
 * federation"; IAM Roles Anywhere User Guide: "The IAM Roles Anywhere trust model". Tokens of OIDC are oidc.c's. */
#include "rules/privilege/parts.h"
#include "rules/privilege/wild.h"

#include <stdlib.h>

/* What an assertion for AWS's own sign-in is meant for, in each partition and region. */
static const char *const sign_in[] = {"https://signin.aws.amazon.com/saml", "https://*.signin.aws.amazon.com/saml*",
	"https://signin.amazonaws.cn/saml", "https://*.signin.amazonaws.cn/saml*",
	"https://signin.amazonaws-us-gov.com/saml", "https://*.signin.amazonaws-us-gov.com/saml*"};

static bool is_of_sign_in(struct slice audience) {
	for (size_t i = 0; i < sizeof(sign_in) / sizeof(*sign_in); i++)
		if (wild_covers(slice_str(sign_in[i]), audience))
			return true;
	return false;
}

/* Audiences that others have too: a pattern as wide as any service provider of the same identity provider. */
static bool lets_others_in(const struct asked *audience) {
	for (size_t i = 0; i < audience->patterns.n; i++)
		if (wild_is(audience->patterns.at[i]) && !is_of_sign_in(audience->patterns.at[i]))
			return true;
	return false;
}

void saml_judge(struct privilege *p, struct privilege_trust *t) {
	struct slice saml = slice_str("SAML");
	struct asked aud = {0}, sub = {0};

	ask_claim(&p->arena, t->statement, saml, "aud", &aud);
	ask_claim(&p->arena, t->statement, saml, "sub", &sub);
	t->limited = sub.positive && !sub.absent_passes;
	if (aud.literal_star || sub.literal_star)
		weak_trust(t, ANSWER_NO, "a * in StringEquals stands for itself: no assertion fits");
	else if (!aud.any)
		weak_trust(t, ANSWER_MAYBE,
			"SAML:aud is not asked for: an assertion that the provider made for another service fits");
	else if (!aud.positive)
		weak_trust(t, ANSWER_MAYBE, "audiences are only shut out, never asked for");
	else if (aud.absent_passes)
		weak_trust(t, ANSWER_MAYBE,
			"the condition on SAML:aud holds for an assertion without one (ForAllValues or IfExists)");
	else if (lets_others_in(&aud))
		weak_trust(t, ANSWER_MAYBE, "a wildcard in SAML:aud: assertions made for other services fit");
	VEC_FREE(&aud.patterns);
	VEC_FREE(&sub.patterns);
}

bool is_roles_anywhere(const struct privilege_trust *t) {
	return t->kind == TRUST_SERVICE && slice_has_prefix(t->who, "rolesanywhere.");
}

/* Asked for by a value that says something: not a bare wildcard, and not passed by a session without the tag. */
static bool pins(struct privilege *p, const struct aws_statement *s, const char *key, bool *absent_passes) {
	struct asked a = {0};
	bool pinned;

	ask_claim(&p->arena, s, slice_str("aws"), key, &a);
	*absent_passes |= a.positive && a.absent_passes;
	pinned = a.positive && !a.absent_passes;
	for (size_t i = 0; i < a.patterns.n; i++)
		if (slice_eq(a.patterns.at[i], slice_str("*")) ||
			wild_covers(a.patterns.at[i], slice_str("arn:aws:rolesanywhere:*")) ||
			slice_has_suffix(a.patterns.at[i], ":trust-anchor/*"))
			pinned = false;
	VEC_FREE(&a.patterns);
	return pinned;
}

/* Tags of the session, named after what stands in the certificate. */
static bool pins_subject(struct privilege *p, const struct aws_statement *s, bool *absent_passes) {
	static const char *const before[] = {"PrincipalTag/x509Subject/", "PrincipalTag/x509SAN/"};
	bool pinned = false;

	for (size_t i = 0; i < s->nconditions; i++) {
		struct slice key = s->conditions[i].key;
		char name[160];

		if (key.n < 5 || key.n >= sizeof(name) || !slice_eq_nocase(slice_sub(key, 0, 4), slice_str("aws:")))
			continue;
		key = slice_sub(key, 4, key.n);
		for (size_t b = 0; b < 2; b++) {
			size_t n = strlen(before[b]);

			if (key.n <= n || !slice_eq_nocase(slice_sub(key, 0, n), slice_str(before[b])))
				continue;
			memcpy(name, key.p, key.n);
			name[key.n] = 0;
			pinned |= pins(p, s, name, absent_passes);
		}
	}
	return pinned;
}

/* aws:SourceAccount says nothing here: anchors of other accounts cannot be used at all. */
void anywhere_judge(struct privilege *p, struct privilege_trust *t) {
	bool absent_passes = false;
	bool anchor = pins(p, t->statement, "SourceArn", &absent_passes),
	     subject = pins_subject(p, t->statement, &absent_passes);

	t->limited = anchor || subject;
	if (absent_passes && !subject)
		weak_trust(
			t, ANSWER_MAYBE, "a condition holds for a session without the tag (ForAllValues or IfExists)");
	else if (!anchor && !subject)
		weak_trust(t, ANSWER_MAYBE, "any certificate of any trust anchor of the account fits");
	else if (!subject)
		weak_trust(t, ANSWER_NO,
			"any certificate that the trust anchor's authority issues fits: the subject is not asked for");
	else if (!anchor)
		weak_trust(t, ANSWER_NO,
			"the trust anchor is not asked for: any authority that is trusted may issue the subject");
}
