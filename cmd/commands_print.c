/* `nhiscan commands`: how to make the exports, as text. Nothing is fetched here. */
#include "cmd/commands.h"
#include "cmd/exit.h"
#include "core/map.h"

#include "scanners/iam/aws/inventory.h"

#include <stdlib.h>

static int action_cmp(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every action of every row, once, as a policy. */
static void print_policy(struct arena *a) {
	struct map seen = {0};
	const char **actions;
	size_t n = 0;

	for (int k = 0; k < AWS_EXPORT_COUNT; k++)
		for (const char *p = aws_export_kinds[k].actions; p && *p;) {
			size_t len = strcspn(p, " ");

			map_put(&seen, slice_of(p, len), NULL);
			p += len + (p[len] == ' ');
		}
	actions = ARENA_NEW_N(a, const char *, seen.n);
	for (size_t i = 0; i < seen.n; i++)
		actions[n++] = arena_str(a, seen.entries[i].key);
	qsort(actions, n, sizeof(*actions), action_cmp);
	printf("# The policy these commands need; it reads descriptions, never a secret's value:\n"
	       "# {\n#   \"Version\": \"2012-10-17\",\n#   \"Statement\": [{\n#     \"Sid\": \"NhiscanExports\", "
	       "\"Effect\": "
	       "\"Allow\", \"Resource\": \"*\",\n#     \"Action\": [\n");
	for (size_t i = 0; i < n; i++)
		printf("#       \"%s\"%s\n", actions[i], i + 1 < n ? "," : "");
	printf("#     ]\n#   }]\n# }\n");
	map_free(&seen);
}

int cmd_commands(const struct options *o) {
	struct arena a = {0};

	(void)o; /* there is one provider, and the parser has seen to it */
	printf("#!/bin/sh\n# Read-only commands that export what `nhiscan iam` and `nhiscan inventory` read. Run them "
	       "in an empty "
	       "folder, then:\n#   nhiscan iam .\n# What you leave out is named in the answer under \"What I could not "
	       "see\".\n");
	print_policy(&a);
	printf("set -u\n");
	for (int k = 0; k < AWS_EXPORT_COUNT; k++)
		if (aws_export_kinds[k].commands && aws_export_kinds[k].actions)
			printf("\n# %s: without it unseen is %s\n%s\n", aws_export_kinds[k].name,
				aws_export_kinds[k].without, aws_export_kinds[k].commands);
	arena_free(&a);
	return exit_after_stdout(EXIT_CLEAN);
}
