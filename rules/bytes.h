/* Kinds of bytes that the judges tell apart in text around a value. */
#ifndef NHISCAN_RULES_BYTES_H
#define NHISCAN_RULES_BYTES_H

#include <stdbool.h>
#include <stdint.h>

static inline bool byte_is_blank(uint8_t c) {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline bool byte_is_quote(uint8_t c) {
	return c == '"' || c == '\'' || c == '`';
}

/* What identifiers are made of in some language: user-password, Config.password, $pw. */
static inline bool byte_is_name(uint8_t c) {
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '-' || c == '.' ||
	       c == '$' || c >= 0x80;
}

#endif
