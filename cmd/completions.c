/* Completion scripts for bash, zsh and fish, made from the option table.
 * They are static text: completing never runs the scanner. */
#include "cmd/commands.h"
#include "cmd/exit.h"
#include "cmd/option_table.h"

#include <stdio.h>

/* "rules list" as "rules_list", a shell word. */
static void print_key(enum command_id c) {
	for (const char *p = command_name(c); *p; p++)
		putchar(*p == ' ' ? '_' : *p);
}

static bool is_shown(const struct option *o, enum command_id c) {
	return option_belongs(o, c) && !o->hidden;
}

static bool is_first_of_group(enum command_id c) {
	return c == 0 || strcmp(command_table[c].word, command_table[c - 1].word) != 0;
}

static void print_choices(choice_fn *choice, const char *between) {
	for (size_t i = 0; choice(i); i++)
		printf("%s%s", i ? between : "", choice(i));
}

static void print_subwords(const char *word, const char *between) {
	const char *sep = "";
	for (enum command_id c = 0; c < COMMAND_COUNT; c++) {
		if (strcmp(command_table[c].word, word) != 0 || !command_table[c].subword)
			continue;
		printf("%s%s", sep, command_table[c].subword);
		sep = between;
	}
}

/* --- bash --- */

/* One case line: what may follow the option in `c`. */
static void bash_value(const struct option *o, enum command_id c) {
	printf("\t");
	print_key(c);
	printf(",--%s", o->name);
	if (o->letter) {
		printf("|");
		print_key(c);
		printf(",-%c", o->letter);
	}
	if (o->choice) {
		printf(") COMPREPLY=($(compgen -W '");
		print_choices(o->choice, " ");
		printf("' -- \"$cur\")); return;;\n");
	} else if (o->completes != COMPLETES_NOTHING) {
		printf(") COMPREPLY=($(compgen -f -- \"$cur\")); return;;\n");
	} else {
		printf(") return;;\n");
	}
}

static void bash_words(enum command_id c) {
	const struct command *row = &command_table[c];
	printf("\t");
	print_key(c);
	printf(") words='");
	for (size_t i = 0; i < option_table_n; i++)
		if (is_shown(&option_table[i], c))
			printf("--%s ", option_table[i].name);
	printf("'; operands='");
	if (row->choice)
		print_choices(row->choice, " ");
	printf("'; files=%d;;\n", row->completes != COMPLETES_NOTHING);
}

static void print_bash(void) {
	puts("# bash completion for nhiscan, printed by 'nhiscan completions bash'\n"
	     "_nhiscan() {\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=scan words operands "
	     "files\n"
	     "\tCOMPREPLY=()\n"
	     "\t# '--name=value' arrives as three words, since '=' breaks words\n"
	     "\tif [[ $cur == '=' ]]; then cur=; elif [[ $prev == '=' ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
	     "\tcase ${COMP_WORDS[1]} in");
	for (enum command_id c = 0; c < COMMAND_COUNT; c++) {
		const struct command *row = &command_table[c];
		if (!is_first_of_group(c))
			continue;
		if (!row->subword) {
			printf("\t%s) command=%s;;\n", row->word, row->word);
			continue;
		}
		printf("\t%s)\n\t\tif ((COMP_CWORD == 2)); then COMPREPLY=($(compgen -W '", row->word);
		print_subwords(row->word, " ");
		printf("' -- \"$cur\")); return; fi\n\t\tcommand=%s_${COMP_WORDS[2]};;\n", row->word);
	}
	puts("\tesac\n\tcase $command,$prev in");
	for (enum command_id c = 0; c < COMMAND_COUNT; c++)
		for (size_t i = 0; i < option_table_n; i++)
			if (is_shown(&option_table[i], c) && option_table[i].arg)
				bash_value(&option_table[i], c);
	puts("\tesac\n\tcase $command in");
	for (enum command_id c = 0; c < COMMAND_COUNT; c++)
		bash_words(c);
	printf("\t*) return;;\n\tesac\n\tif ((COMP_CWORD == 1)) && [[ $cur != -* ]]; then operands='");
	for (size_t i = 0; command_word(i); i++)
		printf("%s%s", i ? " " : "", command_word(i));
	puts("'; fi\n"
	     "\tif [[ $cur == -* ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")); return; fi\n"
	     "\tCOMPREPLY=($(compgen -W \"$operands\" -- \"$cur\"))\n"
	     "\tif ((files)); then COMPREPLY+=($(compgen -f -- \"$cur\")); fi\n"
	     "}\n"
	     "complete -o filenames -F _nhiscan nhiscan");
}

/* --- zsh --- */

/* Help text inside '…[…]': quotes and brackets are syntax there. */
static void zsh_text(const char *s) {
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", stdout);
		else if (strchr("[]:\\", *s))
			printf("\\%c", *s);
		else
			putchar(*s);
	}
}

static void zsh_action(const struct option *o) {
	printf(":");
	zsh_text(o->arg);
	printf(":");
	if (o->choice) {
		printf("(");
		print_choices(o->choice, " ");
		printf(")");
	} else if (o->completes != COMPLETES_NOTHING) {
		printf("_files");
	}
}

static void zsh_option(const struct option *o) {
	const char *many = option_repeatable(o) ? "*" : "";
	for (int form = 0; form < (o->letter ? 2 : 1); form++) {
		printf("\t\t\t'%s", many);
		if (form == 0)
			printf("--%s%s", o->name, o->arg ? "=" : "");
		else
			printf("-%c%s", o->letter, o->arg ? "+" : "");
		printf("[");
		zsh_text(o->help);
		printf("]");
		if (o->arg)
			zsh_action(o);
		printf("' \\\n");
	}
}

static void zsh_command(enum command_id c) {
	const struct command *row = &command_table[c];
	printf("\t");
	print_key(c);
	printf(")\n\t\t_arguments -s -S \\\n");
	for (size_t i = 0; i < option_table_n; i++)
		if (is_shown(&option_table[i], c))
			zsh_option(&option_table[i]);
	if (row->choice) {
		printf("\t\t\t'*:%s:(", row->word);
		print_choices(row->choice, " ");
		printf(")';;\n");
	} else if (row->completes != COMPLETES_NOTHING) {
		printf("\t\t\t'*:target:_files';;\n");
	} else {
		printf("\t\t\t'*:: :';;\n");
	}
}

static void print_zsh(void) {
	puts("#compdef nhiscan\n"
	     "# zsh completion for nhiscan, printed by 'nhiscan completions zsh'\n"
	     "_nhiscan() {\n"
	     "\tlocal command=scan\n"
	     "\tcase ${words[2]} in");
	for (enum command_id c = 0; c < COMMAND_COUNT; c++) {
		const struct command *row = &command_table[c];
		if (!is_first_of_group(c))
			continue;
		printf("\t%s)\n", row->word);
		if (row->subword) {
			printf("\t\tif ((CURRENT == 3)); then compadd ");
			print_subwords(row->word, " ");
			printf("; return; fi\n\t\tcommand=%s_${words[3]}; shift 2 words; ((CURRENT -= 2));;\n",
				row->word);
		} else {
			printf("\t\tif ((CURRENT > 2)); then command=%s; shift words; ((CURRENT--)); fi;;\n",
				row->word);
		}
	}
	printf("\tesac\n\tif ((CURRENT == 2)) && [[ $command == scan && ${words[2]} != -* ]]; then\n\t\tcompadd ");
	for (size_t i = 0; command_word(i); i++)
		printf("%s ", command_word(i));
	puts("\n\tfi\n\tcase $command in");
	for (enum command_id c = 0; c < COMMAND_COUNT; c++)
		zsh_command(c);
	puts("\tesac\n"
	     "}\n"
	     "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _nhiscan \"$@\"; else compdef _nhiscan nhiscan; fi");
}

/* --- fish --- */

static void fish_text(const char *s) {
	putchar('\'');
	for (; *s; s++) {
		if (*s == '\'' || *s == '\\')
			putchar('\\');
		putchar(*s);
	}
	putchar('\'');
}

/* The condition under which a completion of `c` is offered. */
static void fish_condition(enum command_id c) {
	const struct command *row = &command_table[c];
	if (c == COMMAND_SCAN) {
		printf("-n 'not __fish_seen_subcommand_from");
		for (size_t i = 1; command_word(i); i++)
			printf(" %s", command_word(i));
		printf("'");
	} else if (row->subword) {
		printf("-n '__fish_seen_subcommand_from %s; and __fish_seen_subcommand_from %s'", row->word,
			row->subword);
	} else {
		printf("-n '__fish_seen_subcommand_from %s'", row->word);
	}
}

static void fish_option(const struct option *o, enum command_id c) {
	printf("complete -c nhiscan ");
	fish_condition(c);
	printf(" -l %s", o->name);
	if (o->letter)
		printf(" -s %c", o->letter);
	if (o->choice) {
		printf(" -x -a '");
		print_choices(o->choice, " ");
		printf("'");
	} else if (o->arg) {
		printf(" %s", o->completes == COMPLETES_NOTHING ? "-x" : "-r -F");
	}
	printf(" -d ");
	fish_text(o->help);
	putchar('\n');
}

static void print_fish(void) {
	puts("# fish completion for nhiscan, printed by 'nhiscan completions fish'");
	for (enum command_id c = 0; c < COMMAND_COUNT; c++) {
		const struct command *row = &command_table[c];
		if (is_first_of_group(c)) {
			printf("complete -c nhiscan -n __fish_use_subcommand -a %s", row->word);
			if (!row->subword) {
				printf(" -d ");
				fish_text(row->summary);
			}
			putchar('\n');
		}
		if (row->subword) {
			printf("complete -c nhiscan -n '__fish_seen_subcommand_from %s' -f -a %s -d ", row->word,
				row->subword);
			fish_text(row->summary);
			putchar('\n');
		}
		if (row->choice) {
			printf("complete -c nhiscan -n '__fish_seen_subcommand_from %s' -f -a '", row->word);
			print_choices(row->choice, " ");
			puts("'");
		}
		for (size_t i = 0; i < option_table_n; i++)
			if (is_shown(&option_table[i], c))
				fish_option(&option_table[i], c);
	}
}

int cmd_completions(const struct options *o) {
	const char *shell = o->operands.at[0]; /* one of choice_shell's, the parser saw to it */
	if (strcmp(shell, "bash") == 0)
		print_bash();
	else if (strcmp(shell, "zsh") == 0)
		print_zsh();
	else
		print_fish();
	return exit_after_stdout(EXIT_CLEAN);
}
