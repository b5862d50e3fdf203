/* Any bytes as .nhiscan.yaml, as the target's and as the user's file; what parses is asked about a path. */
#include "cmd/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	for (int trust = 0; trust < 2; trust++) {
		struct arena a = {0};
		struct config c;
		struct error err = {0};
		if (config_parse(&a, "c", slice_of(data, size), trust ? CONFIG_OF_USER : CONFIG_OF_TARGET, 0, &c,
			    &err) == 0) {
			const struct options o = {0};
			struct settings s;
			config_settle(&a, &o, &c, &s);
			config_allows(&c, "jwt", slice_str("a/b/c.txt"), 1);
		} else if (err.kind != ERR_USAGE || err.text[0] == '\0') {
			__builtin_trap();
		}
		arena_free(&a);
	}
	return 0;
}
