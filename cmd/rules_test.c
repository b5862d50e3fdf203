/* `nhiscan rules test TEXT|-`: which rules match a text, and how each match is judged.
 * A text that comes from a shell's arguments can be seen by others, so that `-` is the better way. */
#include "cmd/catalogue.h"
#include "cmd/commands.h"
#include "cmd/exit.h"
#include "core/map.h"
#include "core/text.h"
#include "rules/engine.h"

#include <stdio.h>
#include <unistd.h>

struct telling {
	struct slice text;
	struct map told; /* by rule and place: a rule with two keywords in one match is told twice */
	size_t kept, rejected;
};

static bool is_news(struct telling *t, const struct explained *e) {
	const uint64_t place[] = {(uint64_t)(uintptr_t)e->rule, e->start, e->end, e->layers != NULL};
	bool added;
	map_put(&t->told, slice_of(place, sizeof(place)), &added);
	return added;
}

static void print_reasons(const struct judgement *j) {
	for (size_t i = 0; i < j->nreasons; i++)
		printf("    %s: %s\n", j->reasons[i].code, j->reasons[i].text);
	if (j->expires.state == WHEN_AT) {
		char date[DATE_TEXT_MAX];
		date_format(j->expires.at, date);
		printf("    expires: %s\n", date);
	}
}

/* The value itself is not printed: its place says enough, and secrets are never shown. */
static void tell(void *ctx, const struct explained *e) {
	struct telling *t = ctx;
	unsigned line, column;
	bool rejected = e->judgement->rejected;
	if (!is_news(t, e))
		return;
	text_position(t->text, (size_t)e->start, &line, &column);
	printf("%s %s at %u:%u, %llu bytes", rejected ? "rejected" : "finding ", e->rule->id, line, column,
		(unsigned long long)(e->end - e->start));
	if (e->layers)
		printf(", in %s", e->layers);
	putchar('\n');
	if (!rejected)
		printf("    %s severity, %s confidence, %s\n", severity_name(e->severity),
			confidence_name(e->confidence), verdict_name(e->judgement->verdict));
	print_reasons(e->judgement);
	if (e->judgement->inline_mark)
		puts("    inline-mark: a mark beside it accepts it, so that a scan would suppress it");
	t->kept += !rejected;
	t->rejected += rejected;
}

static int read_stdin(struct buf *b, uint64_t most, struct error *err) {
	for (;;) {
		buf_reserve(b, 65536);
		ssize_t n = read(STDIN_FILENO, b->p + b->n, 65536);
		if (n < 0)
			return error_errno(err, "standard input");
		if (n == 0)
			return 0;
		b->n += (size_t)n;
		if (b->n > most)
			return error_set(err, ERR_USAGE,
				"the standard input is longer than %llu bytes; scan it with 'nhiscan -'",
				(unsigned long long)most);
	}
}

static int judge(const struct options *o, const struct catalogue *c, const struct limits *lim, struct slice text,
	struct error *err) {
	struct telling t = {.text = text};
	const struct match_input in = {text, slice_str(o->test_path)};
	struct matcher *m = NULL;
	int status = -1;
	struct engine *e = engine_open(c, lim, date_now(), err);
	if (!e || !(m = matcher_open(e, err)))
		goto out;
	matcher_explain(m, &in, tell, &t);
	if (t.kept + t.rejected == 0)
		puts("no rule matches");
	status = exit_after_stdout(t.kept > 0 ? EXIT_FINDINGS : EXIT_CLEAN);
out:
	map_free(&t.told);
	matcher_close(m);
	engine_close(e);
	return status;
}

int cmd_rules_test(const struct options *o) {
	struct arena a = {0};
	struct buf input = {0};
	struct catalogue c;
	struct error err = {0};
	struct limits lim = limits_default();
	int status = -1;
	const char *text = o->operands.at[0];
	if (o->decode_depth.given)
		lim.max_decode_depth = (uint32_t)o->decode_depth.value;
	if (catalogue_open(&a, o, &o->only, &o->skip, &c, &err) < 0)
		goto out;
	if (strcmp(text, "-") != 0)
		buf_add_str(&input, text);
	else if (read_stdin(&input, lim.max_decoded_bytes, &err) < 0)
		goto out;
	status = judge(o, &c, &lim, buf_slice(&input), &err);
out:
	buf_free(&input);
	arena_free(&a);
	return status < 0 ? exit_with_error(&err) : status;
}
