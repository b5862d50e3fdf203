/* The parts of nhiscan(1) that come from the option table, in mdoc(7).
 * The rest of the page is written by hand in man/nhiscan.1. */
#include "cmd/help.h"

#include "cmd/option_table.h"
#include "core/buf.h"

/* Words of mdoc macros must not be read as macros, nor may a line begin with a control character. */
static void print_text(FILE *out, const char *text) {
	for (const char *p = text; *p; p++) {
		bool line_start = p == text;
		if (line_start && (*p == '.' || *p == '\''))
			fputs("\\&", out);
		if (*p == '\\')
			fputs("\\e", out);
		else if (*p == '-')
			fputs("\\-", out);
		else
			fputc(*p, out);
		/* mandoc -Tlint wants each sentence on a line of its own */
		if (*p == '.' && p[1] == ' ' && p[2] >= 'A' && p[2] <= 'Z') {
			fputc('\n', out);
			p++;
		}
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
	if (strcmp(operands, "TEXT|-") == 0)
		fputs(".Ar TEXT | \\-\n", out);
	else if (operands[0] == '[' && strstr(operands, " ..."))
		fprintf(out, ".Op Ar %.*s ...\n", (int)strcspn(operands + 1, " "), operands + 1);
	else if (operands[0] == '[')
		fprintf(out, ".Op Ar %.*s\n", (int)strcspn(operands + 1, "]"), operands + 1);
	else if (*operands)
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
	fputs("A first word that names a subcommand is that; for a target of the same name write\n.Pa ./NAME .\n", out);
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
