/* Judging by content. One function a question; the order is that of their certainty: what it refers to, what it stands
 * for, whether the shape fits, what offline checks say. Names and paths are judged in naming.c and judge_path.c. */
#include "rules/judge.h"

#include "rules/base64.h"
#include "rules/bytes.h"
#include "rules/context.h"
#include "rules/measure.h"
#include "rules/naming.h"
#include "rules/placeholder.h"
#include "rules/wellformed.h"

#include <stdio.h>

static void reject(struct judgement *j, const char *code, const char *text) {
	j->rejected = true;
	judgement_add(j, code, text);
}

static void shift(struct judgement *j, int by, const char *code, const char *text) {
	j->confidence_shift += by;
	judgement_add(j, code, text);
}

/* What comes before the value on its line up to the match's end decides how code is told from configuration. */
static uint8_t byte_after(const struct matched *m) {
	return m->end < m->text.n ? m->text.p[m->end] : '\n';
}

static bool is_identifier(struct slice v) {
	if (!v.n || (v.p[0] >= '0' && v.p[0] <= '9'))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		uint8_t c = v.p[i] | 0x20;

		if (!((c >= 'a' && c <= 'z') || (v.p[i] >= '0' && v.p[i] <= '9') || v.p[i] == '_' || v.p[i] == '-' ||
			    v.p[i] == '.' || v.p[i] == '$' || v.p[i] == ':'))
			return false;
	}
	return true;
}

/* Unquoted text that a program computes: calls, members, indexing, arithmetic. */
static bool is_expression(struct slice v, const struct shape *h) {
	bool call = false, member = false;

	for (size_t i = 0; i < v.n; i++) {
		call |= v.p[i] == '(' || v.p[i] == ')' || v.p[i] == '[' || v.p[i] == ']' || v.p[i] == '{' ||
			v.p[i] == '}';
		member |= i > 0 && i + 1 < v.n && v.p[i] == '.' && byte_is_name(v.p[i - 1]) && byte_is_name(v.p[i + 1]);
		member |= i > 0 && i + 1 < v.n &&
			  ((v.p[i] == '-' && v.p[i + 1] == '>') || (v.p[i] == ':' && v.p[i + 1] == ':') ||
				  (v.p[i] == '&' && v.p[i + 1] == '&') || (v.p[i] == '|' && v.p[i + 1] == '|'));
	}
	if (call)
		return true;
	return (member && is_identifier(v) && (h->word_bits < 5.2 || h->digit == 0)) ||
	       (v.n && (v.p[0] == '&' || v.p[0] == '*') && is_identifier(slice_sub(v, 1, v.n)));
}

/* Is the value itself a word for secrets, as in my_db_password? */
static bool value_names_secret(struct slice v) {
	static const char *const words[] = {"pass", "pwd", "secret", "word", "token", "key", NULL};

	for (size_t i = 0; words[i]; i++)
		if (slice_find_nocase(v, slice_str(words[i])) >= 0)
			return true;
	return false;
}

static bool same_as_name(struct slice v, struct slice name) {
	uint8_t a[64], b[64];
	size_t na = 0, nb = 0;

	for (size_t i = 0; i < v.n && na < sizeof(a); i++)
		if (((v.p[i] | 0x20) >= 'a' && (v.p[i] | 0x20) <= 'z'))
			a[na++] = v.p[i] | 0x20;
	for (size_t i = 0; i < name.n && nb < sizeof(b); i++)
		if (((name.p[i] | 0x20) >= 'a' && (name.p[i] | 0x20) <= 'z'))
			b[nb++] = name.p[i] | 0x20;
	if (na < 4 || nb < 4)
		return false;
	return slice_find(slice_of(b, nb), slice_of(a, na)) >= 0 || slice_find(slice_of(a, na), slice_of(b, nb)) >= 0;
}

/* Things that no secret of any kind is. */
static bool judge_stand_ins(const struct matched *m, const struct shape *h, struct judgement *j) {
	bool machine = m->rule->kind == KIND_TOKEN || m->rule->kind == KIND_KEY_ID || m->rule->kind == KIND_JWT ||
		       m->rule->kind == KIND_HASH;
	struct reason why;

	if (value_is_encrypted(m->value, &why)) {
		j->verdict = VERDICT_ENCRYPTED;
		reject(j, why.code, why.text);
	} else if (value_is_reference(m->value, &why) || value_is_placeholder(m->value, machine, &why)) {
		j->verdict = VERDICT_EXAMPLE;
		reject(j, why.code, why.text);
	} else if (matched_cut_short(m)) {
		j->verdict = VERDICT_EXAMPLE;
		reject(j, "cut-short", "is cut short");
	} else if (m->rule->kind != KIND_HASH && shape_is_sequence(h, m->value)) {
		j->verdict = VERDICT_EXAMPLE;
		reject(j, "sequence", "is a row or repetition, not random");
	} else if (m->rule->entropy > 0 && h->entropy < m->rule->entropy) {
		reject(j, "low-entropy", "is less random than its kind always is");
	}
	return !j->rejected;
}

/* A token of known shape. Contextual ones (matched by the service's name) must look random too. */
static void judge_token(const struct matched *m, const struct shape *h, struct judgement *j) {
	if (h->n >= 16 && h->digit == 0 && h->word_bits > 0 && h->word_bits < 4.8 && !h->all_hex)
		reject(j, "words", "reads like words");
	else if (m->rule->ignore_case && h->n >= 16 && h->n < 100 && h->classes < 2 && !h->all_hex)
		reject(j, "one-class", "has only one class of characters");
	else if (m->rule->ignore_case && slice_is_number(m->value) && h->n < 20)
		reject(j, "number", "is a number");
}

/* Words with separators between: first-vault-password, user.pwd. */
static bool is_joined_words(struct slice v, const struct shape *h) {
	size_t joints = 0;

	for (size_t i = 1; i + 1 < v.n; i++)
		joints += memchr("-_. @:/+", v.p[i], 8) != NULL;
	return joints && joints == h->symbol + h->space && h->digit == 0 && h->n >= 4 * (joints + 1) &&
	       h->word_bits < 5.2;
}

/* Letters that a person could say: no more surprising than words are. */
static bool is_wordy(const struct shape *h) {
	return h->word_bits > 0 && h->word_bits < 4.9;
}

/* A password as people choose them: hard to tell from words, so doubts lower the confidence instead of hiding it. */
static void judge_password(const struct matched *m, const struct shape *h, struct judgement *j) {
	bool wordy = is_wordy(h);

	if (h->n < 4)
		reject(j, "too-short", "is too short");
	else if (h->space > 1 || (h->space && wordy && !h->digit))
		reject(j, "prose", "is a sentence");
	else if (h->other > 1 && !h->digit)
		shift(j, -1, "words", "is written in letters beyond ASCII, as words are");
	else if (is_joined_words(m->value, h))
		shift(j, -1, "words", "reads like words");
	else if (shape_is_random(h))
		judgement_add(j, "random", "looks drawn at random");
	else if (h->classes >= 3 && h->n >= 6)
		judgement_add(j, "mixed", "mixes three classes of characters");
	else if (slice_is_number(m->value))
		shift(j, -1, "number", "is a number");
	else if (h->digit + h->symbol == 0 && wordy)
		shift(j, -1, "words", "reads like words");
	else if (h->n < 5 || (h->n < 6 && h->classes < 2 && wordy))
		shift(j, -1, "short", "is short");
	else if (wordy && h->digit + h->symbol < 2)
		shift(j, -1, "words", "reads like a word with little added");
	else
		judgement_add(j, "no-word", "is not a word");
}

static bool has_escapes(struct slice v) {
	for (size_t i = 0; i + 1 < v.n; i++)
		if (v.p[i] == '\\' && memchr("nrtx0", v.p[i + 1], 5))
			return true;
	return false;
}

/* A value under a machine-made name: must look random, since configuration is full of other texts. */
static void judge_machine_value(const struct matched *m, const struct shape *h, enum named told, struct judgement *j) {
	if (h->space)
		reject(j, "prose", "holds blanks");
	else if (has_escapes(m->value) && (told == NAMED_KEY || is_wordy(h)))
		reject(j, "text", "holds line ends or bytes written as escapes");
	else if (told == NAMED_KEY && !h->all_base64)
		reject(j, "not-random", "is no key as machines write them");
	else if (h->n < 8)
		reject(j, "too-short", "is too short for a token");
	else if (slice_is_number(m->value))
		reject(j, "number", "is a number");
	else if (slice_is_uuid(m->value)) {
		if (told == NAMED_KEY)
			reject(j, "uuid", "is a UUID under a name of no secret");
		else
			judgement_add(j, "uuid", "is a UUID under a secret's name");
	} else if (shape_is_random(h))
		judgement_add(j, "random", "looks drawn at random");
	else if (told == NAMED_KEY)
		reject(j, "not-random", "is not random, and a key may be anything");
	else if (h->classes == 4 && h->n >= 10)
		judgement_add(j, "mixed", "mixes all classes of characters");
	else if (h->word_bits > 0 && h->word_bits < 5.2 && h->digit + h->symbol < h->n / 3)
		reject(j, "words", "reads like words");
	else if (h->classes >= 3 && h->n >= 10 && h->switches >= 2)
		judgement_add(j, "mixed", "mixes three classes of characters");
	else if (!is_wordy(h) && (h->switches >= 3 || (h->classes >= 3 && h->digit) || (h->n >= 10 && !h->symbol)))
		judgement_add(j, "no-word", "is no word");
	else
		shift(j, -1, "not-random", "does not look random");
}

/* ARG_TYPE_STRING: the name of a constant. */
static bool is_constant_name(struct slice v, const struct shape *h) {
	return h->lower == 0 && h->upper > h->digit && memchr(v.p, '_', v.n) && is_identifier(v);
}

static void judge_unquoted(const struct matched *m, const struct shape *h, struct judgement *j) {
	uint8_t next = byte_after(m);

	if (is_expression(m->value, h) || next == '(' || next == '[' || next == '{' || m->joint == JOINT_CALL ||
		m->joint == JOINT_COMMA)
		reject(j, "expression", "is computed by code");
	else if (m->value.p[m->value.n - 1] == ':' || (strchr("=+", m->value.p[m->value.n - 1]) && byte_is_quote(next)))
		reject(j, "expression", "is another name");
	else if (is_identifier(m->value) && h->digit == 0 && h->n < 32 && next && strchr(",);", next))
		reject(j, "identifier", "is a name in code");
	else if (m->spaced && matched_line_goes_on(m) && !(m->joint == JOINT_BLANK && h->digit) &&
		 (is_wordy(h) || is_identifier(m->value)) && !shape_is_random(h))
		reject(j, "prose", "is the first of several words");
	else if (is_identifier(m->value) && !shape_is_random(h))
		judgement_add(j, "bare-word", "stands without quotes");
}

/* Quoted arguments of a call: which of them is a secret is told by the call's name alone. */
static void judge_argument(const struct matched *m, const struct shape *h, enum named told, struct judgement *j) {
	if (m->joint == JOINT_COMMA) {
		if (!(m->name_quoted && matched_call_sets(m)) && !shape_is_random(h) && (is_wordy(h) || h->digit == 0))
			reject(j, "argument", "may be any other argument");
	} else if (m->joint == JOINT_BLANK) {
		if (m->name_quoted && !shape_is_random(h) && (is_wordy(h) || h->digit == 0))
			reject(j, "argument", "may be any other argument");
	} else if (name_asks(m->name))
		reject(j, "argument", "is handed to a question, not a setter");
	else if (told != NAMED_PASSWORD && !shape_is_random(h) && is_wordy(h))
		reject(j, "argument", "may be any other argument");
}

/* Between two strings of minified code: "Password:"),a?b("code" */
static bool is_between_strings(struct slice v) {
	return v.n >= 3 && memchr("),];}+.", v.p[0], 7) && memchr("(,[{+=:;? ", v.p[v.n - 1], 10);
}

/* Base64 of a placeholder or of prose, as in examples of Kubernetes Secrets. */
static bool is_encoded_words(struct slice v, const struct shape *h, struct reason *why) {
	struct buf text = {0};
	bool found = false;

	if (h->n < 8 || h->n > 128 || h->n % 4 != 0 || !h->all_base64 || slice_has_prefix(v, "eyJ"))
		return false;
	if (base64_decode(&text, v, BASE64_STANDARD) && slice_is_text(buf_slice(&text))) {
		struct slice plain = slice_trim(buf_slice(&text));
		struct shape inner = shape_of(plain);

		found = value_is_placeholder(plain, false, why);
		if (!found && inner.n >= 8 && inner.digit == 0 && is_wordy(&inner) && inner.symbol + inner.space > 0) {
			*why = (struct reason){"words", "is base64 of words"};
			found = true;
		}
	}
	buf_free(&text);
	return found;
}

static void judge_generic(const struct matched *m, const struct shape *h, enum named told, struct judgement *j) {
	struct reason why;

	if (value_is_keyword(m->value, &why) || value_is_hash(m->value, &why) ||
		value_is_other_thing(m->value, h, &why) || is_encoded_words(m->value, h, &why)) {
		reject(j, why.code, why.text);
		return;
	}
	if (is_constant_name(m->value, h)) {
		reject(j, "constant", "is the name of a constant");
		return;
	}
	if (matched_assigns_nothing(m) || matched_in_arn(m)) {
		reject(j, "no-assignment", "is assigned to nothing here");
		return;
	}
	if (told == NAMED_KEY && matched_called_public(m)) {
		reject(j, "name", "is assigned to something that is no secret");
		return;
	}
	if (same_as_name(m->value, m->name) && (told != NAMED_PASSWORD || value_names_secret(m->value))) {
		reject(j, "same-as-name", "repeats its own name");
		return;
	}
	if (m->quoted && is_between_strings(m->value))
		reject(j, "expression", "stands between two strings");
	else if (!m->quoted)
		judge_unquoted(m, h, j);
	else if (m->joint == JOINT_COMMA || m->joint == JOINT_CALL || m->joint == JOINT_BLANK)
		judge_argument(m, h, told, j);
	if (j->rejected)
		return;
	if (told == NAMED_PASSWORD)
		judge_password(m, h, j);
	else
		judge_machine_value(m, h, told, j);
	if (!j->rejected && slice_is_uuid(m->value) && matched_in_query(m))
		shift(j, -1, "query", "is a UUID in an address");
	if (!j->rejected && matched_joined_on(m) && !shape_is_random(h))
		shift(j, -1, "joined", "is only a part of what is assigned");
	if (!j->rejected && m->joint == JOINT_COMPARES)
		shift(j, -1, "comparison", "is compared with, not assigned");
}

/* A password at a place made for one (a flag, a header, a field of a known file). */
static void judge_known_password(const struct matched *m, const struct shape *h, struct judgement *j) {
	struct reason why;

	if (value_is_keyword(m->value, &why) || value_is_hash(m->value, &why))
		reject(j, why.code, why.text);
	else if (is_constant_name(m->value, h))
		reject(j, "constant", "is the name of a constant");
	else if (!m->quoted &&
		 (m->value.p[m->value.n - 1] == ':' ||
			 ((m->joint == JOINT_ASSIGNS || m->joint == JOINT_CALL) && is_expression(m->value, h))))
		reject(j, "expression", "is computed by code");
	else if (!m->quoted && m->joint == JOINT_BLANK &&
		 (m->name_quoted || (m->spaced && h->digit + h->symbol == 0 && is_wordy(h) && m->name.n &&
					    m->name.p[0] != '-' && matched_line_goes_on(m))))
		reject(j, "prose", "is one of several words");
	else if (value_is_other_thing(m->value, h, &why) && strcmp(why.code, "path") == 0)
		reject(j, why.code, why.text);
	else
		judge_password(m, h, j);
}

static void judge_url(const struct matched *m, const struct shape *h, struct judgement *j) {
	static const char *const nowhere[] = {"@example.", "@host:", "@host/", "@hostname", "@server:", "@some",
		"@localhost", "@127.0.0.1", "@foo", "@bar", NULL};
	struct slice after = slice_sub(m->text, m->end, m->end + 48);
	struct reason why;

	if (value_is_keyword(m->value, &why)) {
		reject(j, why.code, why.text);
		return;
	}
	if (h->space) {
		reject(j, "prose", "holds blanks");
		return;
	}
	if (is_constant_name(m->value, h)) {
		reject(j, "constant", "is the name of a constant");
		return;
	}
	judge_password(m, h, j);
	if (!j->rejected && matched_is_user_too(m))
		shift(j, -1, "same-as-user", "repeats the user's name");
	for (size_t i = 0; nowhere[i] && !shape_is_random(h) && (is_wordy(h) || i < 2); i++)
		if (after.n >= strlen(nowhere[i]) &&
			slice_eq_nocase(slice_sub(after, 0, strlen(nowhere[i])), slice_str(nowhere[i]))) {
			shift(j, -1, "local-host", "is for a local or example host");
			break;
		}
}

static void run_checks(const struct matched *m, struct arena *a, struct judgement *j) {
	for (size_t i = 0; i < m->rule->nchecks && !j->rejected; i++) {
		const struct wellformed_check *c = wellformed_find(m->rule->checks[i]);

		if (c)
			c->run(m->value, m->now, a, j);
	}
	if (j->verdict == VERDICT_EXAMPLE && !j->rejected)
		shift(j, -2, "example", "is published as an example");
	if (j->verdict == VERDICT_BAD_CHECKSUM)
		shift(j, -2, "bad-checksum", "has the shape of the token, not its checksum");
}

void judge_content(const struct matched *m, struct arena *a, struct judgement *j) {
	enum named told = NAMED_NOTHING;
	struct shape h;

	if (m->rule->kind == KIND_PRIVATE_KEY) {
		run_checks(m, a, j);
		return;
	}
	/* The name is the cheapest question and settles most matches. */
	if (m->rule->kind == KIND_GENERIC) {
		told = name_tells(m->name);
		if (told == NAMED_NOTHING || told == NAMED_ABOUT || told == NAMED_HASH) {
			reject(j, "name", "is assigned to something that is no secret");
			return;
		}
	}
	h = shape_of(m->value);
	if (!judge_stand_ins(m, &h, j))
		return;
	switch (m->rule->kind) {
	case KIND_TOKEN:
	case KIND_KEY_ID:
		judge_token(m, &h, j);
		break;
	case KIND_PASSWORD:
		judge_known_password(m, &h, j);
		break;
	case KIND_URL:
		judge_url(m, &h, j);
		break;
	case KIND_GENERIC:
		judge_generic(m, &h, told, j);
		break;
	default:
		break;
	}
	if (!j->rejected)
		run_checks(m, a, j);
}

enum confidence judged_confidence(const struct rule *r, const struct judgement *j) {
	int c = (int)r->confidence + j->confidence_shift;

	return c < CONFIDENCE_LOW ? CONFIDENCE_LOW : c > CONFIDENCE_HIGH ? CONFIDENCE_HIGH : (enum confidence)c;
}

enum severity judged_severity(const struct rule *r, const struct judgement *j) {
	int s = (int)r->severity;

	if (j->verdict == VERDICT_EXPIRED || j->verdict == VERDICT_ENCRYPTED || j->verdict == VERDICT_BAD_CHECKSUM)
		s -= 2;
	return s < SEVERITY_INFO ? SEVERITY_INFO : (enum severity)s;
}
