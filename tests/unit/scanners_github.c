/* Who can start a run of GitHub Actions: events, and conditions evaluated for a stranger's run and for one of somebody who may push. */
#include "scanners/ci/github/github.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void conditions_let_in_or_not(void **state) {
	static const struct {
		const char *condition, *event;
		bool stranger, insider;
	} rows[] = {
		{"true", "issues", true, true},
		{"github.event_name == 'push'", "pull_request_target", false, false},
		{"github.event_name != 'pull_request'", "pull_request", false, false},
		{"github.event_name == 'push' || github.event_name == 'issues'", "issues", true, true},
		{"github.event.pull_request.head.repo.full_name == github.repository", "pull_request_target", false,
			true},
		{"github.event.pull_request.head.repo.fork == false", "pull_request_target", false, true},
		{"!github.event.pull_request.head.repo.fork", "pull_request_target", false, true},
		{"github.event.pull_request.head.repo.fork", "pull_request_target", true, false},
		{"github.repository == 'acme/x'", "issues", true, true},
		{"github.repository_owner == 'acme' && startsWith(github.ref, 'refs/tags/')", "issues", true, true},
		{"startsWith(github.ref, 'refs/tags/')", "pull_request", false, false},
		{"github.ref == 'refs/heads/main'", "pull_request", false, false},
		{"github.event.comment.author_association == 'MEMBER'", "issue_comment", false, true},
		{"contains(fromJSON('[\"OWNER\", \"MEMBER\"]'), github.event.comment.author_association)",
			"issue_comment", false, true},
		{"contains(fromJSON('[\"OWNER\"]'), github.event.comment.author_association || "
		 "github.event.pull_request.author_association)",
			"issue_comment", false, true},
		{"contains('OWNER MEMBER', github.event.comment.author_association)", "issue_comment", false, true},
		{"github.actor == 'octocat'", "issue_comment", false, true},
		{"github.actor == 'dependabot[bot]'", "pull_request_target", true, true},
		{"github.event.pull_request.user.login == 'dependabot[bot]'", "pull_request_target", false, true},
		{"contains(fromJSON('[\"renovate[bot]\"]'), github.event.pull_request.user.login)",
			"pull_request_target", false, true},
		{"github.event.comment.user.login == 'x[bot]'", "issue_comment", true, true},
		{"github.event.label.name == 'safe to test'", "pull_request_target", false, true},
		{"contains(github.event.pull_request.labels.*.name, 'ok')", "pull_request_target", false, true},
		{"github.event.pull_request.merged == true", "pull_request_target", false, true},
		{"startsWith(github.event.comment.body, '/deploy')", "issue_comment", true, true},
		{"github.event.issue.pull_request && contains(github.event.comment.body, '/x')", "issue_comment", true,
			true},
		{"always() && github.event_name == 'push'", "issues", false, false},
		{"needs.gate.outputs.ok == 'true'", "issues", true, true},
		{"github.event.pull_request != null", "issues", false, false},
		{"github.head_ref == ''", "issues", true, true},
		{"false", "push", false, false},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t at;
		const struct expression *e = expression_parse(&a, slice_str(rows[i].condition), &at);

		assert_non_null(e);
		if (github_lets_in(e, slice_str(rows[i].event), true) != rows[i].stranger)
			fail_msg("a stranger: %s", rows[i].condition);
		if (github_lets_in(e, slice_str(rows[i].event), false) != rows[i].insider)
			fail_msg("an insider: %s", rows[i].condition);
	}
	assert_true(github_lets_in(NULL, slice_str("issues"), true));
	arena_free(&a);
}

static void events_have_their_trust(void **state) {
	static const struct {
		const char *event;
		enum ci_trust trust;
	} rows[] = {{"push", CI_TRUSTED}, {"schedule", CI_TRUSTED}, {"workflow_dispatch", CI_TRUSTED},
		{"release", CI_TRUSTED}, {"merge_group", CI_TRUSTED}, {"pull_request", CI_LOW_TRUST},
		{"pull_request_target", CI_UNTRUSTED}, {"issue_comment", CI_UNTRUSTED}, {"workflow_run", CI_UNTRUSTED},
		{"discussion", CI_UNTRUSTED}, {"fork", CI_UNTRUSTED}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(github_event_trust(slice_str(rows[i].event), NULL), rows[i].trust);
}

static const struct node *yaml(struct arena *a, const char *text) {
	const struct node_limits lim = node_limits_default();
	struct node_documents docs;
	struct syntax_error err;

	assert_int_equal(yaml_read(a, slice_str(text), &lim, &docs, &err), 0);
	return docs.roots[0];
}

static void types_of_collaborators_narrow_an_event(void **state) {
	struct arena a = {0};

	(void)state;
	assert_int_equal(github_event_trust(slice_str("pull_request_target"), yaml(&a, "[labeled]")), CI_LOW_TRUST);
	assert_int_equal(github_event_trust(slice_str("issues"), yaml(&a, "assigned")), CI_LOW_TRUST);
	assert_int_equal(
		github_event_trust(slice_str("pull_request_target"), yaml(&a, "[labeled, opened]")), CI_UNTRUSTED);
	arena_free(&a);
}

static void conditions_are_read_bare_and_in_braces(void **state) {
	struct arena a = {0};

	(void)state;
	assert_non_null(github_condition(&a, yaml(&a, "github.actor == 'x'")));
	assert_non_null(github_condition(&a, yaml(&a, "${{ github.actor == 'x' }}")));
	/* a text around braces is always true: no condition at all */
	assert_null(github_condition(&a, yaml(&a, "${{ github.actor }} == 'x'")));
	assert_null(github_condition(&a, NULL));
	assert_non_null(github_bot_gate(github_condition(&a, yaml(&a, "github.actor == 'dependabot[bot]'"))));
	assert_null(github_bot_gate(github_condition(&a, yaml(&a, "github.actor != 'dependabot[bot]'"))));
	assert_true(github_is_guard(github_condition(&a, yaml(&a, "needs.a.outputs.ok"))));
	assert_false(github_is_guard(github_condition(&a, yaml(&a, "github.event_name == 'push'"))));
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_let_in_or_not),
		cmocka_unit_test(events_have_their_trust),
		cmocka_unit_test(types_of_collaborators_narrow_an_event),
		cmocka_unit_test(conditions_are_read_bare_and_in_braces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
