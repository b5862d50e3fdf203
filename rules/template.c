/* The syntax of case templates: finding {{…}}, nesting, arguments, and the table of names.
 * Not here: drawing text (template_draw.c), structured samples (template_key.c, template_pem.c). */
#include "rules/template.h"

#include "core/text.h"
#include "rules/base64.h"
#include "rules/template_parts.h"

#define TEMPLATE_DEPTH_MAX 8
#define TEMPLATE_DRAW_MAX  65536
#define TEMPLATE_OUT_MAX   ((size_t)1 << 20)
#define TEMPLATE_BRACE_MAX 64

#define DIGITS "0123456789"
#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const struct {
	const char *name, *chars;
} charsets[] = {
	{"hex", DIGITS "abcdef"},
	{"HEX", DIGITS "ABCDEF"},
	{"alnum", DIGITS UPPER LOWER},
	{"lower", LOWER},
	{"upper", UPPER},
	{"digits", DIGITS},
	{"lowernum", DIGITS LOWER},
	{"uppernum", DIGITS UPPER},
	{"base32", UPPER "234567"},
	{"base64", UPPER LOWER DIGITS "+/"},
	{"base64url", UPPER LOWER DIGITS "-_"},
	{"base58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"},
	{"word", DIGITS UPPER LOWER "_"},
};

struct expansion {
	struct chance chance;
	struct error *err;
	unsigned depth;
};

static int expand(struct expansion *e, struct buf *out, struct slice text);

static int malformed(struct expansion *e, struct slice template, const char *why) {
	struct buf shown = {0};
	text_escape(&shown, slice_sub(template, 0, 60));
	error_set(e->err, ERR_USAGE, "template '{{%s}}': %s", buf_cstr(&shown), why);
	buf_free(&shown);
	return -1;
}

static bool parse_count(struct slice s, size_t *out) {
	size_t n = 0;
	if (s.n == 0 || s.n > 6)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (size_t)(s.p[i] - '0');
	}
	*out = n;
	return n > 0 && n <= TEMPLATE_DRAW_MAX;
}

/* "TEXT:N" cut at the last colon. */
static bool split_count(struct slice s, struct slice *text, size_t *n) {
	size_t i = s.n;
	while (i > 0 && s.p[i - 1] != ':')
		i--;
	if (i < 2) /* no colon, or nothing before it */
		return false;
	*text = slice_sub(s, 0, i - 1);
	return parse_count(slice_sub(s, i, s.n), n);
}

/* {{b64:TEXT}} and {{repeat:TEXT:N}}: the text may hold templates. */
static int expand_nested(
	struct expansion *e, struct buf *out, struct slice whole, struct slice name, struct slice arg) {
	struct buf inner = {0};
	bool encode = slice_eq(name, slice_str("b64"));
	size_t times = 1;
	struct slice text = arg;
	int status = -1;
	if (!encode && !split_count(arg, &text, &times))
		return malformed(e, whole, "expected {{repeat:TEXT:N}}");
	if (e->depth == TEMPLATE_DEPTH_MAX)
		return malformed(e, whole, "nested too deeply");
	e->depth++;
	if (expand(e, &inner, text) != 0)
		goto out;
	if (inner.n > TEMPLATE_OUT_MAX / times) {
		malformed(e, whole, "expands to too much text");
		goto out;
	}
	if (encode)
		base64_encode(out, buf_slice(&inner), BASE64_STANDARD);
	for (size_t i = 0; !encode && i < times; i++)
		buf_add_slice(out, buf_slice(&inner));
	status = 0;
out:
	e->depth--;
	buf_free(&inner);
	return status;
}

/* Templates whose argument is a charset or a length. 1: done, 0: none of these, -1: malformed. */
static int expand_drawn(struct expansion *e, struct buf *out, struct slice whole, struct slice name, struct slice arg) {
	size_t n;
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		if (!slice_eq(name, slice_str(charsets[i].name)))
			continue;
		if (!parse_count(arg, &n))
			return malformed(e, whole, "expected a length from 1 to 65536 behind the colon");
		draw_text(out, &e->chance, slice_str(charsets[i].chars), n);
		return 1;
	}
	if (slice_eq(name, slice_str("password"))) {
		if (!parse_count(arg, &n))
			return malformed(e, whole, "expected a length from 1 to 65536 behind the colon");
		draw_password(out, &e->chance, n);
		return 1;
	}
	if (slice_eq(name, slice_str("any"))) {
		struct slice chars;
		if (!split_count(arg, &chars, &n))
			return malformed(e, whole, "expected {{any:CHARACTERS:N}}");
		draw_text(out, &e->chance, chars, n);
		return 1;
	}
	return 0;
}

/* {{bytes:HEX}}: what no text can hold. */
static int expand_bytes(struct expansion *e, struct buf *out, struct slice whole, struct slice hex) {
	if (hex.n == 0 || hex.n % 2)
		return malformed(e, whole, "expected {{bytes:HEX}}");
	for (size_t i = 0; i < hex.n; i += 2) {
		int high = hex_value(hex.p[i]), low = hex_value(hex.p[i + 1]);

		if (high < 0 || low < 0)
			return malformed(e, whole, "expected {{bytes:HEX}}");
		buf_add_byte(out, (uint8_t)(high * 16 + low));
	}
	return 1;
}

/* Structured samples. 1: done, 0: none of these, -1: malformed. */
static int expand_sample(
	struct expansion *e, struct buf *out, struct slice whole, struct slice name, struct slice arg) {
	if (slice_eq(name, slice_str("bytes")))
		return expand_bytes(e, out, whole, arg);
	if (slice_eq(name, slice_str("uuid")) && arg.n == 0) {
		sample_uuid(out, &e->chance);
	} else if (slice_eq(name, slice_str("github"))) {
		if (arg.n == 0)
			return malformed(e, whole, "expected {{github:PREFIX}}");
		sample_checksummed(out, &e->chance, arg);
	} else if (slice_eq(name, slice_str("npm")) && arg.n == 0) {
		sample_checksummed(out, &e->chance, slice_str("npm_"));
	} else if (slice_eq(name, slice_str("grafana")) && arg.n == 0) {
		sample_grafana(out, &e->chance);
	} else if (slice_eq(name, slice_str("jwt")) && (arg.n == 0 || slice_eq(arg, slice_str("expired")))) {
		sample_jwt(out, &e->chance, arg.n != 0);
	} else if (slice_eq(name, slice_str("nkey"))) {
		if (!sample_nkey(out, &e->chance, arg))
			return malformed(e, whole, "expected a prefix such as SU, SA, SO, U or A");
	} else if (slice_eq(name, slice_str("wif")) && arg.n == 0) {
		if (!sample_wif(out, &e->chance))
			return malformed(e, whole, "SHA-256 is not to be had");
	} else if (slice_eq(name, slice_str("bech32"))) {
		if (!sample_bech32(out, &e->chance, arg))
			return malformed(e, whole, "expected a prefix such as AGE-SECRET-KEY- or nsec");
	} else if (slice_eq(name, slice_str("pem"))) {
		if (!sample_pem(out, &e->chance, arg))
			return malformed(
				e, whole, "expected rsa, pkcs8, ec, dsa, openssh, openssh-encrypted, pgp or encrypted");
	} else {
		return 0;
	}
	return 1;
}

static int expand_one(struct expansion *e, struct buf *out, struct slice whole) {
	size_t colon = 0;
	while (colon < whole.n && whole.p[colon] != ':')
		colon++;
	struct slice name = slice_sub(whole, 0, colon), arg = slice_sub(whole, colon + 1, whole.n);
	if (slice_eq(name, slice_str("b64")) || slice_eq(name, slice_str("repeat")))
		return expand_nested(e, out, whole, name, arg);
	int done = expand_drawn(e, out, whole, name, arg);
	if (done == 0)
		done = expand_sample(e, out, whole, name, arg);
	if (done == 0)
		return malformed(e, whole, "no template of that name or form");
	return done > 0 ? 0 : -1;
}

/* `{{` followed by a letter starts a template; `${{ x }}` and `{{ .Values.x }}` of other languages are plain text. */
static bool starts_template(struct slice s, size_t i) {
	return i + 2 < s.n && s.p[i] == '{' && s.p[i + 1] == '{' &&
	       ((s.p[i + 2] >= 'a' && s.p[i + 2] <= 'z') || (s.p[i + 2] >= 'A' && s.p[i + 2] <= 'Z'));
}

/* Offset of the `}}` that ends the template whose inside starts at `from`, or SIZE_MAX. Inner templates and inner
 * single braces (JSON inside of {{b64:…}}) are matched on the way. */
static size_t find_end(struct slice s, size_t from) {
	char open[TEMPLATE_BRACE_MAX]; /* '2' for an inner template, '1' for a brace */
	size_t depth = 0;
	for (size_t i = from; i < s.n; i++) {
		bool twin = i + 1 < s.n && s.p[i] == '}' && s.p[i + 1] == '}';
		if (starts_template(s, i) || s.p[i] == '{') {
			if (depth == sizeof(open))
				return SIZE_MAX;
			open[depth++] = starts_template(s, i) ? '2' : '1';
			i += open[depth - 1] == '2';
		} else if (depth == 0 && twin) {
			return i;
		} else if (depth > 0 && open[depth - 1] == '2' && twin) {
			depth--;
			i++;
		} else if (depth > 0 && open[depth - 1] == '1' && s.p[i] == '}') {
			depth--;
		}
	}
	return SIZE_MAX;
}

static int expand(struct expansion *e, struct buf *out, struct slice text) {
	for (size_t i = 0; i < text.n;) {
		if (!starts_template(text, i)) {
			buf_add_byte(out, text.p[i++]);
			continue;
		}
		size_t end = find_end(text, i + 2);
		if (end == SIZE_MAX)
			return malformed(e, slice_sub(text, i + 2, text.n), "has no matching }}");
		if (expand_one(e, out, slice_sub(text, i + 2, end)) != 0)
			return -1;
		if (out->n > TEMPLATE_OUT_MAX)
			return malformed(e, slice_sub(text, i + 2, end), "expands to too much text");
		i = end + 2;
	}
	return 0;
}

int template_expand(struct buf *out, struct slice text, uint64_t seed, struct error *err) {
	struct expansion e = {.err = err};
	size_t start = out->n;
	chance_seed(&e.chance, seed);
	int status = expand(&e, out, text);
	if (status != 0)
		out->n = start;
	return status;
}
