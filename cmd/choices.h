/* The words that the value of an option, or an operand, may be: each function is a choice_fn of option_table.h. */
#ifndef NHISCAN_CMD_CHOICES_H
#define NHISCAN_CMD_CHOICES_H

#include <stddef.h>

/* The i-th word, or NULL behind the last. */
const char *choice_format(size_t i);
const char *choice_inventory_format(size_t i);
const char *choice_provider(size_t i);
const char *choice_list_format(size_t i);
const char *choice_fail_on(size_t i);
const char *choice_confidence(size_t i);
const char *choice_hook(size_t i);
const char *choice_shell(size_t i);

#endif
