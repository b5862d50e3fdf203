/* A shell script as the commands it would run: which program gets which words, what is piped where. Enough of the grammar of POSIX.1-2017
 * XCU 2 to read the scripts of pipelines; nothing is expanded and nothing is run. Placeholders of pipeline languages, `${{ x }}`,
 * `$[[ x ]]` and `<< x >>`, are opaque parts of words. */
#ifndef NHISCAN_SCANNERS_CI_SHELL_H
#define NHISCAN_SCANNERS_CI_SHELL_H

#include "core/arena.h"
#include "core/slice.h"

/* What names of variables are made of. */
static inline bool shell_byte_is_name(uint8_t c) {
	return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

struct shell_word {
	struct slice text;   /* quotes and backslashes removed, expansions as written */
	uint64_t start, end; /* bytes of the script, with quotes */
	bool expands;	     /* holds $x, ${x}, $(x), `x` or a placeholder outside single quotes */
	bool bare;	     /* no part of it is quoted */
};

struct shell_command {
	const struct shell_word *words; /* the program first; NAME=value before it is in `set` */
	size_t n;
	const struct shell_word *set;
	size_t nset;
	const struct shell_word *to; /* files that output is sent to */
	size_t nto;
	uint64_t start, end;
	bool from_pipe, to_pipe; /* reads the output of the command before, writes the input of the next */
	unsigned depth;		 /* inside how many $(), <() or `` */
	size_t inside;		 /* index of the command whose word it stands in; its own when in none */
};

struct shell_script {
	const struct shell_command *at;
	size_t n;
	bool cut; /* more commands, words or nesting than are read */
};

#define SHELL_COMMANDS_MAX 20000
#define SHELL_DEPTH_MAX	   8

/* Never fails: what can't be understood is passed over. Texts live in the arena or in `script`. */
struct shell_script shell_read(struct arena *a, struct slice script);

/* The program of a command without its folder, looking through sudo, env, exec, time, nohup and command; empty when there is none. The
 * index of its word goes to *at. */
struct slice shell_program(const struct shell_command *c, size_t *at);

#endif
