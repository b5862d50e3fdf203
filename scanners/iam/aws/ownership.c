/* Owner and environment out of tags and names. The keys are those that tagging guides recommend and exports show; compared without case and
 * without "-", "_", ":" and blanks. */
#include "scanners/iam/aws/facts.h"

/* The most telling first. */
static const char *const owner_keys[] = {"owner", "owneremail", "owneremailaddress", "serviceowner", "technicalowner",
	"businessowner", "team", "teamname", "owningteam", "squad", "contact", "contactemail", "email", "maintainer",
	"responsible", "createdby", "creator", "managedby", "department", "costcenter"};
static const char *const environment_keys[] = {"environment", "env", "stage", "environmenttype", "tier"};

/* Key and word without what people put between words. */
static bool key_is(struct slice key, const char *name) {
	size_t n = strlen(name), at = 0;

	for (size_t i = 0; i < key.n; i++) {
		uint8_t c = key.p[i];

		if (c == '-' || c == '_' || c == ':' || c == ' ' || c == '/' || c == '.')
			continue;
		if (at >= n || (c | 0x20) != (uint8_t)name[at++])
			return false;
	}
	return at == n;
}

bool aws_owner_of_tags(const struct aws_tag *tags, size_t n, struct slice *owner, struct slice *tag) {
	for (size_t k = 0; k < sizeof(owner_keys) / sizeof(*owner_keys); k++)
		for (size_t i = 0; i < n; i++)
			if (key_is(tags[i].key, owner_keys[k]) && tags[i].value.n) {
				*owner = tags[i].value;
				*tag = tags[i].key;
				return true;
			}
	return false;
}

static const struct {
	const char *word, *environment;
} words[] = {
	{"prod", "prod"},
	{"production", "prod"},
	{"prd", "prod"},
	{"live", "prod"},
	{"staging", "staging"},
	{"stage", "staging"},
	{"stg", "staging"},
	{"preprod", "staging"},
	{"uat", "staging"},
	{"dev", "dev"},
	{"develop", "dev"},
	{"development", "dev"},
	{"sandbox", "dev"},
	{"sbx", "dev"},
	{"nonprod", "dev"},
	{"test", "test"},
	{"testing", "test"},
	{"qa", "test"},
};

static bool is_letter(uint8_t c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* By whole words: "production-deploy" is prod, "reproduce" is nothing. "non-prod" is no prod. */
struct slice aws_environment_of_name(struct slice name) {
	for (size_t i = 0; i < name.n;) {
		size_t from = i;

		while (i < name.n && is_letter(name.p[i]))
			i++;
		for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
			if (slice_eq_nocase(slice_sub(name, from, i), slice_str(words[k].word))) {
				bool non = from >= 4 &&
					   slice_eq_nocase(slice_sub(name, from - 4, from - 1), slice_str("non"));

				return slice_str(non ? "dev" : words[k].environment);
			}
		i++;
	}
	return (struct slice){0};
}

struct slice aws_environment_of_tags(const struct aws_tag *tags, size_t n) {
	for (size_t k = 0; k < sizeof(environment_keys) / sizeof(*environment_keys); k++)
		for (size_t i = 0; i < n; i++)
			if (key_is(tags[i].key, environment_keys[k])) {
				struct slice e = aws_environment_of_name(tags[i].value);

				return e.n ? e : tags[i].value;
			}
	return (struct slice){0};
}
