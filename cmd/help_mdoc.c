/* The parts of nhiscan(1) that come from the option table, in mdoc(7).
 * The rest of the page is written by hand in man/nhiscan.1. */
#include "cmd/help.h"

#include "cmd/option_table.h"
#include "core/buf.h"

#define LINE 78 /* mandoc -Tlint wants lines of at most 80 bytes, */

/* One word; \ and - are syntax, and a line may not begin with a control character. */
static void print_word(FILE *out, const char *word, size_t n, bool line_start) {
	if (line_start && (*word == '.' || *word == '\''))
		fputs("\\&", out);
	for (size_t i = 0; i < n; i++) {
		if (word[i] == '\\')
			fputs("\\e", out);
		else if (word[i] == '-')
			fputs("\\-", out);
		else
			fputc(word[i], out);
	}
}

static void print_text(FILE *out, const char *text) {
	size_t at = 0;
	bool sentence_ended = false;
	while (*text) {
		size_t n = strcspn(text, " "), width = n;
		for (size_t i = 0; i < n; i++)
			width += text[i] == '-';
		/* and each sentence on a line of its own */
		bool newline = at > 0 && (at + 1 + width > LINE || (sentence_ended && *text >= 'A' && *text <= 'Z'));
		if (at > 0)
			fputc(newline ? '\n' : ' ', out);
		at = newline || at == 0 ? width : at + 1 + width;
		print_word(out, text, n, at == width);
		sentence_ended = text[n - 1] == '.';
		text += n;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

/* "REV|DATE" becomes "Ar REV Ns | Ns Ar DATE". */
static void print_args(FILE *out, const char *arg) {
	while (*arg) {
		size_t n = strcspn(arg, "|");
		fprintf(out, " Ar %.*s", (int)n, arg);
		arg += n;
		if (*arg == '|') {
			fputs(" Ns | Ns", out);
			arg++;
		}
	}
}

static void print_synopsis_option(FILE *out, const struct option *o) {
	fputs(".Op ", out);
	if (o->letter)
		fprintf(out, "Fl %c | ", o->letter);
	fprintf(out, "Fl \\-%s", o->name);
	if (o->arg)
		print_args(out, o->arg);
	fputc('\n', out);
}

static void print_operands(FILE *out, const char *operands) {
	const char *optional = strstr(operands, " [");

	if (strcmp(operands, "TEXT|-") == 0)
		fputs(".Ar TEXT | \\-\n", out);
	else if (operands[0] == '[' && strstr(operands, " ..."))
		fprintf(out, ".Op Ar %.*s ...\n", (int)strcspn(operands + 1, " "), operands + 1);
	else if (operands[0] == '[')
		fprintf(out, ".Op Ar %.*s\n", (int)strcspn(operands + 1, "]"), operands + 1);
	else if (optional) {
		fprintf(out, ".Ar %.*s\n", (int)(optional - operands), operands);
		print_operands(out, optional + 1);
	} else if (*operands)
		fprintf(out, ".Ar %s\n", operands);
}

static void print_synopsis(FILE *out) {
	for (enum command_id c = 0; c < COMMAND_COUNT; c++) {
		const struct command *row = &command_table[c];
		fputs(".Nm nhiscan\n", out);
		if (c == COMMAND_SCAN)
			fputs(".Op Cm scan\n", out);
		else
			fprintf(out, ".Cm %s%s%s\n", row->word, row->subword ? " " : "",
				row->subword ? row->subword : "");
		for (size_t i = 0; i < option_table_n; i++)
			if (option_belongs(&option_table[i], c) && !option_table[i].hidden &&
				(c == COMMAND_SCAN || strcmp(option_table[i].name, "help") != 0))
				print_synopsis_option(out, &option_table[i]);
		print_operands(out, row->operands);
	}
}

static void print_option(FILE *out, const struct option *o) {
	fputs(".It ", out);
	if (o->letter)
		fprintf(out, "Fl %c%s%s , ", o->letter, o->arg ? " Ar " : "", o->arg ? o->arg : "");
	fprintf(out, "Fl \\-%s", o->name);
	if (o->arg)
		print_args(out, o->arg);
	fputc('\n', out);
	struct buf b = {0};
	buf_add_str(&b, o->help);
	for (size_t i = 0; o->choice && o->choice(i); i++)
		buf_printf(&b, "%s %s", i ? "," : ". One of", o->choice(i));
	buf_add_str(&b, ".");
	if (o->fallback)
		buf_printf(&b, " The default is: %s.", o->fallback);
	if (option_repeatable(o))
		buf_add_str(&b, " May be given more than once.");
	print_text(out, buf_cstr(&b));
	buf_free(&b);
}

static bool anything_shown(enum command_id c) {
	for (size_t i = 0; i < option_table_n; i++)
		if (option_belongs(&option_table[i], c) && !option_table[i].hidden &&
			strcmp(option_table[i].name, "help") != 0)
			return true;
	return false;
}

static void print_options(FILE *out, enum command_id c) {
	const char *group = NULL;
	for (size_t i = 0; i < option_table_n; i++) {
		const struct option *o = &option_table[i];
		if (!option_belongs(o, c) || o->hidden || (c != COMMAND_SCAN && strcmp(o->name, "help") == 0))
			continue;
		if (c == COMMAND_SCAN && (!group || strcmp(group, o->group) != 0)) {
			if (group)
				fputs(".El\n", out);
			fprintf(out, ".Ss %s\n.Bl -tag -width Ds\n", o->group);
		} else if (c != COMMAND_SCAN && !group) {
			fputs(".Bl -tag -width Ds\n", out);
		}
		group = o->group;
		print_option(out, o);
	}
	if (group)
		fputs(".El\n", out);
}

static void print_commands(FILE *out) {
	fputs(".Ss Subcommands\n", out);
	fputs("A first word that names a subcommand is that;\nfor a target of the same name write\n.Pa ./NAME .\n",
		out);
	fputs(".Bl -tag -width Ds\n", out);
	for (enum command_id c = 0; c < COMMAND_COUNT; c++) {
		const struct command *row = &command_table[c];
		fprintf(out, ".It Cm %s%s%s\n", row->word, row->subword ? " " : "", row->subword ? row->subword : "");
		struct buf b = {0};
		buf_printf(&b, "%c%s.", row->summary[0] - 'a' + 'A', row->summary + 1);
		print_text(out, buf_cstr(&b));
		buf_free(&b);
		if (c != COMMAND_SCAN && anything_shown(c))
			print_options(out, c);
	}
	fputs(".El\n", out);
}

void help_print_mdoc(FILE *out) {
	fputs(".\\\" BEGIN synopsis: from the option table, by tools/make-man.sh\n", out);
	print_synopsis(out);
	fputs(".\\\" END synopsis\n", out);
	fputs(".\\\" BEGIN options: from the option table, by tools/make-man.sh\n", out);
	print_options(out, COMMAND_SCAN);
	print_commands(out);
	fputs(".\\\" END options\n", out);
}
