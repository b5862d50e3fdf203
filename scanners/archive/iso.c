/* Counting the records of an image's directories (ECMA-119, 8.4, 8.5 and 9.1). Members are read through libarchive, in archive.c. */
#include "scanners/archive/iso.h"
#include "core/buf.h"
#include "core/numbers.h"
#include "core/vec.h"

#include <stdlib.h>
#include <string.h>

#define SECTOR		2048
#define FIRST_SECTOR	16 /* of the volume descriptors */
#define DESCRIPTORS	64 /* that are looked at */
#define RECORD_LEAST	33
#define DIRECTORY_FLAG	2
#define RECORD_BYTES	512 /* measured of 60,000 files with Rock Ridge: libarchive 3.6 takes 360 for one */
#define DIRECTORIES_ALL ((uint64_t)64 << 20) /* bytes of them; beyond that they are no less than a loop */

struct extent {
	uint64_t at, n;
};

struct walk {
	const struct source *src;
	uint64_t block; /* bytes in a logical block */
	uint64_t records, bytes, records_most;
	VEC(struct extent) left;
};

static void add_directory(struct walk *w, const uint8_t *record) {
	struct extent e = {le32(record + 2) * w->block, le32(record + 10)};

	w->bytes += e.n;
	if (w->bytes <= DIRECTORIES_ALL)
		VEC_PUSH(&w->left, e);
}

/* No record goes over the end of a sector; what is left of one is zeros. */
static void count_sector(struct walk *w, const uint8_t *sector) {
	for (size_t at = 0; at + RECORD_LEAST < SECTOR && sector[at]; at += sector[at]) {
		const uint8_t *r = sector + at;
		bool self_or_parent = r[32] == 1 && r[33] <= 1;

		if (r[0] < RECORD_LEAST + 1 || at + r[0] > SECTOR)
			return;
		w->records++;
		if ((r[25] & DIRECTORY_FLAG) && !self_or_parent)
			add_directory(w, r);
	}
}

static bool is_too_much(const struct walk *w) {
	return w->records > w->records_most || w->bytes > DIRECTORIES_ALL;
}

static void walk_tree(struct walk *w, const uint8_t *root) {
	uint8_t sector[SECTOR];

	add_directory(w, root);
	while (w->left.n && !is_too_much(w)) {
		struct extent e = w->left.at[--w->left.n];

		for (uint64_t at = 0; at < e.n && !is_too_much(w); at += SECTOR) {
			if (!source_read(w->src, e.at + at, sector, SECTOR))
				break;
			count_sector(w, sector);
		}
	}
	VEC_FREE(&w->left);
}

int iso_memory(const struct source *src, uint64_t most, uint64_t *need, struct error *err) {
	uint8_t d[SECTOR];

	*need = 0;
	for (unsigned i = 0; i < DESCRIPTORS; i++) {
		struct walk w = {.src = src, .records_most = most / RECORD_BYTES};

		if (!source_read(src, (uint64_t)(FIRST_SECTOR + i) * SECTOR, d, SECTOR) ||
			memcmp(d + 1, "CD001", 5) != 0 || d[0] == 255)
			break;
		if (d[0] != 1 && d[0] != 2) /* a volume, or the same with names in another character set */
			continue;
		w.block = d[128] | (uint64_t)d[129] << 8;
		walk_tree(&w, d + 156);
		if (is_too_much(&w))
			return error_set(err, ERR_LIMIT,
				"the list of files of this image takes more memory than the limit; raise "
				"--archive-memory to read it");
		if (w.records * RECORD_BYTES > *need)
			*need = w.records * RECORD_BYTES;
	}
	return 0;
}
