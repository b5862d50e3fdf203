/* --help for people: examples first, options in groups, lines of at most 80 columns.
 * What it says about an option comes from option_table.c; the man page's fragments are in help_mdoc.c. */
#include "cmd/help.h"

#include "cmd/commands.h"
#include "cmd/exit.h"
#include "cmd/option_table.h"
#include "core/buf.h"

#define WIDTH  80
#define INDENT 31 /* where the texts of options begin */

/* Prints `text` in words from column `at`, later lines from column `indent`. */
static void print_wrapped(FILE *out, const char *text, size_t at, size_t indent) {
	while (*text) {
		size_t word = strcspn(text, " ");
		if (at > indent && at + 1 + word > WIDTH) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			fputc(' ', out);
			at++;
		}
		fwrite(text, 1, word, out);
		at += word;
		text += word;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

/* Puts the text of a table row behind its head, on a line of its own when the head is too long. */
static void print_row(FILE *out, const char *head, const char *text, size_t indent) {
	size_t n = strlen(head);
	fputs(head, out);
	if (n + 2 > indent) {
		fputc('\n', out);
		n = 0;
	}
	fprintf(out, "%*s", (int)(indent - n), "");
	print_wrapped(out, text, indent, indent);
}

static void option_text(struct buf *b, const struct option *o) {
	buf_add_str(b, o->help);
	if (o->choice) {
		buf_add_str(b, ". One of");
		for (size_t i = 0; o->choice(i); i++)
			buf_printf(b, "%s %s", i ? "," : "", o->choice(i));
	}
	if (o->fallback)
		buf_printf(b, " (default: %s)", o->fallback);
	if (option_repeatable(o))
		buf_add_str(b, ". Repeatable");
}

static void print_option(FILE *out, const struct option *o) {
	struct buf head = {0}, text = {0};
	buf_add_str(&head, "  ");
	if (o->letter)
		buf_printf(&head, "-%c, ", o->letter);
	else
		buf_add_str(&head, "    ");
	buf_printf(&head, "--%s", o->name);
	if (o->arg)
		buf_printf(&head, " %s", o->arg);
	option_text(&text, o);
	print_row(out, buf_cstr(&head), buf_cstr(&text), INDENT);
	buf_free(&head);
	buf_free(&text);
}

/* Groups in the order of their first option. */
static void print_options(FILE *out, enum command_id c) {
	const char *group = NULL;
	for (size_t i = 0; i < option_table_n; i++) {
		const struct option *o = &option_table[i];
		if (!option_belongs(o, c) || o->hidden)
			continue;
		if (!group || strcmp(group, o->group) != 0)
			fprintf(out, "\n%s:\n", o->group);
		group = o->group;
		print_option(out, o);
	}
}

static void print_examples(FILE *out, const struct command *c) {
	size_t indent = 0;
	for (size_t i = 0; i < c->nexamples; i++)
		if (strlen(c->examples[i].line) + 4 > indent && strlen(c->examples[i].line) < 46)
			indent = strlen(c->examples[i].line) + 4;
	if (indent < 20)
		indent = 20;
	fputs("\nExamples:\n", out);
	for (size_t i = 0; i < c->nexamples; i++) {
		struct buf head = {0};
		buf_printf(&head, "  %s", c->examples[i].line);
		print_row(out, buf_cstr(&head), c->examples[i].text, indent);
		buf_free(&head);
	}
}

static void print_commands(FILE *out, const char *word) {
	fputs("\nSubcommands:\n", out);
	for (enum command_id c = 0; c < COMMAND_COUNT; c++) {
		const struct command *row = &command_table[c];
		if (word && strcmp(row->word, word) != 0)
			continue;
		struct buf head = {0};
		buf_printf(&head, "  %s %s", command_name(c), row->operands);
		print_row(out, buf_cstr(&head), row->summary, INDENT);
		buf_free(&head);
	}
}

void help_print(FILE *out, enum command_id c) {
	const struct command *row = &command_table[c];
	if (c == COMMAND_SCAN)
		fprintf(out, "nhiscan: %s\n", row->summary);
	else
		fprintf(out, "nhiscan %s: %s\n", command_name(c), row->summary);
	print_examples(out, row);
	const char *space = *row->operands ? " " : "";
	fprintf(out, "\nUsage: nhiscan %s [OPTION ...]%s%s\n", c == COMMAND_SCAN ? "[scan]" : command_name(c), space,
		row->operands);
	if (c == COMMAND_SCAN) {
		print_wrapped(out,
			"TARGET is a folder, a git repository (bare too), a file, or - for the standard input; "
			"the current folder when none is named.",
			0, 0);
		print_commands(out, NULL);
	}
	print_options(out, c);
	if (c != COMMAND_SCAN)
		return;
	fputs("\nExit status: 0 nothing at or above the threshold, 1 findings, 2 usage or\n"
	      "configuration error, 3 incomplete or nothing scanned. More: man nhiscan\n",
		out);
}

void help_print_group(FILE *out, const char *word) {
	fprintf(out, "Usage: nhiscan %s SUBCOMMAND [OPTION ...]\n", word);
	print_commands(out, word);
	fprintf(out, "\n'nhiscan help %s SUBCOMMAND' says more about one.\n", word);
}

int cmd_help(const struct options *o) {
	if (o->help_group) {
		help_print_group(stdout, o->help_group);
		return exit_after_stdout(EXIT_CLEAN);
	}
	if (o->mdoc) {
		help_print_mdoc(stdout);
		return exit_after_stdout(EXIT_CLEAN);
	}
	const char *word = o->operands.n > 0 ? o->operands.at[0] : "scan";
	const char *sub = o->operands.n > 1 ? o->operands.at[1] : NULL;
	const char *group = NULL;
	for (enum command_id c = 0; c < COMMAND_COUNT; c++) {
		const struct command *row = &command_table[c];
		if (strcmp(row->word, word) != 0)
			continue;
		group = row->subword;
		if ((!sub && !row->subword) || (sub && row->subword && strcmp(sub, row->subword) == 0)) {
			help_print(stdout, c);
			return exit_after_stdout(EXIT_CLEAN);
		}
	}
	if (sub || !group) {
		struct error err = {0};
		error_set(&err, ERR_USAGE, "no help for '%s%s%s': there is no such command; see 'nhiscan help'", word,
			sub ? " " : "", sub ? sub : "");
		return exit_with_error(&err);
	}
	help_print_group(stdout, word);
	return exit_after_stdout(EXIT_CLEAN);
}
