/* Tables that decode Huffman codes of deflate (RFC 1951, 3.2.2). Only for inflate.c. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_INFLATE_CODE_H
#define NHISCAN_SCANNERS_ARCHIVE_INFLATE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CODE_BITS_MOST 15

/* One entry: what the next bits stand for. */
#define ENTRY_LITERAL 0x8000u /* the byte in the upper half */
#define ENTRY_SPECIAL 0x4000u /* one of the three below */
#define ENTRY_LINK    0x2000u /* the code is longer: more entries from the upper half on, chosen by ENTRY_EXTRA bits */
#define ENTRY_END     0x1000u /* of a block */
/* SPECIAL alone: no code begins so */
#define ENTRY_BITS(e)  ((e)&0xff)	     /* to drop */
#define ENTRY_EXTRA(e) ((e) >> 8 & 0xf)	     /* that follow and are added to the upper half */
#define ENTRY_VALUE(e) ((uint32_t)(e) >> 16) /* a byte, a length, a distance, a place in the table */

enum code_kind { CODE_LENGTHS, CODE_LITERALS, CODE_DISTANCES };

/* Bits that choose in the first part of a table, and room for all of it: zlib's examples/enough.c counts at most 2,342 entries for 288 symbols at 11
 * bits, and 402 for 32 at 8. code_build() looks, too. */
#define LITERAL_BITS  11
#define DISTANCE_BITS 8
#define LITERAL_ROOM  2342
#define DISTANCE_ROOM 402
#define LENGTHS_BITS  7
#define LENGTHS_ROOM  128

/* Fills `table` for `n` symbols whose codes are `lengths` bits long. False: no such code, by the rule that zlib goes by: neither too many nor too
 * few codes, but for one alone of one bit; none at all is fine for distances. */
bool code_build(uint32_t *table, size_t room, unsigned bits, enum code_kind kind, const uint8_t *lengths, size_t n);

#endif
