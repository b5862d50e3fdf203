/* Bytes as text: UTF-8 validity, escaping for people and machines, UTF-16 and Latin-1 turned into UTF-8. */
#ifndef NHISCAN_CORE_TEXT_H
#define NHISCAN_CORE_TEXT_H

#include "core/buf.h"

/* Length in bytes of the valid UTF-8 sequence at s.p (1..4), or 0 when it is not valid (RFC 3629). */
size_t utf8_sequence(struct slice s);
bool utf8_is_valid(struct slice s);
/* The character of the sequence of `n` bytes at s.p, where n is what utf8_sequence() gave. */
uint32_t utf8_decode(struct slice s, size_t n);

/* The UTF-8 of `c`, at most U+10FFFF, into `out`: its length. (utf8_encode is a name of jansson, which is linked in.) */
size_t utf8_bytes(uint32_t c, uint8_t out[4]);

/* Appends `s` fit for a terminal or a log: valid UTF-8 as it is, but C0/C1 controls, DEL, bidi overrides
 * (U+202A–202E, U+2066–2069), zero-width and invalid bytes as \n, \t, \xHH or \u{HHHH}; backslash as \\ .
 * Never changes the number of lines: a newline becomes \n. */
void text_escape(struct buf *out, struct slice s);

/* Appends `s` as valid UTF-8 for JSON values: invalid bytes become \xHH text, everything else is kept. */
void text_to_utf8(struct buf *out, struct slice s);

enum text_coding { TEXT_BYTES, TEXT_UTF16LE, TEXT_UTF16BE };

/* UTF-16 by BOM, or by zero bytes in every other place of the first TEXT_SNIFF_BYTES. */
#define TEXT_SNIFF_BYTES 512
enum text_coding text_sniff(struct slice s);

/* Appends UTF-16 as UTF-8; unpaired surrogates become U+FFFD. If `map` is not NULL, it receives for each output byte
 * nothing: positions are mapped with text_utf16_offset(). */
void text_from_utf16(struct buf *out, struct slice s, bool big_endian);

/* Offset in the UTF-16 bytes `s` of the character whose UTF-8 offset in text_from_utf16()'s output is `at`. */
size_t text_utf16_offset(struct slice s, bool big_endian, size_t at);

/* 1-based line and column (column in bytes + 1) of offset `at`; lines end at LF. */
void text_position(struct slice s, size_t at, unsigned *line, unsigned *column);

/* How many LF are in `s`. Fast: texts with findings are counted through in every version of theirs. */
size_t text_count_lf(struct slice s);

/* Levenshtein distance, for "did you mean"; both at most 64 bytes, longer gives 64. */
unsigned text_distance(const char *a, const char *b);

#endif
