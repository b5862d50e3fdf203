/* Help made from the option table: for people (80 columns, examples first) and as fragments of the man page. */
#ifndef NHISCAN_CMD_HELP_H
#define NHISCAN_CMD_HELP_H

#include "cmd/options.h"

#include <stdio.h>

void help_print(FILE *out, enum command_id c);

/* Help of a group of subcommands, such as "rules". */
void help_print_group(FILE *out, const char *word);

/* SYNOPSIS and OPTIONS of nhiscan(1) in mdoc(7), each between the markers that tools/make-man.sh looks for. */
void help_print_mdoc(FILE *out);

#endif
