/* The characters of base64, one by one and many at once. Decoding, and what is worth it, is layer.c's business. */
#ifndef NHISCAN_RULES_BASE64_BLOCK_H
#define NHISCAN_RULES_BASE64_BLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Value + 1 of a character of the standard (RFC 4648, section 4) or the URL alphabet (section 5); 0 is none. */
extern const uint8_t base64_value[256];

#define BASE64_BLOCK 64

/* Bit i tells whether p[i] is a base64 character; 0 for those from `n` on, which are not read. n is at most BASE64_BLOCK. */
uint64_t base64_mask(const uint8_t *p, size_t n);

#endif
