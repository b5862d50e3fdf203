/* The one table of subcommands and options. The parser, --help, the man page and the shell completions read it;
 * nothing about an option is written anywhere else. */
#ifndef NHISCAN_CMD_OPTION_TABLE_H
#define NHISCAN_CMD_OPTION_TABLE_H

#include "cmd/options.h"

/* How the text behind an option becomes a field of struct options. */
enum option_type {
	OPTION_FLAG,	   /* bool */
	OPTION_TEXT,	   /* const char * */
	OPTION_LIST,	   /* struct text_list, repeatable */
	OPTION_NUMBER,	   /* struct option_number, within [min, max] */
	OPTION_SIZE,	   /* the same, with suffix k, M or G (1024) */
	OPTION_SEVERITY,   /* struct option_severity */
	OPTION_CONFIDENCE, /* struct option_confidence */
};

/* What a shell offers behind an option or as an operand when there are no fixed choices. */
enum option_completes { COMPLETES_NOTHING, COMPLETES_FILE, COMPLETES_FOLDER };

/* The i-th word allowed, or NULL behind the last. */
typedef const char *choice_fn(size_t i);

struct option {
	const char *name;  /* without the dashes */
	char letter;	   /* short form, 0 when none */
	const char *arg;   /* placeholder of the value, NULL for flags */
	unsigned commands; /* bit per command_id */
	const char *group; /* heading in help */
	enum option_type type;
	size_t at;	      /* offset in struct options */
	const char *help;     /* one or two sentences, no full stop in the last */
	const char *fallback; /* default as text, or NULL */
	choice_fn *choice;    /* or NULL */
	enum option_completes completes;
	uint64_t min, max; /* for numbers and sizes */
	bool hidden;
};

struct example {
	const char *line;
	const char *text;
};

struct command {
	enum command_id id;
	const char *word;     /* "scan", "rules", … */
	const char *subword;  /* "list" of "rules list", or NULL */
	const char *operands; /* as in a synopsis, "[TARGET ...]" */
	unsigned min_operands, max_operands;
	choice_fn *choice; /* words allowed as operands, or NULL */
	enum option_completes completes;
	const char *summary; /* one clause */
	const struct example *examples;
	size_t nexamples;
};

extern const struct option option_table[];
extern const size_t option_table_n;
extern const struct command command_table[COMMAND_COUNT];

static inline bool option_belongs(const struct option *o, enum command_id c) {
	return (o->commands >> c) & 1U;
}

static inline bool option_repeatable(const struct option *o) {
	return o->type == OPTION_LIST;
}

/* The value of a number or size, within the option's bounds; ERR_USAGE without the option's name. In options.c. */
int option_number_parse(const struct option *o, const char *value, uint64_t *out, struct error *err);

/* "scan", "rules list": the words of a command joined, static. */
const char *command_name(enum command_id c);

/* The i-th distinct first word over all commands, or NULL: "scan", "rules", "completions", "help". */
const char *command_word(size_t i);

#endif
