/* The predefined variables of Azure Pipelines: https://learn.microsoft.com/azure/devops/pipelines/build/variables */
#include "cmd/azure.h"

#include "report/uuid.h"

#include <stdlib.h>
#include <strings.h>

/* A variable without what could end a part of an id: anybody may name a branch. */
static const char *variable(struct arena *a, const char *name) {
	const char *value = getenv(name);
	char *text = arena_str(a, slice_sub(slice_str(value ? value : ""), 0, 200));

	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x21 || (unsigned char)*c > 0x7e)
			*c = '-';
	return *text ? text : "unknown";
}

/* "https://dev.azure.com/ORGANISATION/" */
static const char *organisation(struct arena *a) {
	struct slice uri = slice_str(variable(a, "SYSTEM_COLLECTIONURI"));
	size_t at;

	while (uri.n && uri.p[uri.n - 1] == '/')
		uri.n--;
	for (at = uri.n; at && uri.p[at - 1] != '/'; at--)
		;
	return arena_str(a, slice_sub(uri, at, uri.n));
}

static bool is_guid(const char *s) {
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == '-' ? s[i] != '-' : !strchr("0123456789abcdefABCDEF", s[i]) || !s[i])
			return false;
	return s[sizeof(form) - 1] == '\0';
}

/* Must be a GUID: a name is refused. */
static const char *phase_id(struct arena *a, const char *phase) {
	const char *id = variable(a, "SYSTEM_PHASEID"), *job = variable(a, "SYSTEM_JOBID");
	const struct uuid space = uuid_of_uri("tag:nhiscan,2026:azure-phase/v1");
	char text[UUID_TEXT];

	if (is_guid(id))
		return id;
	if (is_guid(job))
		return job;
	struct uuid u = uuid_v5(&space, slice_str(phase));
	uuid_text(&u, text);
	return arena_str(a, slice_str(text));
}

const struct report_azure *azure_build(struct arena *a) {
	const char *set = getenv("TF_BUILD");
	struct report_azure *z;

	if (!set || strcasecmp(set, "true") != 0)
		return NULL;
	z = ARENA_NEW(a, struct report_azure);
	*z = (struct report_azure){.organisation = organisation(a),
		.project = variable(a, "SYSTEM_TEAMPROJECT"),
		.definition_id = variable(a, "SYSTEM_DEFINITIONID"),
		.definition_name = variable(a, "BUILD_DEFINITIONNAME"),
		.phase_name = variable(a, "SYSTEM_PHASENAME"),
		.branch = variable(a, "BUILD_SOURCEBRANCH"),
		.build_id = variable(a, "BUILD_BUILDID")};
	z->phase_id = phase_id(a, z->phase_name);
	return z;
}
