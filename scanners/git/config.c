/* git's configuration files, line by line. Continuation lines and escapes are not joined: the settings asked for
 * have none. What is in remotes' URLs is for the rules to judge, not for this file. */
#include "scanners/git/config.h"

static struct slice take_line(struct slice *rest) {
	const uint8_t *lf = memchr(rest->p, '\n', rest->n);
	struct slice line = lf ? slice_sub(*rest, 0, (size_t)(lf - rest->p)) : *rest;
	*rest = slice_sub(*rest, line.n + 1, rest->n);
	return slice_trim(line);
}

/* "[section]", "[section "sub"]", "[section.sub]"; what follows the bracket stays in *line. */
static void take_section(struct config_iter *it, struct slice *line) {
	size_t i = 1, quote;
	while (i < line->n && line->p[i] != ']' && line->p[i] != '"' && line->p[i] != '.')
		i++;
	it->section = slice_trim(slice_sub(*line, 1, i));
	it->subsection = (struct slice){NULL, 0};
	if (i < line->n && line->p[i] == '"') {
		for (quote = ++i; i < line->n && line->p[i] != '"'; i++)
			if (line->p[i] == '\\')
				i++;
		it->subsection = slice_sub(*line, quote, i);
	} else if (i < line->n && line->p[i] == '.') {
		for (quote = ++i; i < line->n && line->p[i] != ']'; i++)
			;
		it->subsection = slice_sub(*line, quote, i);
	}
	while (i < line->n && line->p[i] != ']')
		i++;
	*line = slice_trim(slice_sub(*line, i + 1, line->n));
}

static struct slice value_of(struct slice s) {
	bool quoted = false;
	size_t end = 0;
	for (; end < s.n; end++) {
		if (s.p[end] == '"')
			quoted = !quoted;
		else if (s.p[end] == '\\')
			end++;
		else if (!quoted && (s.p[end] == '#' || s.p[end] == ';'))
			break;
	}
	s = slice_trim(slice_sub(s, 0, end));
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = slice_sub(s, 1, s.n - 1);
	return s;
}

bool config_next(struct config_iter *it, struct config_entry *out) {
	while (it->rest.n > 0) {
		struct slice line = take_line(&it->rest);
		if (line.n > 0 && line.p[0] == '[')
			take_section(it, &line);
		if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
			continue;
		const uint8_t *eq = memchr(line.p, '=', line.n);
		size_t key = eq ? (size_t)(eq - line.p) : line.n;
		out->section = it->section;
		out->subsection = it->subsection;
		out->key = slice_trim(slice_sub(line, 0, key));
		out->value = eq ? value_of(slice_trim(slice_sub(line, key + 1, line.n))) : (struct slice){NULL, 0};
		return true;
	}
	return false;
}

struct repo_settings repo_settings_parse(struct slice config) {
	struct repo_settings s = {.id_bytes = 20};
	struct config_iter it = config_iter(config);
	struct config_entry e;
	while (config_next(&it, &e)) {
		bool extension = slice_eq_nocase(e.section, slice_str("extensions"));
		bool remote = slice_eq_nocase(e.section, slice_str("remote"));
		if (extension && slice_eq_nocase(e.key, slice_str("objectformat"))) {
			s.id_bytes = slice_eq_nocase(e.value, slice_str("sha1"))     ? 20
				     : slice_eq_nocase(e.value, slice_str("sha256")) ? 32
										     : 0;
		} else if (extension && slice_eq_nocase(e.key, slice_str("refstorage"))) {
			s.is_reftable = slice_eq_nocase(e.value, slice_str("reftable"));
		} else if ((extension && slice_eq_nocase(e.key, slice_str("partialclone"))) ||
			   (remote && slice_eq_nocase(e.key, slice_str("partialclonefilter"))) ||
			   (remote && slice_eq_nocase(e.key, slice_str("promisor")) &&
				   !slice_eq_nocase(e.value, slice_str("false")))) {
			s.is_partial = true;
		}
	}
	return s;
}
