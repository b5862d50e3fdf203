/* The parser of the command line: argv in, struct options or one clear error out. Touches no file.
 * What exists to be parsed is in option_table.c. */
#include "cmd/options.h"

#include "cmd/nearest.h"
#include "cmd/option_table.h"
#include "core/buf.h"

struct parse {
	struct arena *a;
	int argc, at; /* `at` is the argument looked at next */
	char *const *argv;
	const struct command *command;
	struct options *out;
	const char **operands;
	size_t noperands;
	struct error *err;
};

static void *field(struct options *out, const struct option *o) {
	return (char *)out + o->at;
}

static void join_choices(struct arena *a, choice_fn *choice, char **out) {
	struct buf b = {0};
	for (size_t i = 0; choice(i); i++)
		buf_printf(&b, "%s%s", i ? ", " : "", choice(i));
	*out = arena_str(a, buf_slice(&b));
	buf_free(&b);
}

/* "one of text, json" or "FILE": what the option wants, for errors. */
static const char *wanted(struct parse *p, const struct option *o) {
	if (!o->choice)
		return o->arg;
	char *list;
	join_choices(p->a, o->choice, &list);
	return arena_printf(p->a, "one of %s", list);
}

/* The choices, and which one was probably meant by `asked`. */
static const char *choices_for(struct parse *p, choice_fn *choice, const char *asked) {
	struct nearest near = nearest_to(asked);
	char *list;

	join_choices(p->a, choice, &list);
	for (size_t i = 0; choice(i); i++)
		nearest_offer(&near, choice(i));
	return near.word ? arena_printf(p->a, "%s; did you mean '%s'?", list, near.word) : list;
}

static bool is_choice(choice_fn *choice, const char *value) {
	for (size_t i = 0; choice(i); i++)
		if (strcmp(choice(i), value) == 0)
			return true;
	return false;
}

/* A decimal number with an optional size suffix; false when it is none or does not fit. */
static bool parse_number(const char *s, bool sized, uint64_t *out) {
	uint64_t v = 0;
	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(v, 10U, &v) || __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
			return false;
	uint64_t unit = 1;
	if (sized && *s) {
		switch (*s++) {
		case 'k':
		case 'K':
			unit = 1ULL << 10;
			break;
		case 'm':
		case 'M':
			unit = 1ULL << 20;
			break;
		case 'g':
		case 'G':
			unit = 1ULL << 30;
			break;
		default:
			return false;
		}
	}
	return *s == '\0' && !__builtin_mul_overflow(v, unit, out);
}

int option_number_parse(const struct option *o, const char *value, uint64_t *out, struct error *err) {
	bool sized = o->type == OPTION_SIZE;
	if (!parse_number(value, sized, out))
		return error_set(err, ERR_USAGE, "'%s' is not a %s", value,
			sized ? "size such as 500k, 100M or 2G" : "whole number");
	if (*out < o->min || *out > o->max)
		return error_set(err, ERR_USAGE, "%s is out of range, allowed is %llu to %llu", value,
			(unsigned long long)o->min, (unsigned long long)o->max);
	return 0;
}

static int set_number(struct parse *p, const struct option *o, const char *value) {
	struct option_number n = {.given = true};
	if (option_number_parse(o, value, &n.value, p->err) < 0)
		return error_context(p->err, "--%s", o->name);
	*(struct option_number *)field(p->out, o) = n;
	return 0;
}

static void push(struct parse *p, struct text_list *list, const char *value) {
	/* argc bounds every list, so that one allocation does. */
	if (!list->at)
		list->at = ARENA_NEW_N(p->a, const char *, (size_t)p->argc);
	((const char **)(uintptr_t)list->at)[list->n++] = value;
}

static int set_value(struct parse *p, const struct option *o, const char *value) {
	void *to = field(p->out, o);
	if (o->choice && !is_choice(o->choice, value))
		return error_set(p->err, ERR_USAGE, "--%s: '%s' is not one of %s", o->name, value,
			choices_for(p, o->choice, value));
	switch (o->type) {
	case OPTION_FLAG:
		*(bool *)to = true;
		break;
	case OPTION_TEXT:
		*(const char **)to = value;
		break;
	case OPTION_LIST:
		push(p, to, value);
		break;
	case OPTION_NUMBER:
	case OPTION_SIZE:
		return set_number(p, o, value);
	case OPTION_SEVERITY: {
		struct option_severity s = {.given = true, .none = !severity_parse(slice_str(value), &s.value)};
		*(struct option_severity *)to = s;
		break;
	}
	case OPTION_CONFIDENCE: {
		struct option_confidence c = {.given = true};
		confidence_parse(slice_str(value), &c.value);
		*(struct option_confidence *)to = c;
		break;
	}
	}
	return 0;
}

static const struct option *find_long(enum command_id c, struct slice name) {
	for (size_t i = 0; i < option_table_n; i++)
		if (option_belongs(&option_table[i], c) && slice_eq(slice_str(option_table[i].name), name))
			return &option_table[i];
	return NULL;
}

static const struct option *find_short(enum command_id c, char letter) {
	for (size_t i = 0; i < option_table_n; i++)
		if (option_belongs(&option_table[i], c) && option_table[i].letter == letter)
			return &option_table[i];
	return NULL;
}

static int unknown_long(struct parse *p, struct slice name) {
	enum command_id here = p->command->id;
	const char *text = arena_str(p->a, name);
	for (enum command_id c = 0; c < COMMAND_COUNT; c++)
		if (find_long(c, name))
			return error_set(p->err, ERR_USAGE, "--%s is an option of 'nhiscan %s', not of 'nhiscan %s'",
				text, command_name(c), command_name(here));
	struct nearest n = nearest_to(text);
	for (size_t i = 0; i < option_table_n; i++)
		if (option_belongs(&option_table[i], here) && !option_table[i].hidden)
			nearest_offer(&n, option_table[i].name);
	if (n.word)
		return error_set(p->err, ERR_USAGE, "unknown option --%s; did you mean --%s?", text, n.word);
	return error_set(p->err, ERR_USAGE, "unknown option --%s; 'nhiscan help %s' lists the options", text,
		command_name(here));
}

/* The value of `o`, from behind "=" (or behind the letter) when `attached`, else the next argument. */
static int take_value(struct parse *p, const struct option *o, const char *attached) {
	if (attached)
		return set_value(p, o, attached);
	if (p->at >= p->argc)
		return error_set(p->err, ERR_USAGE, "--%s needs a value: %s", o->name, wanted(p, o));
	const char *value = p->argv[p->at];
	if (value[0] == '-' && value[1])
		return error_set(p->err, ERR_USAGE,
			"--%s needs a value: %s; for one that starts with a dash write --%s=%s", o->name, wanted(p, o),
			o->name, value);
	p->at++;
	return set_value(p, o, value);
}

static int parse_long(struct parse *p, const char *word) {
	const char *eq = strchr(word, '=');
	struct slice name = eq ? slice_of(word, (size_t)(eq - word)) : slice_str(word);
	const struct option *o = find_long(p->command->id, name);
	if (!o)
		return unknown_long(p, name);
	if (o->arg)
		return take_value(p, o, eq ? eq + 1 : NULL);
	if (eq)
		return error_set(p->err, ERR_USAGE, "--%s takes no value", o->name);
	return set_value(p, o, "");
}

/* -qh is -q -h; -oFILE and -o FILE are the same. */
static int parse_short(struct parse *p, const char *letters) {
	for (; *letters; letters++) {
		const struct option *o = find_short(p->command->id, *letters);
		if (!o && (unsigned char)*letters >= 0x21 && (unsigned char)*letters < 0x7f)
			return error_set(p->err, ERR_USAGE, "unknown option -%c; 'nhiscan help %s' lists the options",
				*letters, command_name(p->command->id));
		if (!o)
			return error_set(p->err, ERR_USAGE, "unknown option -\\x%02x", (unsigned char)*letters);
		if (o->arg)
			return take_value(p, o, letters[1] ? letters + 1 : NULL);
		if (set_value(p, o, "") < 0)
			return -1;
	}
	return 0;
}

static bool is_command_word(const char *word) {
	return is_choice(command_word, word);
}

/* A subcommand behind an option would be taken for a target and quietly scan nothing. */
static int operand(struct parse *p, const char *word, bool after_dashes) {
	if (!after_dashes && p->command->id == COMMAND_SCAN && p->noperands == 0 && is_command_word(word) &&
		strcmp(p->argv[1], "scan") != 0)
		return error_set(p->err, ERR_USAGE,
			"a subcommand comes first: 'nhiscan %s ...'; for a target of that name write ./%s", word, word);
	p->operands[p->noperands++] = word;
	return 0;
}

static int subcommand(struct parse *p, const char *group) {
	const char *sub = p->at < p->argc ? p->argv[p->at] : NULL;
	struct nearest n = nearest_to(sub ? sub : "");
	struct buf list = {0};
	int rc = -1;
	for (enum command_id c = 0; c < COMMAND_COUNT; c++) {
		const struct command *row = &command_table[c];
		if (strcmp(row->word, group) != 0)
			continue;
		if (sub && row->subword && strcmp(row->subword, sub) == 0) {
			p->command = row;
			p->at++;
			rc = 0;
			goto out;
		}
		buf_printf(&list, "%s%s", list.n ? ", " : "", row->subword);
		nearest_offer(&n, row->subword);
	}
	if (!sub)
		error_set(p->err, ERR_USAGE, "'nhiscan %s' needs one of %s", group, buf_cstr(&list));
	else if (n.word)
		error_set(p->err, ERR_USAGE, "unknown subcommand '%s %s'; did you mean '%s %s'?", group, sub, group,
			n.word);
	else
		error_set(p->err, ERR_USAGE, "unknown subcommand '%s %s'; there are %s", group, sub, buf_cstr(&list));
out:
	buf_free(&list);
	return rc;
}

/* Settles p->command from the first words. 1: help of a group was asked for and nothing else is to parse. */
static int find_command(struct parse *p) {
	p->command = &command_table[COMMAND_SCAN];
	const char *first = p->at < p->argc ? p->argv[p->at] : NULL;
	if (!first || !is_command_word(first))
		return 0;
	p->at++;
	for (enum command_id c = 0; c < COMMAND_COUNT; c++) {
		if (strcmp(command_table[c].word, first) != 0)
			continue;
		if (!command_table[c].subword) {
			p->command = &command_table[c];
			return 0;
		}
		const char *next = p->at < p->argc ? p->argv[p->at] : "";
		if (strcmp(next, "--help") == 0 || strcmp(next, "-h") == 0) {
			p->out->help = true;
			p->out->help_group = command_table[c].word;
			p->out->command = COMMAND_HELP;
			return 1;
		}
		return subcommand(p, first);
	}
	return 0;
}

static int parse_words(struct parse *p) {
	bool dashes = false;
	while (p->at < p->argc) {
		const char *word = p->argv[p->at++];
		int rc = 0;
		if (dashes || word[0] != '-' || word[1] == '\0')
			rc = operand(p, word, dashes);
		else if (strcmp(word, "--") == 0)
			dashes = true;
		else if (word[1] == '-')
			rc = parse_long(p, word + 2);
		else
			rc = parse_short(p, word + 1);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static int check_operands(struct parse *p) {
	const struct command *c = p->command;
	if (p->noperands < c->min_operands)
		return error_set(p->err, ERR_USAGE, "'nhiscan %s' needs %s", command_name(c->id), c->operands);
	if (p->noperands > c->max_operands)
		return error_set(p->err, ERR_USAGE, "'nhiscan %s' takes no '%s'", command_name(c->id),
			p->operands[c->max_operands]);
	if (!c->choice || p->noperands == 0 || is_choice(c->choice, p->operands[0]))
		return 0;
	return error_set(p->err, ERR_USAGE, "'nhiscan %s': '%s' is not one of %s", command_name(c->id), p->operands[0],
		choices_for(p, c->choice, p->operands[0]));
}

static int check_scan(const struct options *o, struct error *err) {
	bool part = o->since || o->range;
	if (o->json && !o->version)
		return error_set(err, ERR_USAGE, "--json goes with --version; for a JSON report use --format json");
	if (o->since && o->range)
		return error_set(err, ERR_USAGE, "--since and --range both choose commits; give one of them");
	if (o->staged && (part || o->no_worktree || o->no_history))
		return error_set(err, ERR_USAGE,
			"--staged reads only what is staged; leave out --since, --range, --no-history and "
			"--no-worktree");
	if (o->no_history && part)
		return error_set(
			err, ERR_USAGE, "--no-history and --%s contradict each other", o->since ? "since" : "range");
	if (o->ci_history && (o->no_history || o->staged))
		return error_set(err, ERR_USAGE, "--ci-history asks for history, which --%s leaves out",
			o->staged ? "staged" : "no-history");
	if (o->no_history && o->no_worktree)
		return error_set(err, ERR_USAGE, "--no-history with --no-worktree leaves nothing to read");
	if (o->range && !strstr(o->range, ".."))
		return error_set(err, ERR_USAGE, "--range: '%s' is not of the form A..B", o->range);
	if (o->config_file && o->no_config)
		return error_set(err, ERR_USAGE, "--config and --no-config contradict each other");
	return 0;
}

int options_parse(struct arena *a, int argc, char *const *argv, struct options *out, struct error *err) {
	static const char *const here[] = {"."};
	struct parse p = {.a = a, .argc = argc, .at = 1, .argv = argv, .out = out, .err = err};
	memset(out, 0, sizeof(*out));
	out->arguments = (struct text_list){(const char *const *)argv + 1, argc > 1 ? (size_t)argc - 1 : 0};
	p.operands = ARENA_NEW_N(a, const char *, (size_t)argc + 1);
	int rc = find_command(&p);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	out->command = p.command->id;
	if (parse_words(&p) < 0)
		return -1;
	out->operands = (struct text_list){p.operands, p.noperands};
	if (out->help || out->version) /* asked for by someone who may not know the rest yet */
		return 0;
	if (check_operands(&p) < 0)
		return -1;
	if (out->no_builtin_rules && out->rule_paths.n == 0 && !out->gitleaks_config)
		return error_set(err, ERR_USAGE, "--no-builtin-rules without --rules leaves no rule");
	if (out->fail_on_new && !out->baseline_file && p.command->id == COMMAND_SCAN)
		return error_set(err, ERR_USAGE, "--fail-on-new needs --baseline FILE: without it everything is new");
	if (p.command->id == COMMAND_VERIFY_REPORT && !out->manifest)
		return error_set(err, ERR_USAGE, "'nhiscan verify-report' needs --manifest FILE, made with sha256sum");
	if (p.command->id != COMMAND_SCAN && p.command->id != COMMAND_BASELINE)
		return 0;
	if (p.noperands == 0)
		out->operands = (struct text_list){here, 1};
	return check_scan(out, err);
}

const char *options_nearest_command(const char *word) {
	struct nearest n = nearest_to(word);
	for (size_t i = 0; command_word(i); i++)
		nearest_offer(&n, command_word(i));
	return n.word;
}
