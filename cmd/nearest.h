/* "Did you mean": the known word nearest to an unknown one, if it is near enough to be a slip.
 * Used for options, subcommands and fields of the configuration file. */
#ifndef NHISCAN_CMD_NEAREST_H
#define NHISCAN_CMD_NEAREST_H

struct nearest {
	const char *asked;
	const char *word; /* the best so far, or NULL when none is near enough */
	unsigned distance;
};

struct nearest nearest_to(const char *asked);
void nearest_offer(struct nearest *n, const char *word);

#endif
