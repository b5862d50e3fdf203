/* Names of severities, confidences and kinds, the OWASP NHI table, and looking a rule up by id.
 * Not here: reading rule files (load.c), merging and selecting catalogues (catalogue.c). */
#include "rules/rule.h"

static const char *const severity_names[] = {
	[SEVERITY_INFO] = "info",
	[SEVERITY_LOW] = "low",
	[SEVERITY_MEDIUM] = "medium",
	[SEVERITY_HIGH] = "high",
	[SEVERITY_CRITICAL] = "critical",
};

static const char *const confidence_names[] = {
	[CONFIDENCE_LOW] = "low",
	[CONFIDENCE_MEDIUM] = "medium",
	[CONFIDENCE_HIGH] = "high",
};

static const char *const kind_names[KIND_COUNT] = {
	[KIND_TOKEN] = "token",
	[KIND_PASSWORD] = "password",
	[KIND_KEY_ID] = "key-id",
	[KIND_PRIVATE_KEY] = "private-key",
	[KIND_JWT] = "jwt",
	[KIND_URL] = "url",
	[KIND_HASH] = "hash",
	[KIND_GENERIC] = "generic",
	[KIND_CONFIGURATION] = "configuration",
};

/* OWASP Non-Human Identities Top 10, edition 2025. */
static const struct {
	const char *id, *title;
} nhi_table[] = {
	{"NHI1:2025", "Improper Offboarding"},
	{"NHI2:2025", "Secret Leakage"},
	{"NHI3:2025", "Vulnerable Third-Party NHI"},
	{"NHI4:2025", "Insecure Authentication"},
	{"NHI5:2025", "Overprivileged NHI"},
	{"NHI6:2025", "Insecure Cloud Deployment Configurations"},
	{"NHI7:2025", "Long-Lived Secrets"},
	{"NHI8:2025", "Environment Isolation"},
	{"NHI9:2025", "NHI Reuse"},
	{"NHI10:2025", "Human Use of NHI"},
};

#define COUNT(t) (sizeof(t) / sizeof((t)[0]))

static const char *name_at(const char *const *names, size_t n, size_t i) {
	return i < n && names[i] ? names[i] : "unknown";
}

static bool name_find(const char *const *names, size_t n, struct slice s, size_t *out) {
	for (size_t i = 0; i < n; i++) {
		if (slice_eq(s, slice_str(names[i]))) {
			*out = i;
			return true;
		}
	}
	return false;
}

const char *severity_name(enum severity s) {
	return name_at(severity_names, COUNT(severity_names), (size_t)s);
}

bool severity_parse(struct slice s, enum severity *out) {
	size_t i;
	if (!name_find(severity_names, COUNT(severity_names), s, &i))
		return false;
	*out = (enum severity)i;
	return true;
}

const char *confidence_name(enum confidence c) {
	return name_at(confidence_names, COUNT(confidence_names), (size_t)c);
}

bool confidence_parse(struct slice s, enum confidence *out) {
	size_t i;
	if (!name_find(confidence_names, COUNT(confidence_names), s, &i))
		return false;
	*out = (enum confidence)i;
	return true;
}

const char *secret_kind_name(enum secret_kind k) {
	return name_at(kind_names, COUNT(kind_names), (size_t)k);
}

bool secret_kind_parse(struct slice s, enum secret_kind *out) {
	size_t i;
	if (!name_find(kind_names, COUNT(kind_names), s, &i))
		return false;
	*out = (enum secret_kind)i;
	return true;
}

const char *nhi_id(unsigned index) {
	return index < COUNT(nhi_table) ? nhi_table[index].id : "unknown";
}

const char *nhi_title(unsigned index) {
	return index < COUNT(nhi_table) ? nhi_table[index].title : "unknown";
}

bool nhi_parse(struct slice s, unsigned *index) {
	for (unsigned i = 0; i < COUNT(nhi_table); i++) {
		const struct slice full = slice_str(nhi_table[i].id),
				   brief = slice_sub(full, 0, full.n - strlen(":2025"));

		if (slice_eq(s, full) || slice_eq(s, brief)) {
			*index = i;
			return true;
		}
	}
	return false;
}

ptrdiff_t catalogue_find(const struct catalogue *c, struct slice id) {
	for (size_t i = 0; i < c->n; i++) {
		if (slice_eq(id, slice_str(c->rules[i].id)))
			return (ptrdiff_t)i;
	}
	return -1;
}
