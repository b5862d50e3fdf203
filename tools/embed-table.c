/* Writes a file as C: `NAME`, its length (4 bytes, little end first) and its bytes as a raw deflate stream. For tables too big to stand in the program as
 * they are. Usage: embed-table NAME FILE */
#include <libdeflate.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned char *read_file(const char *path, size_t *n) {
	FILE *f = fopen(path, "rb");
	unsigned char *p = NULL;
	size_t cap = 0, got;

	if (!f)
		return NULL;
	*n = 0;
	do {
		cap = cap ? cap * 2 : 1 << 20;
		p = realloc(p, cap);
		if (!p)
			abort();
		got = fread(p + *n, 1, cap - *n, f);
		*n += got;
	} while (got > 0);
	fclose(f);
	return p;
}

int main(int argc, char **argv) {
	size_t n = 0, packed;
	unsigned char *in, *out;
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(12);

	if (argc != 3 || !(in = read_file(argv[2], &n)) || n > UINT32_MAX || !c) {
		fprintf(stderr, "embed-table: cannot read %s\n", argc == 3 ? argv[2] : "NAME FILE");
		return 1;
	}
	packed = libdeflate_deflate_compress_bound(c, n);
	out = malloc(packed);
	packed = out ? libdeflate_deflate_compress(c, in, n, out, packed) : 0;
	if (!packed)
		return 1;
	printf("/* Made by tools/embed-table.c out of %s. */\n#include \"rules/privilege/table.h\"\n\nconst uint8_t "
	       "%s[] = {%u, %u, %u, %u",
		argv[2], argv[1], (unsigned)(n & 255), (unsigned)(n >> 8 & 255), (unsigned)(n >> 16 & 255),
		(unsigned)(n >> 24));
	for (size_t i = 0; i < packed; i++)
		printf(",%s%u", i % 32 ? "" : "\n", out[i]);
	printf("};\nconst size_t %s_size = sizeof(%s);\n", argv[1], argv[1]);
	libdeflate_free_compressor(c);
	free(in);
	free(out);
	return 0;
}
