/* How much a text looks like words: a letter-pair model trained at build time on a public word list.
 * English words come to about 3 to 4 bits a pair, random letters to 6 and more. */
#ifndef NHISCAN_RULES_CHARMODEL_H
#define NHISCAN_RULES_CHARMODEL_H

#include "core/slice.h"

/* [first][second], 0 is the edge of a word, 1..26 are a..z; in 1/16 bit. Generated. */
extern const uint8_t charmodel_surprise[27][27];

/* Mean surprise in bits over the pairs inside the letter runs of `s` (camelCase starts a new word); 0 when there is no pair. */
double charmodel_bits(struct slice s);

#endif
