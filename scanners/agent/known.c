/* Known servers: packages whose pinned version has a published vulnerability, and names that others imitate. Data; add rows.
 * Every row of the first names the advisory that was read for it (GitHub's advisory database, github.com/advisories/GHSA-…, or the record at
 * cve.org) and has its bounds from there, as read 2026-11. What no advisory states is not listed. */
#include "scanners/agent/agent.h"

#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>

/* Rows of one package stand in the order of their fixed versions. */
static const struct advisory {
	const char *package;
	unsigned from[3], fixed[3]; /* versions from..fixed, the last exclusive */
	const char *id, *source;
} advisories[] = {
	{"mcp-remote", {0, 0, 5}, {0, 1, 16}, "CVE-2025-6514", "GHSA-6xpm-ggf7-wc3p"},
	{"@modelcontextprotocol/inspector", {0, 0, 0}, {0, 14, 1}, "CVE-2025-49596", "GHSA-7f8r-222p-6f5g"},
	/* 0.6.2 and before, and then again from 2025.1.14 on: 0.6.3 has the repair */
	{"@modelcontextprotocol/server-filesystem", {0, 0, 0}, {0, 6, 3}, "CVE-2025-53109, CVE-2025-53110",
		"GHSA-q66q-fx2p-7w4m, GHSA-hc55-p739-j48w"},
	{"@modelcontextprotocol/server-filesystem", {2025, 1, 14}, {2025, 7, 1}, "CVE-2025-53109, CVE-2025-53110",
		"GHSA-q66q-fx2p-7w4m, GHSA-hc55-p739-j48w"},
	{"mcp-server-git", {0, 0, 0}, {2025, 9, 25}, "CVE-2025-68143, CVE-2025-68144, CVE-2025-68145",
		"GHSA-5cgr-j3jf-jw3v"},
	{"mcp-server-git", {0, 0, 0}, {2025, 12, 17}, "CVE-2025-68144, CVE-2025-68145",
		"GHSA-9xwc-hfwc-8w59, GHSA-j22h-9j4x-23w5"},
	{"figma-developer-mcp", {0, 0, 0}, {0, 6, 3}, "CVE-2025-53967", "cve.org CVE-2025-53967"},
	{"mcp-server-kubernetes", {0, 0, 0}, {2, 5, 0}, "CVE-2025-53355, CVE-2026-46519", "GHSA-gjv4-ghm7-q58q"},
	{"mcp-server-kubernetes", {0, 0, 0}, {3, 6, 0}, "CVE-2026-46519",
		"cve.org CVE-2026-46519, GHSA-cr22-wjx7-2w6m"},
	{"@cyanheads/git-mcp-server", {0, 0, 0}, {2, 1, 5}, "CVE-2025-53107",
		"cve.org CVE-2025-53107, GHSA-3q26-f695-pp76"},
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

struct slice agent_package_name(struct slice package, struct slice *version) {
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

static int version_order(const unsigned *a, const unsigned *b) {
	for (int i = 0; i < 3; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

/* "1.2" or "1.2.3", with anything behind. */
static bool read_version(struct slice s, unsigned v[3]) {
	int n = 0;

	while (n < 3 && slice_take_number(&s, UINT32_MAX, &v[n])) {
		n++;
		if (!s.n || s.p[0] != '.')
			break;
		s = slice_sub(s, 1, s.n);
	}
	return n >= 2;
}

const char *agent_advisory(struct slice package) {
	struct slice version, name = agent_package_name(package, &version);
	unsigned v[3] = {0};

	if (!read_version(version, v))
		return NULL;
	for (size_t i = 0; i < sizeof(advisories) / sizeof(*advisories); i++)
		if (slice_eq(name, slice_str(advisories[i].package)) && version_order(v, advisories[i].from) >= 0 &&
			version_order(v, advisories[i].fixed) < 0)
			return advisories[i].id;
	return NULL;
}

const char *agent_looks_like(struct slice package) {
	struct slice version, name = agent_package_name(package, &version);
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
