/* Magic numbers of containers, one row each, and the few kinds that need a closer look.
 * Reading what is inside is the work of filter.c (streams) and archive.c (members). */
#include "scanners/archive/kind.h"

static const struct {
	const char *name;
	enum kind_class class;
} kinds[KIND_COUNT] = {
	[KIND_NONE] = {"none", CLASS_NONE},
	[KIND_GZIP] = {"gzip", CLASS_FILTER},
	[KIND_BZIP2] = {"bzip2", CLASS_FILTER},
	[KIND_XZ] = {"xz", CLASS_FILTER},
	[KIND_LZMA] = {"lzma", CLASS_FILTER},
	[KIND_LZIP] = {"lzip", CLASS_FILTER},
	[KIND_ZSTD] = {"zstd", CLASS_FILTER},
	[KIND_LZ4] = {"lz4", CLASS_FILTER},
	[KIND_COMPRESS] = {"compress", CLASS_FILTER},
	[KIND_BROTLI] = {"brotli", CLASS_FILTER},
	[KIND_RPM] = {"rpm", CLASS_FILTER},
	[KIND_TAR] = {"tar", CLASS_SERIAL},
	[KIND_CPIO] = {"cpio", CLASS_SERIAL},
	[KIND_AR] = {"ar", CLASS_SERIAL},
	[KIND_ZIP] = {"zip", CLASS_RANDOM},
	[KIND_7Z] = {"7z", CLASS_RANDOM},
	[KIND_RAR] = {"rar", CLASS_RANDOM},
	[KIND_RAR5] = {"rar5", CLASS_RANDOM},
	[KIND_CAB] = {"cab", CLASS_SERIAL},
	[KIND_LHA] = {"lha", CLASS_SERIAL},
	[KIND_ISO] = {"iso9660", CLASS_RANDOM},
};

/* Sources: RFC 1952 (gzip), RFC 8878 (zstd), the xz, lzip and LZ4 frame specifications, APPNOTE 4.3 (zip), 7zFormat.txt, the
 * RAR 5.0 technote, cpio(5), ar(5), [MS-CAB], the RPM file format, ECMA-119 (ISO 9660), compress(1). */
static const struct {
	enum packed_kind kind;
	uint32_t at;
	const char *bytes;
	uint8_t n;
} magics[] = {
	{KIND_GZIP, 0, "\x1f\x8b\x08", 3},
	{KIND_XZ, 0,
		"\xfd"
		"7zXZ\0",
		6},
	{KIND_LZIP, 0, "LZIP\x01", 5},
	{KIND_ZSTD, 0, "\x28\xb5\x2f\xfd", 4},
	{KIND_LZ4, 0, "\x04\x22\x4d\x18", 4},
	{KIND_COMPRESS, 0, "\x1f\x9d", 2},
	{KIND_RPM, 0, "\xed\xab\xee\xdb", 4},
	{KIND_CPIO, 0, "070701", 6},
	{KIND_CPIO, 0, "070702", 6},
	{KIND_CPIO, 0, "070707", 6},
	{KIND_AR, 0, "!<arch>\n", 8},
	{KIND_ZIP, 0, "PK\x03\x04", 4},
	{KIND_ZIP, 0, "PK\x05\x06", 4},
	{KIND_ZIP, 0, "PK\x07\x08PK", 6},
	{KIND_ZIP, 0, "PK00PK\x03\x04", 8},
	{KIND_ZIP, 0, "Cr24", 4}, /* a Chrome extension: a signature, then a zip */
	{KIND_7Z, 0, "7z\xbc\xaf\x27\x1c", 6},
	{KIND_RAR, 0, "Rar!\x1a\x07\x00", 7},
	{KIND_RAR5, 0, "Rar!\x1a\x07\x01\x00", 8},
	{KIND_CAB, 0, "MSCF\0\0\0\0", 8},
	{KIND_ISO, 32769, "CD001", 5},
};

const char *packed_kind_name(enum packed_kind k) {
	return kinds[k].name;
}

enum kind_class packed_kind_class(enum packed_kind k) {
	return kinds[k].class;
}

bool packed_kind_is_weak(enum packed_kind k) {
	return k == KIND_COMPRESS || k == KIND_BROTLI || k == KIND_LZMA || k == KIND_LHA || k == KIND_CPIO;
}

static bool has(struct slice s, size_t at, const char *bytes, size_t n) {
	return s.n >= at + n && memcmp(s.p + at, bytes, n) == 0;
}

/* "BZh", the block size, and the start of a block or the end of an empty stream. */
static bool is_bzip2(struct slice s) {
	return has(s, 0, "BZh", 3) && s.n >= 10 && s.p[3] >= '1' && s.p[3] <= '9' &&
	       (has(s, 4, "\x31\x41\x59\x26\x53\x59", 6) || has(s, 4, "\x17\x72\x45\x38\x50\x90", 6));
}

/* The header of an .lzma file has no magic: properties below 225, a dictionary of 2^n or 2^n + 2^(n-1) bytes, and a size that
 * is unknown or below 256 GiB (liblzma's own test, lzma_alone). The range coder's first byte is zero. */
static bool is_lzma(struct slice s) {
	uint32_t dict;
	bool unknown = true;

	if (s.n < 14 || s.p[0] != 0x5d || s.p[13] != 0)
		return false;
	dict = (uint32_t)s.p[1] | (uint32_t)s.p[2] << 8 | (uint32_t)s.p[3] << 16 | (uint32_t)s.p[4] << 24;
	if (dict < 4096 || ((dict & (dict - 1)) != 0 && dict != UINT32_MAX &&
				   (dict % 3 != 0 || ((dict / 3) & (dict / 3 - 1)) != 0)))
		return false;
	for (size_t i = 5; i < 13; i++)
		unknown &= s.p[i] == 0xff;
	return unknown || (s.p[10] < 64 && s.p[11] == 0 && s.p[12] == 0);
}

static bool octal(struct slice s, uint64_t *out) {
	size_t i = 0;
	uint64_t v = 0;

	while (i < s.n && s.p[i] == ' ')
		i++;
	if (i == s.n || s.p[i] < '0' || s.p[i] > '7')
		return false;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '7'; i++)
		v = v * 8 + (uint64_t)(s.p[i] - '0');
	*out = v;
	return i == s.n || s.p[i] == ' ' || s.p[i] == 0;
}

/* The checksum of a tar header is the sum of its bytes with blanks in place of itself; old ones summed signed bytes. */
static bool is_tar(struct slice s) {
	uint64_t want;
	int64_t plain = 0, with_sign = 0;

	if (s.n < 512 || s.p[0] == 0 || !octal(slice_sub(s, 148, 156), &want))
		return false;
	for (size_t i = 0; i < 512; i++) {
		uint8_t c = i >= 148 && i < 156 ? ' ' : s.p[i];

		plain += c;
		with_sign += (int8_t)c;
	}
	return want == (uint64_t)plain || (int64_t)want == with_sign;
}

/* cpio's binary header is 26 bytes: 070707 in either byte order, and a name of sane length that ends in NUL. */
static bool is_binary_cpio(struct slice s) {
	size_t n;

	if (s.n < 28 || !(has(s, 0, "\xc7\x71", 2) || has(s, 0, "\x71\xc7", 2)))
		return false;
	n = s.p[0] == 0xc7 ? s.p[20] | (size_t)s.p[21] << 8 : s.p[21] | (size_t)s.p[20] << 8;
	return n > 1 && n <= 4096 && 26 + n <= s.n && s.p[26 + n - 1] == 0 &&
	       memchr(s.p + 26, 0, n) == s.p + 26 + n - 1;
}

/* "-lh5-" and its kin behind the size and checksum of the header. */
static bool is_lha(struct slice s) {
	return s.n >= 22 && s.p[2] == '-' && s.p[3] == 'l' && (s.p[4] == 'h' || s.p[4] == 'z') && s.p[6] == '-' &&
	       ((s.p[5] >= '0' && s.p[5] <= '7') || s.p[5] == 'd' || s.p[5] == 's') && s.p[20] <= 3;
}

/* A skippable frame ahead of the data. */
static bool is_skippable_zstd(struct slice s) {
	return s.n >= 12 && (s.p[0] & 0xf0) == 0x50 && has(s, 1, "\x2a\x4d\x18", 3);
}

enum packed_kind packed_kind_of(struct slice head) {
	if (head.n < 4)
		return KIND_NONE;
	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++)
		if (has(head, magics[i].at, magics[i].bytes, magics[i].n))
			return magics[i].kind;
	return is_bzip2(head)		 ? KIND_BZIP2
	       : is_tar(head)		 ? KIND_TAR
	       : is_lzma(head)		 ? KIND_LZMA
	       : is_binary_cpio(head)	 ? KIND_CPIO
	       : is_lha(head)		 ? KIND_LHA
	       : is_skippable_zstd(head) ? KIND_ZSTD
					 : KIND_NONE;
}

/* Texts in Breton are called messages.br; no text has control characters, and packed bytes have many. */
static bool is_text(struct slice head) {
	size_t n = head.n < 256 ? head.n : 256;

	for (size_t i = 0; i < n; i++)
		if (head.p[i] < 0x20 && head.p[i] != '\t' && head.p[i] != '\n' && head.p[i] != '\r' &&
			head.p[i] != '\f')
			return false;
	return true;
}

enum packed_kind packed_kind_named(struct slice name, struct slice head) {
	enum packed_kind k = packed_kind_of(head);

	return k == KIND_NONE && slice_has_suffix_nocase(name, ".br") && !is_text(head) ? KIND_BROTLI : k;
}

/* The superblock of squashfs 4.0 has its version at 28 (Linux, Documentation/filesystems/squashfs.rst, fs/squashfs/squashfs_fs.h). */
const char *unread_kind_of(struct slice head) {
	return has(head, 0, "hsqs", 4) && has(head, 28, "\4\0\0\0", 4) ? "squashfs" : NULL;
}

bool may_carry_zip(struct slice head) {
	return has(head, 0, "MZ", 2) ||
	       has(head, 0,
		       "\x7f"
		       "ELF",
		       4) ||
	       has(head, 0, "#!", 2);
}

bool carries_zip(struct slice head, struct slice tail) {
	if (!may_carry_zip(head))
		return false;
	/* The end record of a zip is 22 bytes and a comment, whose length is its last field (APPNOTE 4.3.16). */
	for (size_t at = tail.n < 22 ? 0 : tail.n - 22 + 1; at-- > 0;)
		if (tail.p[at] == 'P' && has(tail, at, "PK\x05\x06", 4) &&
			at + 22 + (tail.p[at + 20] | (size_t)tail.p[at + 21] << 8) == tail.n)
			return true;
	return false;
}
