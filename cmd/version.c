/* What runs here: version, commit, rule set and libraries. */
#include "cmd/version.h"
#include "cmd/commands.h"
#include "cmd/exit.h"
#include "rules/rule.h"

#include <hs/hs.h>
#include <jansson.h>
#include <libdeflate.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <yaml.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

const char *version_text(void) {
	return NHISCAN_VERSION;
}

const char *version_commit(void) {
	return NHISCAN_COMMIT;
}

/* "1.2.3" or "8.45 2021-06-15" cut to the number. */
static void put(json_t *to, const char *name, const char *version) {
	json_object_set_new(to, name, json_stringn(version, strcspn(version, " ")));
}

static json_t *libraries(void) {
	json_t *l = json_object();
	char text[64];
	/* libdeflate tells its version to the compiler only */
	put(l, "libdeflate", LIBDEFLATE_VERSION_STRING);
	put(l, "vectorscan", hs_version());
	text[0] = '\0';
	/* the text's size with its NUL is 24 or less (pcre2api(3)) */
	if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof(text))
		pcre2_config(PCRE2_CONFIG_VERSION, text);
	put(l, "pcre2", text);
	put(l, "libyaml", yaml_get_version_string());
	put(l, "jansson", jansson_version_str());
	put(l, "openssl", OpenSSL_version(OPENSSL_VERSION_STRING));
	return l;
}

int cmd_version(const struct options *o) {
	if (!o->json) {
		printf("nhiscan %s\n", version_text());
		return exit_after_stdout(EXIT_CLEAN);
	}
	json_t *v = json_pack("{s:s, s:s, s:s, s:I, s:s, s:o}", "name", "nhiscan", "version", version_text(), "commit",
		version_commit(), "rules", (json_int_t)builtin_catalogue.n, "rules_digest", builtin_catalogue.digest,
		"libraries", libraries());
	json_dumpf(v, stdout, JSON_INDENT(2));
	fputc('\n', stdout);
	json_decref(v);
	return exit_after_stdout(EXIT_CLEAN);
}
