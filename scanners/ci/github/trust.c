/* Who can start a run, and whether an `if` lets them in: conditions are evaluated for a stranger's run, with everything that is not known left
 * open. Events: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows; what runs of forks may
 * do: https://docs.github.com/actions/reference/security/secure-use. */
#include "scanners/ci/github/github.h"

/* Runs of these use the repository's own secrets and token whoever caused them, or run the code of a pull request. Reviews of a fork's pull
 * request get neither secrets nor a writing token, as pull_request. */
static const struct github_event events[] = {
	{"pull_request", CI_LOW_TRUST},
	{"pull_request_review", CI_LOW_TRUST},
	{"pull_request_review_comment", CI_LOW_TRUST},
	{"pull_request_target", CI_UNTRUSTED},
	{"issue_comment", CI_UNTRUSTED},
	{"issues", CI_UNTRUSTED},
	{"discussion", CI_UNTRUSTED},
	{"discussion_comment", CI_UNTRUSTED},
	{"fork", CI_UNTRUSTED},
	{"watch", CI_UNTRUSTED},
	{"workflow_run", CI_UNTRUSTED},
};

/* Activity types that take at least the right to triage; https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles. */
static bool is_of_collaborators(struct slice type) {
	static const char *const types[] = {"labeled", "unlabeled", "assigned", "unassigned", "milestoned",
		"demilestoned", "locked", "unlocked", "pinned", "unpinned", "transferred", "review_requested",
		"review_request_removed", "auto_merge_enabled", "auto_merge_disabled", "enqueued", "dequeued",
		"answered", "category_changed", NULL};

	for (size_t i = 0; types[i]; i++)
		if (slice_eq(type, slice_str(types[i])))
			return true;
	return false;
}

static bool all_of_collaborators(const struct node *types) {
	if (node_is(types, NODE_STRING))
		return is_of_collaborators(types->text);
	for (size_t i = 0; node_is(types, NODE_SEQUENCE) && i < types->n; i++)
		if (!is_of_collaborators(node_text(types->items[i])))
			return false;
	return node_is(types, NODE_SEQUENCE) && types->n;
}

enum ci_trust github_event_trust(struct slice event, const struct node *types) {
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (slice_eq(event, slice_str(events[i].name)))
			return all_of_collaborators(types) && events[i].trust == CI_UNTRUSTED ? CI_LOW_TRUST
											      : events[i].trust;
	return CI_TRUSTED;
}

/* What an expression comes to, as far as it is known. */
enum known {
	IS_UNKNOWN,
	IS_BOOL,
	IS_TEXT,
	IS_LIST, /* `text` is the source of a list of literals */
	IS_NULL,
	IS_STRANGER, /* a name or text that the stranger has, and nobody in the repository expects */
	IS_BASE,     /* this repository, its owner */
	IS_FORK,     /* the stranger's repository, its owner */
	IS_LABELS    /* set by those who may triage */
};

struct outcome {
	enum known known;
	bool boolean;
	struct slice text;
};

struct run {
	struct slice event;
	bool stranger;
	struct arena *arena;
};

static struct outcome yes_or_no(bool b) {
	return (struct outcome){IS_BOOL, b, {0}};
}

static struct outcome text_is(const char *s) {
	return (struct outcome){IS_TEXT, false, slice_str(s)};
}

static bool of_pull_request(struct slice event) {
	return slice_has_prefix(event, "pull_request");
}

/* Is `path` one of the list? A star stands for one name. */
static bool path_in(struct slice path, const char *const *paths) {
	for (size_t i = 0; paths[i]; i++) {
		const char *a = paths[i];
		size_t b = 0;

		while (*a && b < path.n) {
			if (*a == '*') {
				while (b < path.n && path.p[b] != '.')
					b++;
				a++;
			} else if ((uint8_t)*a != path.p[b]) {
				break;
			} else {
				a++;
				b++;
			}
		}
		if (!*a && b == path.n)
			return true;
	}
	return false;
}

static struct outcome path_of_stranger(struct slice path) {
	static const char *const names[] = {"github.actor", "github.triggering_actor", "github.event.sender.login",
		"github.event.*.user.login", "github.event.workflow_run.actor.login", "github.actor_id", NULL};
	static const char *const forks[] = {"github.event.pull_request.head.repo.full_name",
		"github.event.pull_request.head.repo.owner.login", "github.event.pull_request.head.user.login",
		"github.event.workflow_run.head_repository.full_name",
		"github.event.workflow_run.head_repository.owner.login", "github.event.pull_request.head.repo.name",
		NULL};
	static const char *const labels[] = {
		"github.event.label.name", "github.event.*.labels.*.name", "github.event.*.labels", NULL};
	static const char *const isfork[] = {"github.event.pull_request.head.repo.fork", NULL};
	static const char *const never[] = {"github.event.pull_request.merged", NULL};
	static const char *const association[] = {"github.event.*.author_association", NULL};

	if (path_in(path, names)) /* who opened a pull request stays so, whoever makes a bot act on it later */
		return (struct outcome){.known = IS_STRANGER,
			.boolean = slice_eq(path, slice_str("github.event.pull_request.user.login"))};
	if (path_in(path, forks))
		return (struct outcome){.known = IS_FORK};
	if (path_in(path, labels))
		return (struct outcome){.known = IS_LABELS};
	if (path_in(path, isfork))
		return yes_or_no(true);
	if (path_in(path, never))
		return yes_or_no(false);
	if (path_in(path, association))
		return text_is("NONE");
	return (struct outcome){0};
}

static struct outcome eval_path(const struct run *r, struct slice path) {
	static const char *const base[] = {"github.repository", "github.repository_owner",
		"github.event.repository.full_name", "github.event.repository.owner.login",
		"github.event.pull_request.base.repo.full_name", "github.event.pull_request.base.repo.owner.login",
		NULL};
	static const char *const forks[] = {"github.event.pull_request.head.repo.full_name",
		"github.event.pull_request.head.repo.owner.login", NULL};

	if (slice_eq(path, slice_str("github.event_name")))
		return (struct outcome){IS_TEXT, false, r->event};
	if (path_in(path, base))
		return (struct outcome){.known = IS_BASE};
	if (slice_eq(r->event, slice_str("pull_request")) && slice_eq(path, slice_str("github.ref")))
		return text_is("refs/pull/1/merge");
	if (slice_eq(r->event, slice_str("pull_request")) && slice_eq(path, slice_str("github.ref_name")))
		return text_is("1/merge");
	if (!of_pull_request(r->event) &&
		(slice_eq(path, slice_str("github.head_ref")) || slice_eq(path, slice_str("github.base_ref"))))
		return text_is("");
	if (!of_pull_request(r->event) && slice_has_prefix(path, "github.event.pull_request"))
		return (struct outcome){.known = IS_NULL};
	if (r->stranger)
		return path_of_stranger(path);
	if (path_in(path, forks)) /* one who may push branches does so here */
		return (struct outcome){.known = IS_BASE};
	if (slice_eq(path, slice_str("github.event.pull_request.head.repo.fork")))
		return yes_or_no(false);
	return (struct outcome){0};
}

static struct outcome eval(const struct run *r, const struct expression *e);

static bool is_bot(struct slice name) {
	return slice_has_suffix(name, "[bot]");
}

/* Is a stranger the one who is named? A bot can be made to act: its name proves nothing, unless it is the author's. */
static struct outcome no_unless_bot(bool bot, const struct outcome *stranger) {
	if (bot && !stranger->boolean)
		return (struct outcome){0};
	return yes_or_no(false);
}

static struct outcome equal(const struct outcome *a, const struct outcome *b) {
	if (a->known > b->known)
		return equal(b, a);
	if (a->known == IS_UNKNOWN)
		return (struct outcome){0};
	if (a->known == IS_TEXT && b->known == IS_TEXT)
		return yes_or_no(slice_eq_nocase(a->text, b->text));
	if (a->known == IS_BOOL && b->known == IS_BOOL)
		return yes_or_no(a->boolean == b->boolean);
	if (a->known == IS_BOOL && b->known == IS_TEXT)
		return yes_or_no(slice_eq(b->text, slice_str(a->boolean ? "true" : "false")));
	if (b->known == IS_STRANGER && a->known == IS_TEXT)
		return no_unless_bot(is_bot(a->text), b);
	if (b->known == IS_LABELS && a->known == IS_TEXT)
		return yes_or_no(false);
	if (a->known == IS_BASE && b->known == IS_BASE)
		return yes_or_no(true);
	if (a->known == IS_BASE && b->known == IS_FORK)
		return yes_or_no(false);
	if (a->known == IS_TEXT && b->known == IS_FORK)
		return yes_or_no(false);
	if (a->known == IS_NULL && b->known == IS_NULL)
		return yes_or_no(true);
	if (b->known == IS_NULL && a->known == IS_TEXT)
		return yes_or_no(a->text.n == 0);
	return (struct outcome){0};
}

static struct outcome negated(struct outcome o) {
	if (o.known == IS_BOOL)
		return yes_or_no(!o.boolean);
	if (o.known == IS_TEXT)
		return yes_or_no(o.text.n == 0);
	return o.known == IS_NULL ? yes_or_no(true) : (struct outcome){0};
}

/* Truth of a value: empty texts and null are false. */
static struct outcome truth(struct outcome o) {
	if (o.known == IS_TEXT)
		return yes_or_no(o.text.n > 0);
	if (o.known == IS_NULL)
		return yes_or_no(false);
	return o.known == IS_BOOL ? o : (struct outcome){0};
}

static struct outcome eval_call(const struct run *r, const struct expression *e) {
	const struct outcome a = e->nargs > 0 ? eval(r, e->args[0]) : (struct outcome){0};
	const struct outcome b = e->nargs > 1 ? eval(r, e->args[1]) : (struct outcome){0};

	if (slice_eq_nocase(e->text, slice_str("always")) || slice_eq_nocase(e->text, slice_str("success")))
		return yes_or_no(true);
	if (slice_eq_nocase(e->text, slice_str("fromJSON")) && a.known == IS_TEXT)
		return (struct outcome){IS_LIST, false, a.text};
	if (slice_eq_nocase(e->text, slice_str("contains"))) {
		if (a.known == IS_LABELS && b.known == IS_TEXT)
			return yes_or_no(false);
		if ((a.known == IS_LIST || a.known == IS_TEXT) && b.known == IS_STRANGER)
			return no_unless_bot(slice_find(a.text, slice_str("[bot]")) >= 0, &b);
		if ((a.known == IS_LIST || a.known == IS_TEXT) && b.known == IS_TEXT)
			return yes_or_no(slice_find_nocase(a.text, b.text) >= 0);
	}
	if (a.known == IS_TEXT && b.known == IS_TEXT) {
		const bool longer = a.text.n >= b.text.n;

		if (slice_eq_nocase(e->text, slice_str("startsWith")))
			return yes_or_no(longer && slice_eq_nocase(slice_sub(a.text, 0, b.text.n), b.text));
		if (slice_eq_nocase(e->text, slice_str("endsWith")))
			return yes_or_no(
				longer && slice_eq_nocase(slice_sub(a.text, a.text.n - b.text.n, a.text.n), b.text));
	}
	return (struct outcome){0};
}

static struct outcome eval_binary(const struct run *r, const struct expression *e) {
	const struct outcome a = eval(r, e->left), b = eval(r, e->right);
	const struct outcome ta = truth(a), tb = truth(b);

	if (slice_eq(e->text, slice_str("=="))) {
		return equal(&a, &b);
	} else if (slice_eq(e->text, slice_str("!="))) {
		return negated(equal(&a, &b));
	} else if (slice_eq(e->text, slice_str("&&"))) {
		if ((ta.known == IS_BOOL && !ta.boolean) || (tb.known == IS_BOOL && !tb.boolean))
			return yes_or_no(false);
		if (ta.known == IS_BOOL)
			return b;
		return (struct outcome){0};
	} else if (slice_eq(e->text, slice_str("||"))) {
		if (ta.known == IS_BOOL && ta.boolean)
			return a; /* the value, not only its truth: 'x' || 'y' is 'x' */
		if (ta.known == IS_BOOL)
			return b;
		if (a.known == IS_STRANGER && b.known == IS_STRANGER)
			return a;
		if (tb.known == IS_BOOL && tb.boolean)
			return yes_or_no(true);
		return (struct outcome){0};
	}
	return (struct outcome){0};
}

static struct outcome eval(const struct run *r, const struct expression *e) {
	switch (e->kind) {
	case EXPRESSION_NULL:
		return (struct outcome){.known = IS_NULL};
	case EXPRESSION_BOOL:
		return yes_or_no(e->boolean);
	case EXPRESSION_STRING:
		return (struct outcome){IS_TEXT, false, e->text};
	case EXPRESSION_NUMBER:
		return (struct outcome){0};
	case EXPRESSION_CALL:
		return eval_call(r, e);
	case EXPRESSION_NOT:
		return negated(eval(r, e->left));
	case EXPRESSION_BINARY:
		return eval_binary(r, e);
	case EXPRESSION_CONTEXT:
	case EXPRESSION_PROPERTY:
	case EXPRESSION_ALL:
	case EXPRESSION_INDEX:
		break;
	}
	return eval_path(r, expression_path(r->arena, e));
}

bool github_lets_in(const struct expression *condition, struct slice event, bool stranger) {
	struct arena a = {0};
	bool in = true;

	if (condition) {
		const struct run r = {event, stranger, &a};
		const struct outcome o = truth(eval(&r, condition));

		in = o.known != IS_BOOL || o.boolean;
	}
	arena_free(&a);
	return in;
}

const struct expression *github_condition(struct arena *a, const struct node *node) {
	const struct slice text = slice_trim(node_text(node));
	const struct embedded *all;
	uint64_t at;

	if (!text.n)
		return NULL;
	if (slice_find(text, slice_str("${{")) < 0)
		return expression_parse(a, text, &at);
	/* braces around a part make a text of the whole, which is true unless it is one expression alone */
	return expressions_find(a, text, &all) == 1 && all[0].start == 0 && all[0].end == text.n ? all[0].expression
												 : NULL;
}

bool github_is_void_condition(struct arena *a, const struct node *node) {
	const struct slice text = slice_trim(node_text(node));
	const struct embedded *all;

	return slice_find(text, slice_str("${{")) >= 0 && expressions_find(a, text, &all) > 0 &&
	       !(all[0].start == 0 && all[0].end == text.n);
}

struct search {
	struct arena arena;
	const struct expression *found;
	bool guard;
};

static bool names_actor(struct search *s, const struct expression *e) {
	static const char *const names[] = {"github.actor", "github.triggering_actor", NULL};

	return path_in(expression_path(&s->arena, e), names);
}

static void look_for_bot(void *ctx, const struct expression *e) {
	struct search *s = ctx;

	if (e->kind != EXPRESSION_BINARY || !slice_eq(e->text, slice_str("==")) || s->found)
		return;
	if ((names_actor(s, e->left) && e->right->kind == EXPRESSION_STRING && is_bot(e->right->text)) ||
		(names_actor(s, e->right) && e->left->kind == EXPRESSION_STRING && is_bot(e->left->text)))
		s->found = e;
}

const struct expression *github_bot_gate(const struct expression *condition) {
	struct search s = {0};

	expression_parts(condition, look_for_bot, &s);
	arena_free(&s.arena);
	return s.found;
}

/* What a job before this one decided: very often who may go on. */
static bool is_output(struct slice path) {
	return slice_has_prefix(path, "needs.") && slice_find(path, slice_str(".outputs.")) >= 0;
}

static void look_for_guard(void *ctx, const struct expression *e) {
	static const char *const paths[] = {"github.event.*.author_association", "github.event.label.name",
		"github.event.*.labels.*.name", "github.event.*.user.login", "github.event.sender.login",
		"github.actor", "github.triggering_actor", "github.event.pull_request.merged", NULL};
	struct search *s = ctx;

	if (e->kind == EXPRESSION_PROPERTY || e->kind == EXPRESSION_INDEX)
		s->guard |= path_in(expression_path(&s->arena, e), paths) || is_output(expression_path(&s->arena, e));
}

bool github_is_guard(const struct expression *condition) {
	struct search s = {0};

	expression_parts(condition, look_for_guard, &s);
	arena_free(&s.arena);
	return s.guard;
}

bool github_is_untrusted_path(struct slice path) {
	/* https://docs.github.com/actions/concepts/security/script-injections: fields that may hold any text */
	static const char *const paths[] = {"github.event.issue.title", "github.event.issue.body",
		"github.event.pull_request.title", "github.event.pull_request.body",
		"github.event.pull_request.head.ref", "github.event.pull_request.head.label",
		"github.event.pull_request.head.repo.default_branch", "github.event.pull_request.head.repo.description",
		"github.event.pull_request.head.repo.homepage", "github.head_ref", "github.event.comment.body",
		"github.event.review.body", "github.event.review_comment.body", "github.event.discussion.title",
		"github.event.discussion.body", "github.event.pages.*.page_name", "github.event.commits.*.message",
		"github.event.commits.*.author.email", "github.event.commits.*.author.name",
		"github.event.head_commit.message", "github.event.head_commit.author.email",
		"github.event.head_commit.author.name", "github.event.head_commit.committer.email",
		"github.event.head_commit.committer.name", "github.event.workflow_run.head_branch",
		"github.event.workflow_run.head_commit.message", "github.event.workflow_run.head_commit.author.name",
		"github.event.workflow_run.head_commit.author.email", "github.event.workflow_run.display_title",
		"github.event.workflow_run.pull_requests.*.head.ref", "github.event", "github.event.issue",
		"github.event.pull_request", "github.event.comment", "github", NULL};

	return path_in(path, paths);
}

bool github_is_untrusted_ref(struct slice path) {
	static const char *const paths[] = {"github.event.pull_request.head.sha", "github.event.pull_request.head.ref",
		"github.event.pull_request.head.repo.full_name", "github.event.pull_request.head.repo.clone_url",
		"github.event.pull_request.merge_commit_sha", "github.head_ref", "github.event.workflow_run.head_sha",
		"github.event.workflow_run.head_branch", "github.event.workflow_run.head_commit.id",
		"github.event.workflow_run.head_repository.full_name", "github.event.pull_request.number",
		"github.event.issue.number", "github.event.number", NULL};

	return path_in(path, paths);
}
