/* What in a value is taken from elsewhere. One grammar for all clients: a form that a client does not know stays text there, and a text such
 * as "${env:X}" is no secret for that. Which forms a client takes, each vendor's documentation says:
 *   ${VAR} ${VAR:-default} ${user_config.x}   Claude Code, Gemini CLI, Kiro
 *   ${env:VAR} ${input:id}                    VS Code, Cursor, Windsurf
 *   $VAR                                      Gemini CLI
 *   {env:VAR} {file:path}                     opencode
 *   ${{ secrets.X }}                          Continue, GitHub Copilot agents
 *   op:// vault: keyring: and the like        references to secret stores, in any */
#include "scanners/agent/agent.h"

static bool is_word(uint8_t c) {
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* A reference at the start of `s`: its length, its name and its default, or 0. */
struct ref {
	size_t n;
	struct slice name, fallback;
};

/* Where the bracket opened before `open` closes: ${A:-${B}} has one inside. */
static ptrdiff_t closing(struct slice s, size_t open, const char *close) {
	size_t depth = 0;

	if (close[1] || close[0] != '}')
		return slice_find(slice_sub(s, open, s.n), slice_str(close));
	for (size_t i = open; i < s.n; i++) {
		if (s.p[i] == '{')
			depth++;
		else if (s.p[i] == '}' && depth-- == 0)
			return (ptrdiff_t)(i - open);
	}
	return -1;
}

static struct ref closed(struct slice s, size_t open, const char *close) {
	ptrdiff_t end = closing(s, open, close), colon;
	struct ref r = {0};
	struct slice inner;

	if (end < 0)
		return r;
	inner = slice_trim(slice_sub(s, open, open + (size_t)end));
	r.n = open + (size_t)end + strlen(close);
	r.name = inner;
	colon = slice_find(inner, slice_str(":-"));
	if (colon < 0)
		colon = slice_find(inner, slice_str(":="));
	if (colon >= 0) {
		r.name = slice_sub(inner, 0, (size_t)colon);
		r.fallback = slice_sub(inner, (size_t)colon + 2, inner.n);
	} else if (slice_has_prefix(inner, "env:") || slice_has_prefix(inner, "input:")) {
		r.name = slice_sub(inner, inner.p[0] == 'e' ? 4 : 6, inner.n);
	}
	return r;
}

static struct ref reference_at(struct slice s, bool lower) {
	size_t n = 1;

	if (slice_has_prefix(s, "${{"))
		return closed(s, 3, "}}");
	if (slice_has_prefix(s, "{{"))
		return closed(s, 2, "}}");
	if (slice_has_prefix(s, "${"))
		return closed(s, 2, "}");
	if (slice_has_prefix(s, "$(") || slice_has_prefix(s, "<%"))
		return closed(s, 2, s.p[0] == '$' ? ")" : "%>");
	if (slice_has_prefix(s, "{env:") || slice_has_prefix(s, "{file:"))
		return closed(s, s.p[1] == 'e' ? 5 : 6, "}");
	if (s.n > 2 && s.p[0] == '%' && is_word(s.p[1])) { /* cmd.exe: %VAR% */
		while (n < s.n && is_word(s.p[n]))
			n++;
		return n < s.n && s.p[n] == '%' ? (struct ref){n + 1, slice_sub(s, 1, n), {0}} : (struct ref){0};
	}
	if (slice_has_prefix(s, "$env:"))
		n = 5;
	if (s.n < 2 || s.p[0] != '$' || n >= s.n || !is_word(s.p[n]) || (s.p[n] >= '0' && s.p[n] <= '9'))
		return (struct ref){0};
	for (size_t from = n;; n++)
		if (n >= s.n || !is_word(s.p[n]))
			return (struct ref){n, slice_sub(s, from, n), {0}};
		else if (s.p[n] >= 'a' && s.p[n] <= 'z' && !lower && from == 1)
			return (struct ref){0};
}

static bool names_a_store(struct slice s) {
	static const char *const schemes[] = {"op://", "vault:", "vault://", "keyring:", "keychain:", "bws://",
		"aws-sm:", "secretsmanager:", "ssm:", "azurekeyvault:", "akv:", "gcp-sm:", "sm://",
		"doppler:", "infisical:", "env:", "env://", "file:", "pass:", "secret://", "ref+",
		"arn:aws:secretsmanager:", "arn:aws:ssm:", "secret:"};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (slice_has_prefix(s, schemes[i]))
			return true;
	return slice_has_prefix(s, "projects/") && slice_find(s, slice_str("/secrets/")) > 0;
}

static struct slice without_scheme(struct slice s) {
	static const char *const schemes[] = {"bearer ", "basic ", "token ", "apikey ", "api-key ", "bot "};

	s = slice_trim(s);
	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		size_t n = strlen(schemes[i]);

		if (s.n > n && slice_eq_nocase(slice_sub(s, 0, n), slice_str(schemes[i])))
			return slice_trim(slice_sub(s, n, s.n));
	}
	return s;
}

/* Longer values are no references with something around them, and defaults nest no deeper in earnest. */
#define VALUE_MAX 4096
#define DEPTH_MAX 4

static struct agent_reading read_value(const struct agent_client *c, struct slice value, unsigned depth) {
	struct agent_reading r = {.text = without_scheme(value)};

	if (!r.text.n || r.text.n > VALUE_MAX)
		return r;
	if (names_a_store(r.text)) {
		r.is = AGENT_REFERENCE;
		return r;
	}
	for (size_t at = 0; at < r.text.n;) {
		struct ref ref = reference_at(slice_sub(r.text, at, r.text.n), c->lower_variables);

		if (!ref.n) {
			at++;
			continue;
		}
		if (r.is == AGENT_NOTHING)
			r.refers = ref.name;
		r.is = AGENT_REFERENCE;
		if (ref.fallback.n && depth < DEPTH_MAX) {
			struct agent_reading inner = read_value(c, ref.fallback, depth + 1);

			if (inner.is == AGENT_LITERAL) {
				inner.is_default = true;
				inner.refers = ref.name;
				return inner;
			}
		}
		at += ref.n;
	}
	if (r.is == AGENT_NOTHING)
		r.is = AGENT_LITERAL;
	return r;
}

struct agent_reading agent_read_value(const struct agent_client *c, struct slice value) {
	return read_value(c, value, 0);
}
