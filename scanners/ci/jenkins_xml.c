/* Credentials of a Jenkins controller as it stores them: credentials.xml, and config.xml of folders and jobs (XStream's XML, credentials-plugin; values of
 * hudson.util.Secret are "{base64}"). Tags and their text are all that is read of the XML. And the keys that open them: secrets/master.key. */
#include "core/buf.h"
#include "scanners/ci/ci.h"
#include "scanners/ci/systems.h"
#include "scanners/lines.h"

#include <stdlib.h>

#define VALUES_MAX 10000

struct xml {
	const struct reader_input *in;
	struct fact_set *set;
	struct lines lines;
	struct slice text, id; /* the document; the id of the credential at hand */
	size_t values;
};

static const char *const value_tags[] = {"password", "secret", "secretBytes", "privateKey", "passphrase", "secretKey",
	"token", "apiToken", "clientSecret", "secretAccessKey", "keystorePassword", NULL};

static bool is_value(struct slice tag) {
	for (size_t i = 0; value_tags[i]; i++)
		if (slice_eq(tag, slice_str(value_tags[i])))
			return true;
	return false;
}

/* "{AQAAABAA…}", the form since Jenkins 2; older ones are base64 alone, of whole blocks of 16 bytes. */
static bool is_encrypted(struct slice s) {
	if (s.n > 2 && s.p[0] == '{' && s.p[s.n - 1] == '}')
		s = slice_sub(s, 1, s.n - 1);
	else if (s.n < 24 || s.n % 4 || s.p[s.n - 1] != '=')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
			s.p[i] != '+' && s.p[i] != '/' && s.p[i] != '=')
			return false;
	return true;
}

static void add(struct xml *x, const char *kind, struct slice name, struct slice tag, size_t from, size_t to) {
	struct fact *f = fact_add(
		x->set, FACT_CREDENTIAL, jenkins_xml_reader.name, x->in->source, lines_span(&x->lines, from, to));
	struct buf where = {0};

	buf_printf(&where, "<%.*s>", (int)tag.n, (const char *)tag.p);
	f->name = arena_copy(&x->set->arena, name.n ? name : tag);
	fact_set_text(x->set, f, "system", slice_str("jenkins"), f->span);
	fact_set_text(x->set, f, "kind", slice_str(kind), f->span);
	fact_set_bool(x->set, f, "literal", strcmp(kind, "literal") == 0, f->span);
	fact_set_text(x->set, f, "where", buf_slice(&where), f->span);
	buf_free(&where);
}

static void take_value(struct xml *x, struct slice tag, size_t from, size_t to) {
	const struct slice raw = slice_sub(x->text, from, to), value = slice_trim(raw);

	if (!value.n || x->values++ >= VALUES_MAX)
		return;
	from += (size_t)(value.p - raw.p);
	add(x, is_encrypted(value) ? "stored" : "literal", x->id, tag, from, from + value.n);
}

/* One leaf, <tag …>text</tag>, the text in [from, to). */
static void take_leaf(struct xml *x, struct slice tag, size_t from, size_t to) {
	if (slice_eq(tag, slice_str("id")))
		x->id = slice_trim(slice_sub(x->text, from, to));
	else if (is_value(tag))
		take_value(x, tag, from, to);
}

static struct slice tag_name(struct slice s, size_t at) {
	size_t end = at;

	while (end < s.n && s.p[end] != '>' && s.p[end] != ' ' && s.p[end] != '/' && s.p[end] != '\n')
		end++;
	return slice_sub(s, at, end);
}

/* Tags one after the other: an opening one whose text ends at its own closing one is a leaf. */
static void read_tags(struct xml *x) {
	struct slice open = {0};
	size_t text = 0;

	for (size_t i = 0; i < x->text.n; i++) {
		const uint8_t *lt = memchr(x->text.p + i, '<', x->text.n - i), *gt;

		if (!lt)
			return;
		i = (size_t)(lt - x->text.p);
		gt = memchr(lt, '>', x->text.n - i);
		if (!gt)
			return;
		if (i + 1 < x->text.n && x->text.p[i + 1] == '/') {
			if (open.n && slice_eq(open, tag_name(x->text, i + 2)))
				take_leaf(x, open, text, i);
			open.n = 0;
		} else {
			open = gt[-1] == '/' ? slice_of(NULL, 0) : tag_name(x->text, i + 1);
			text = (size_t)(gt - x->text.p) + 1;
			/* an element of its own kind begins with no id */
			if (slice_has_suffix(open, "Impl") || slice_has_suffix(open, "Credentials"))
				x->id = (struct slice){0};
		}
		i = (size_t)(gt - x->text.p);
	}
}

static bool is_master_key(struct slice path) {
	return slice_eq(path, slice_str("secrets/master.key")) || slice_has_suffix(path, "/secrets/master.key");
}

static bool wants(struct slice path) {
	const struct slice name = slice_base_name(path);

	return slice_eq(name, slice_str("credentials.xml")) || slice_eq(name, slice_str("config.xml")) ||
	       is_master_key(path);
}

/* 256 hexadecimal digits (hudson.util: DefaultConfidentialStore). */
static bool read_master_key(struct xml *x) {
	const struct slice s = slice_trim(x->text);

	if (s.n != 256)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (hex_value(s.p[i]) < 0)
			return false;
	add(x, "master-key", slice_str("master.key"), slice_str("secrets"), 0, s.n);
	return true;
}

static bool read_xml(const struct reader_input *in, struct fact_set *set) {
	struct xml x = {.in = in, .set = set, .text = in->doc->bytes};
	const size_t before = set->all.n;

	lines_of(&x.lines, x.text);
	if (is_master_key(in->doc->path))
		read_master_key(&x);
	else if (slice_find(x.text, slice_str("credentials")) >= 0 &&
		 (slice_find(x.text, slice_str("com.cloudbees.plugins.credentials")) >= 0 ||
			 slice_find(x.text, slice_str("org.jenkinsci.plugins")) >= 0))
		read_tags(&x);
	lines_free(&x.lines);
	if (x.values > VALUES_MAX)
		coverage_note(in->coverage, "limit-pipeline", true, "a Jenkins controller's credentials",
			"are more than 10,000; those behind are not read");
	return set->all.n > before;
}

const struct reader jenkins_xml_reader = {"jenkins-credentials", wants, read_xml};
