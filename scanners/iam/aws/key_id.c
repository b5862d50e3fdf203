/* The account number inside an access key id. */
#include "scanners/iam/aws/inventory.h"

#include <stdio.h>

static int base32_value(uint8_t c) {
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/* Ids made before about 2019 begin with AKIAI or AKIAJ and hold no account. */
static bool has_account(struct slice id) {
	return id.n == 20 && (slice_has_prefix(id, "AKIA") || slice_has_prefix(id, "ASIA")) && id.p[4] != 'I' &&
	       id.p[4] != 'J';
}

bool aws_key_account(struct slice id, char out[13]) {
	uint64_t bits = 0;

	if (!has_account(id))
		return false;
	for (size_t i = 4; i < 20; i++) {
		int v = base32_value(id.p[i]);

		if (v < 0)
			return false;
		if (i < 14)
			bits = bits << 5 | (unsigned)v;
	}
	bits >>= 2; /* 10 characters are 50 bits: the first 48 count */
	snprintf(out, 13, "%012llu", (unsigned long long)((bits & 0x7fffffffff80ULL) >> 7) % 1000000000000ULL);
	return true;
}
