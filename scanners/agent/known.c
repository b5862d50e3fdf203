/* Known servers: packages whose pinned version has a published vulnerability, and names that others imitate. Data; add rows.
 * Advisories as published in GitHub's advisory database and the CVE records named. */
#include "scanners/agent/agent.h"

#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>

static const struct advisory {
	const char *package;
	unsigned major, minor, patch; /* the first version without it */
	const char *id;
} advisories[] = {
	{"mcp-remote", 0, 1, 16, "CVE-2025-6514"},
	{"@modelcontextprotocol/inspector", 0, 14, 1, "CVE-2025-49596"},
	{"@modelcontextprotocol/server-filesystem", 2025, 7, 1, "CVE-2025-53109, CVE-2025-53110"},
	{"mcp-server-git", 2025, 12, 18, "CVE-2025-68143, CVE-2025-68144, CVE-2025-68145"},
	{"figma-developer-mcp", 0, 6, 3, "CVE-2025-53967"},
	{"mcp-server-kubernetes", 2, 5, 0, "CVE-2025-53355"},
};

static const char *const well_known[] = {"@modelcontextprotocol/server-filesystem",
	"@modelcontextprotocol/server-github", "@modelcontextprotocol/server-postgres",
	"@modelcontextprotocol/server-slack", "@modelcontextprotocol/server-memory",
	"@modelcontextprotocol/server-puppeteer", "@modelcontextprotocol/server-brave-search",
	"@modelcontextprotocol/server-sequential-thinking", "@modelcontextprotocol/server-everything",
	"@modelcontextprotocol/server-gitlab", "@modelcontextprotocol/server-google-maps", "@playwright/mcp",
	"@upstash/context7-mcp", "@supabase/mcp-server-supabase", "@notionhq/notion-mcp-server", "@sentry/mcp-server",
	"figma-developer-mcp", "firecrawl-mcp", "mcp-remote", "mcp-server-fetch", "mcp-server-git", "mcp-server-sqlite",
	"mcp-server-time", "chrome-devtools-mcp", "tavily-mcp", "exa-mcp-server", "@azure/mcp", "@stripe/mcp",
	"awslabs.aws-documentation-mcp-server", "mcp-server-kubernetes"};

/* Splits at the version: @scope/name@1.2.3, name==1.2.3. */
static struct slice name_of(struct slice package, struct slice *version) {
	for (size_t i = package.n; i-- > 1;) {
		if (package.p[i] != '@' && package.p[i] != '=')
			continue;
		*version = slice_sub(package, i + 1, package.n);
		while (i > 1 && package.p[i - 1] == '=')
			i--;
		return slice_sub(package, 0, i);
	}
	*version = slice_sub(package, package.n, package.n);
	return package;
}

const char *agent_advisory(struct slice package) {
	struct slice version, name = name_of(package, &version);
	unsigned v[3] = {0};
	char text[40];

	if (!version.n || version.n >= sizeof(text) || version.p[0] < '0' || version.p[0] > '9')
		return NULL;
	memcpy(text, version.p, version.n);
	text[version.n] = 0;
	if (sscanf(text, "%u.%u.%u", &v[0], &v[1], &v[2]) < 2)
		return NULL;
	for (size_t i = 0; i < sizeof(advisories) / sizeof(*advisories); i++) {
		const struct advisory *a = &advisories[i];

		if (!slice_eq(name, slice_str(a->package)))
			continue;
		if (v[0] != a->major ? v[0] < a->major : v[1] != a->minor ? v[1] < a->minor : v[2] < a->patch)
			return a->id;
	}
	return NULL;
}

const char *agent_looks_like(struct slice package) {
	struct slice version, name = name_of(package, &version);
	const char *near = NULL;
	char text[64];

	if (name.n < 8 || name.n >= sizeof(text))
		return NULL;
	memcpy(text, name.p, name.n);
	text[name.n] = 0;
	for (size_t i = 0; i < sizeof(well_known) / sizeof(*well_known); i++) {
		unsigned d = text_distance(text, well_known[i]);

		if (d == 0)
			return NULL;
		/* One slip, or one exchange of neighbours; shorter names are near to too many. */
		if (d == 1 || (d == 2 && name.n >= 16 && strlen(well_known[i]) == name.n))
			near = well_known[i];
	}
	return near;
}
