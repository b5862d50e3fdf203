/* What known servers bring an agent: data that is not public, texts that strangers write, and ways to send something out. Data, by the servers'
 * own descriptions of their tools; a server that is not listed is known for nothing. */
#include "scanners/agent/parts.h"

enum { PRIVATE = 1, STRANGERS = 2, SENDS = 4 };

/* Words of a package's, server's or host's name. */
static const struct {
	const char *word;
	unsigned brings;
} known[] = {
	{"github", PRIVATE | STRANGERS | SENDS},
	{"gitlab", PRIVATE | STRANGERS | SENDS},
	{"bitbucket", PRIVATE | SENDS},
	{"atlassian", PRIVATE | SENDS},
	{"jira", PRIVATE | SENDS},
	{"confluence", PRIVATE},
	{"linear", PRIVATE},
	{"notion", PRIVATE},
	{"slack", PRIVATE | SENDS},
	{"gmail", PRIVATE | STRANGERS | SENDS},
	{"outlook", PRIVATE | STRANGERS | SENDS},
	{"gdrive", PRIVATE},
	{"postgres", PRIVATE},
	{"postgresql", PRIVATE},
	{"mysql", PRIVATE},
	{"mongodb", PRIVATE},
	{"mssql", PRIVATE},
	{"supabase", PRIVATE},
	{"neon", PRIVATE},
	{"bigquery", PRIVATE},
	{"snowflake", PRIVATE},
	{"stripe", PRIVATE},
	{"salesforce", PRIVATE},
	{"hubspot", PRIVATE},
	{"airtable", PRIVATE},
	{"sentry", PRIVATE | STRANGERS},
	{"zendesk", PRIVATE | STRANGERS | SENDS},
	{"intercom", PRIVATE | STRANGERS | SENDS},
	{"fetch", STRANGERS | SENDS},
	{"playwright", STRANGERS | SENDS},
	{"puppeteer", STRANGERS | SENDS},
	{"browserbase", STRANGERS | SENDS},
	{"browser", STRANGERS | SENDS},
	{"firecrawl", STRANGERS},
	{"tavily", STRANGERS},
	{"exa", STRANGERS},
	{"brave", STRANGERS},
	{"perplexity", STRANGERS},
	{"serper", STRANGERS},
	{"reddit", STRANGERS},
	{"twitter", STRANGERS | SENDS},
	{"discord", PRIVATE | STRANGERS | SENDS},
	{"telegram", STRANGERS | SENDS},
	{"twilio", SENDS},
	{"sendgrid", SENDS},
	{"resend", SENDS},
};

static bool is_letter(uint8_t c) {
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* A word of a name, whole: "exa" is none of "example". */
static bool has_word(struct slice name, const char *word) {
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= name.n; i++)
		if (slice_eq_nocase(slice_sub(name, i, i + n), slice_str(word)) &&
			(i == 0 || !is_letter(name.p[i - 1])) && (i + n == name.n || !is_letter(name.p[i + n])))
			return true;
	return false;
}

void agent_set_capabilities(const struct agent *a, struct fact *f) {
	const struct slice names[] = {fact_text(f, "package"), fact_text(f, "host"), f->name};
	struct agent_names brings = {0};
	unsigned all = 0;

	/* the package says it; where there is none, how people call the server */
	for (size_t k = names[0].n ? 0 : 1; k < (names[0].n ? 1u : 3u) && !all; k++)
		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
			if (has_word(names[k], known[i].word))
				all |= known[i].brings;
	if (all & PRIVATE)
		agent_names_add(&brings, slice_str("private"));
	if (all & STRANGERS)
		agent_names_add(&brings, slice_str("strangers"));
	if (all & SENDS)
		agent_names_add(&brings, slice_str("sends"));
	agent_names_set(a, f, "brings", &brings, f->span);
}
