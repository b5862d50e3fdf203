/* Inside of case templates: what template.c (syntax), template_draw.c (chance) and template_key.c (structured
 * samples) share. Nobody else includes this; the door is template.h. */
#ifndef NHISCAN_RULES_TEMPLATE_PARTS_H
#define NHISCAN_RULES_TEMPLATE_PARTS_H

#include "core/buf.h"

/* xoshiro256** by Blackman and Vigna, seeded with splitmix64 (prng.di.unimi.it). Not for secrets: for samples. */
struct chance {
	uint64_t s[4];
};

void chance_seed(struct chance *c, uint64_t seed);
uint64_t chance_next(struct chance *c);
size_t chance_below(struct chance *c, size_t n); /* n > 0 */
void chance_bytes(struct chance *c, uint8_t *out, size_t n);

/* Appends `n` characters of `chars` that look machine-made: high entropy, all classes of the charset, no runs, no
 * sequences, and no four letters in a row with a vowel among them, hence no dictionary word. */
void draw_text(struct buf *out, struct chance *c, struct slice chars, size_t n);
/* `n` characters of letters of both cases and digits, with one of !#%+* inside. */
void draw_password(struct buf *out, struct chance *c, size_t n);

/* Six base62 digits of the CRC32 of `s`, as GitHub and npm put them behind a token. */
void crc32_base62(struct slice s, char out[6]);
/* CRC16 as NATS nkeys have it (XMODEM: polynomial 0x1021, from 0). */
uint16_t nkey_crc16(struct slice s);

void sample_uuid(struct buf *out, struct chance *c);
void sample_checksummed(struct buf *out, struct chance *c, struct slice prefix); /* GitHub and npm */
void sample_grafana(struct buf *out, struct chance *c);
void sample_jwt(struct buf *out, struct chance *c, bool expired);
bool sample_nkey(struct buf *out, struct chance *c, struct slice prefix);
bool sample_wif(struct buf *out, struct chance *c);			    /* template_base.c */
bool sample_bech32(struct buf *out, struct chance *c, struct slice prefix); /* template_base.c */
bool sample_pem(struct buf *out, struct chance *c, struct slice kind);	    /* template_pem.c */

#endif
