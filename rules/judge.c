/* Judging by content. One function a question; the order is that of their certainty: what it refers to, what it stands
 * for, whether the shape fits, what offline checks say. Passwords are judged in judge_password.c, what is computed in
 * judge_code.c, names and paths in naming.c and judge_path.c. */
#include "rules/judge_parts.h"

#include "rules/base64.h"
#include "rules/bytes.h"
#include "rules/context.h"
#include "rules/measure.h"
#include "rules/naming.h"
#include "rules/placeholder.h"
#include "rules/wellformed.h"

#include <stdio.h>

/* What comes before the value on its line up to the match's end decides how code is told from configuration. */
static uint8_t byte_after(const struct matched *m) {
	return m->end < m->text.n ? m->text.p[m->end] : '\n';
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

/* So long and so mixed that a short word in it came about by chance. */
static bool is_long_draw(const struct shape *h) {
	return h->n >= 32 && h->all_base64 && h->upper && h->lower && h->digit && h->switches * 4 >= h->n &&
	       shape_is_random(h);
}

/* Things that no secret of any kind is. */
static bool judge_stand_ins(const struct matched *m, const struct shape *h, enum named told, struct judgement *j) {
	bool password = told == NAMED_PASSWORD || m->rule->kind == KIND_PASSWORD || m->rule->kind == KIND_URL;
	bool weak = password && value_is_weak_password(m->value);
	bool machine = m->rule->kind == KIND_TOKEN || m->rule->kind == KIND_KEY_ID || m->rule->kind == KIND_JWT ||
		       m->rule->kind == KIND_HASH || (!password && is_long_draw(h));
	struct reason why;

	if (value_is_encrypted(m->value, &why)) {
		j->verdict = VERDICT_ENCRYPTED;
		judged_reject(j, why.code, why.text);
	} else if (value_is_reference(m->value, &why) || (!weak && value_is_placeholder(m->value, machine, &why))) {
		j->verdict = VERDICT_EXAMPLE;
		judged_reject(j, why.code, why.text);
	} else if (matched_cut_short(m) || (!password && value_is_elided(m->value))) {
		j->verdict = VERDICT_EXAMPLE;
		judged_reject(j, "cut-short", "is cut short");
	} else if (m->rule->kind != KIND_HASH && !weak && shape_is_sequence(h, m->value)) {
		j->verdict = VERDICT_EXAMPLE;
		judged_reject(j, "sequence", "is a row or repetition, not random");
	} else if (m->rule->entropy > 0 && h->entropy < m->rule->entropy) {
		judged_reject(j, "low-entropy", "is less random than its kind always is");
	}
	return !j->rejected;
}

/* Rows of so many bytes in a token were typed; of so many, they are its body. */
#define COUNTING_PART 8
#define COUNTING_MOST 16

/* A token of known shape. Contextual ones (matched by the service's name) must look random too. */
static void judge_token(const struct matched *m, const struct shape *h, struct judgement *j) {
	if (h->n >= 16 && h->digit == 0 && h->word_bits > 0 && h->word_bits < 4.8 && !h->all_hex)
		judged_reject(j, "words", "reads like words");
	else if (m->rule->kind == KIND_KEY_ID && matched_in_scope(m))
		judged_shift(j, -2, "scope", "signs one request, and is no use without the secret");
	else if (m->rule->ignore_case && h->n >= 16 && h->n < 100 && h->classes < 2 && !h->all_hex)
		judged_reject(j, "one-class", "has only one class of characters");
	else if (m->rule->ignore_case && h->digit == 0 && same_as_name(m->value, m->name))
		judged_reject(j, "same-as-name", "repeats its own name");
	else if (m->rule->ignore_case && slice_is_number(m->value) && h->n < 20)
		judged_reject(j, "number", "is a number");
	else if (m->rule->ignore_case && (value_is_joined_words(m->value, h) || value_is_slug(m->value, h)))
		judged_reject(j, "words", "is words with separators between");
	else if (bytes_counting_up(m->value) >= COUNTING_PART)
		judged_shift(j, bytes_counting_up(m->value) >= COUNTING_MOST ? -2 : -1, "counting",
			"holds a row as 12345678, typed by somebody");
}

static bool has_escapes(struct slice v) {
	for (size_t i = 0; i + 1 < v.n; i++)
		if (v.p[i] == '\\' && memchr("nrtx0", v.p[i + 1], 5))
			return true;
	return false;
}

/* \\u5bc6\\u9470: two or more letters written as escapes. */
static bool holds_unicode_escapes(struct slice v) {
	size_t found = 0;

	for (size_t i = 0; i + 5 < v.n; i++)
		found += v.p[i] == '\\' && v.p[i + 1] == 'u' && v.p[i + 2] <= '9' && v.p[i + 2] >= '0';
	return found >= 2;
}

static bool holds_uuid(struct slice v) {
	for (size_t i = 0; i + 36 <= v.n; i++)
		if (slice_is_uuid(slice_sub(v, i, i + 36)))
			return true;
	return false;
}

/* jwt.secret=BillingApp2020: people choose what a secret of their own making is, unlike a vendor's token; the name must end in the
 * word, and the value have more than words. */
static bool is_chosen_secret(const struct matched *m, const struct shape *h) {
	struct slice name = m->name;

	if (slice_has_suffix_nocase(name, "key"))
		name = slice_sub(name, 0, name.n - 3);
	while (name.n && strchr("_-.", name.p[name.n - 1]))
		name.n--;
	for (size_t i = 0; i < h->n; i++)
		if (strchr("/:-.", m->value.p[i]))
			return false;
	return slice_has_suffix_nocase(name, "secret") && h->n >= 8 && h->digit >= 2 && h->symbol <= h->n / 4 &&
	       !value_names_secret(m->value);
}

/* A value under a machine-made name: must look random, since configuration is full of other texts. */
static void judge_machine_value(const struct matched *m, const struct shape *h, enum named told, struct judgement *j) {
	if (h->space)
		judged_reject(j, "prose", "holds blanks");
	else if (h->other > 1 || holds_unicode_escapes(m->value))
		judged_reject(j, "text", "holds letters beyond ASCII, as no token does");
	else if (told == NAMED_KEY && h->n == 40 && h->all_hex && h->lower == 0)
		judged_reject(j, "fingerprint", "has the form of an OpenPGP fingerprint");
	else if (has_escapes(m->value) && (told == NAMED_KEY || shape_is_wordy(h)))
		judged_reject(j, "text", "holds line ends or bytes written as escapes");
	else if (told == NAMED_KEY && !h->all_base64)
		judged_reject(j, "not-random", "is no key as machines write them");
	else if (m->value.p[0] == '.' || m->value.p[h->n - 1] == '.')
		judged_shift(j, -1, "cut-short", "begins or ends with a dot, as if more belonged to it");
	else if (told == NAMED_TOKEN && h->n >= 6 && h->n < 12 && h->word_bits > 6.4 && !h->symbol)
		judged_shift(j, -(!m->quoted && h->n < 8), !m->quoted && h->n < 8 ? "short" : "no-word",
			"is short, and no word");
	else if (h->n < 8)
		judged_reject(j, "too-short", "is too short for a token");
	else if (slice_is_number(m->value))
		judged_reject(j, "number", "is a number");
	else if (slice_is_uuid(m->value)) {
		if (told == NAMED_KEY)
			judged_reject(j, "uuid", "is a UUID under a name of no secret");
		else
			judgement_add(j, "uuid", "is a UUID under a secret's name");
	} else if (told == NAMED_KEY && holds_uuid(m->value))
		judged_reject(j, "uuid", "holds a UUID under a name of no secret");
	else if (shape_is_random(h))
		judgement_add(j, "random", "looks drawn at random");
	else if (told == NAMED_KEY)
		judged_reject(j, "not-random", "is not random, and a key may be anything");
	else if (h->classes == 4 && h->n >= 10)
		judgement_add(j, "mixed", "mixes all classes of characters");
	else if (told == NAMED_TOKEN && is_chosen_secret(m, h))
		judgement_add(j, "chosen", "has digits added, as people choose secrets");
	else if (h->word_bits > 0 && h->word_bits < 5.2 && h->digit + h->symbol < h->n / 3)
		judged_reject(j, "words", "reads like words");
	else if (value_is_slug(m->value, h))
		judged_shift(j, -1, "words", "is words and numbers joined");
	else if (h->n < 12 && h->symbol)
		judged_shift(j, -1, "not-random", "is short for a token, and parts are joined in it");
	else if (h->classes >= 3 && h->n >= 10 && h->switches >= 2)
		judgement_add(j, "mixed", "mixes three classes of characters");
	else if (!shape_is_wordy(h) &&
		 (h->switches >= 3 || (h->classes >= 3 && h->digit) || (h->n >= 10 && !h->symbol)))
		judgement_add(j, "no-word", "is no word");
	else
		judged_shift(j, -1, "not-random", "does not look random");
}

/* password.reset.subject=Reset your password, set /p PASSWORD=Enter password: what people are told or asked. */
static bool begins_label(struct slice v) {
	static const char *const words[] = {"change", "confirm", "enter", "forgot", "invalid", "new", "old", "please",
		"repeat", "reset", "strong", "the", "weak", "wrong", "your", NULL};

	for (size_t i = 0; words[i]; i++)
		if (slice_eq_nocase(v, slice_str(words[i])))
			return true;
	return false;
}

/* Constraint!, LoginView?: types of Swift and Kotlin. */
static bool is_optional_type(struct slice v, const struct shape *h) {
	return h->n > 3 && (v.p[h->n - 1] == '!' || v.p[h->n - 1] == '?') && v.p[0] >= 'A' && v.p[0] <= 'Z' &&
	       h->digit == 0 && h->lower && value_is_identifier(slice_sub(v, 0, h->n - 1));
}

static void judge_unquoted(const struct matched *m, const struct shape *h, struct judgement *j) {
	uint8_t next = byte_after(m);

	if (value_is_expression(m->value, h) || next == '(' || next == '[' || next == '{' || m->joint == JOINT_CALL ||
		m->joint == JOINT_COMMA)
		judged_reject(j, "expression", "is computed by code");
	else if (m->value.p[m->value.n - 1] == ':' || (strchr("=+", m->value.p[m->value.n - 1]) && byte_is_quote(next)))
		judged_reject(j, "expression", "is another name");
	else if (is_optional_type(m->value, h))
		judged_reject(j, "type-name", "is a type");
	else if (m->value.p[0] == '!' && value_is_identifier(slice_sub(m->value, 1, m->value.n)))
		judged_reject(j, "expression", "is computed by code");
	else if (m->value.p[m->value.n - 1] == '.' && shape_is_wordy(h))
		judged_reject(j, "prose", "ends a sentence");
	else if (value_is_identifier(m->value) && h->digit == 0 && h->n < 32 && next && strchr(",);", next))
		judged_reject(j, "identifier", "is a name in code");
	else if (begins_label(m->value) && matched_line_goes_on(m))
		judged_reject(j, "prose", "begins what people are told or asked");
	else if (h->digit == 0 && shape_is_wordy(h) && matched_words_follow(m))
		judged_reject(j, "prose", "is the first of several words");
	else if (m->spaced && matched_line_goes_on(m) && !(m->joint == JOINT_BLANK && h->digit) &&
		 (shape_is_wordy(h) || value_is_identifier(m->value)) && !shape_is_random(h))
		judged_reject(j, "prose", "is the first of several words");
	else if (m->value.p[0] == '@' && value_is_identifier(slice_sub(m->value, 1, m->value.n)) && !h->digit)
		judged_reject(j, "expression", "is a variable");
	else if (value_is_identifier(m->value) &&
		 (!shape_is_random(h) || (value_names_secret(m->value) && !memchr(m->value.p, '$', h->n))))
		judgement_add(j, "bare-word", "stands without quotes");
}

/* Quoted arguments of a call: which of them is a secret is told by the call's name alone. */
static void judge_argument(const struct matched *m, const struct shape *h, enum named told, struct judgement *j) {
	if (m->joint == JOINT_COMMA) {
		if (!(m->name_quoted && matched_call_sets(m)) && !shape_is_random(h) &&
			(m->name_quoted || shape_is_wordy(h) || h->digit == 0))
			judged_reject(j, "argument", "may be any other argument");
	} else if (m->joint == JOINT_BLANK) {
		if (m->name_quoted && !shape_is_random(h) &&
			(shape_is_wordy(h) || h->digit == 0 || value_is_identifier(m->value)))
			judged_reject(j, "argument", "may be any other argument");
	} else if (name_asks(m->name))
		judged_reject(j, "argument", "is handed to a question, not a setter");
	else if (name_is_method(m->name) && !shape_is_random(h))
		judged_reject(j, "argument", "is handed to a method that sets nothing");
	else if (told != NAMED_PASSWORD && !shape_is_random(h) && shape_is_wordy(h))
		judged_reject(j, "argument", "may be any other argument");
}

/* Base64 of a placeholder or of prose, as in examples of Kubernetes Secrets. */
static bool is_encoded_words(struct slice v, const struct shape *h, enum named told, struct reason *why) {
	struct buf text = {0};
	bool found = false;

	if (h->n < 8 || h->n > 128 || h->n % 4 != 0 || !h->all_base64 || (slice_has_prefix(v, "eyJ") && h->n > 40))
		return false;
	if (base64_decode(&text, v, BASE64_STANDARD) && slice_is_text(buf_slice(&text))) {
		struct slice plain = slice_trim(buf_slice(&text));
		struct shape inner = shape_of(plain);

		found = value_is_placeholder(plain, false, why);
		if (!found && inner.n >= 8 && inner.digit == 0 && shape_is_wordy(&inner) &&
			(told != NAMED_PASSWORD || inner.symbol + inner.space > 0)) {
			*why = (struct reason){"words", "is base64 of words"};
			found = true;
		}
	}
	buf_free(&text);
	return found;
}

/* What makes a value that passed less sure. */
static void weigh_surroundings(const struct matched *m, const struct shape *h, enum named told, struct judgement *j) {
	if (slice_is_uuid(m->value) && matched_in_query(m))
		judged_shift(j, -1, "query", "is a UUID in an address");
	if (matched_in_badge(m))
		judged_shift(j, -1, "badge", "is in the address of a picture that everybody sees");
	if (m->value.n == m->end - m->start && matched_joined_on(m) && !shape_is_random(h))
		judged_shift(j, -1, "joined", "is only a part of what is assigned");
	if (m->joint == JOINT_COMMA && m->name_quoted && h->all_hex && !matched_call_sets(m))
		judged_shift(j, -1, "pair", "may be what is worked out from the text before it");
	if (told == NAMED_TOKEN && value_is_own_name(m->value, h))
		judged_shift(j, -1, "names-itself", "says itself what it is");
	if (told == NAMED_TOKEN && h->all_hex && matched_beside_index(m))
		judged_shift(j, -1, "search-key",
			"stands beside an index to search, as keys that every reader of a page has");
	if (m->joint == JOINT_COMPARES)
		judged_shift(j, told == NAMED_TOKEN && shape_is_random(h) ? 0 : -1, "comparison",
			"is compared with, not assigned");
	if ((told == NAMED_KEY || !shape_is_random(h)) && matched_on_long_line(m))
		judgement_add(j, "long-line", "stands in a very long line");
}

/* Password12!, ed25519_password: more than the name was thought of. */
static bool has_more_than_letters(const struct shape *h) {
	return h->n >= 8 && (h->digit >= 2 || (h->digit && h->symbol));
}

static void judge_generic(const struct matched *m, const struct shape *h, enum named told, struct judgement *j) {
	struct reason why;

	bool weak = told == NAMED_PASSWORD && value_is_weak_password(m->value);

	if ((!weak && value_is_keyword(m->value, &why)) || value_is_hash(m->value, &why) ||
		value_is_other_thing(m->value, h, &why) || is_encoded_words(m->value, h, told, &why)) {
		judged_reject(j, why.code, why.text);
		return;
	}
	if (value_is_constant(m->value, h)) {
		judged_reject(j, "constant", "is the name of a constant");
		return;
	}
	if (matched_assigns_nothing(m) || matched_in_arn(m)) {
		judged_reject(j, "no-assignment", "is assigned to nothing here");
		return;
	}
	if (told == NAMED_KEY && matched_called_public(m)) {
		judged_reject(j, "name", "is assigned to something that is no secret");
		return;
	}
	if (same_as_name(m->value, m->name) &&
		(told != NAMED_PASSWORD || (value_names_secret(m->value) && !has_more_than_letters(h)))) {
		judged_reject(j, "same-as-name", "repeats its own name");
		return;
	}
	if (matched_is_complaint(m))
		judged_reject(j, "expression", "is what a shell says when a variable is not set");
	else if (m->quoted && value_is_between_strings(m->value))
		judged_reject(j, "expression", "stands between two strings");
	else if (m->quoted && matched_in_choice(m) && !shape_is_random(h))
		judged_reject(j, "expression", "is one of two texts that code chooses from");
	else if (matched_of_working_folder(m))
		judged_reject(j, "path", "follows the working folder's name");
	else if (told != NAMED_PASSWORD && matched_beside_scram(m))
		judged_reject(j, "hash", "is derived from a password, as SCRAM keeps it");
	else if (told == NAMED_PASSWORD && h->n >= 40 && (h->all_base64 || h->all_hex) && matched_beside_salt(m))
		judged_reject(j, "hash", "stands beside a salt, as hashes of passwords do");
	else if (!m->quoted)
		judge_unquoted(m, h, j);
	else if (m->joint == JOINT_COMMA || m->joint == JOINT_CALL || m->joint == JOINT_BLANK)
		judge_argument(m, h, told, j);
	if (j->rejected)
		return;
	if (told == NAMED_PASSWORD && value_is_password_word(m->value))
		judged_reject(j, "keyword", "is a word for passwords");
	else if (told == NAMED_PASSWORD)
		judge_password(m, h, j);
	else
		judge_machine_value(m, h, told, j);
	if (!j->rejected)
		weigh_surroundings(m, h, told, j);
}

void judged_reject(struct judgement *j, const char *code, const char *text) {
	j->rejected = true;
	judgement_add(j, code, text);
}

void judged_shift(struct judgement *j, int by, const char *code, const char *text) {
	j->confidence_shift += by;
	judgement_add(j, code, text);
}

static void run_checks(const struct matched *m, struct arena *a, struct judgement *j) {
	for (size_t i = 0; i < m->rule->nchecks && !j->rejected; i++) {
		const struct wellformed_check *c = wellformed_find(m->rule->checks[i]);

		if (c)
			c->run(m->value, m->now, a, j);
	}
	if (j->verdict == VERDICT_EXAMPLE && !j->rejected)
		judged_shift(j, -2, "example", "is published as an example");
	if (j->verdict == VERDICT_BAD_CHECKSUM)
		judged_shift(j, -2, "bad-checksum", "has the shape of the token, not its checksum");
}

/* Spring Security's {noop}: what follows is the password as it is. */
static struct matched without_mark(const struct matched *m) {
	static const char mark[] = "{noop}";
	struct matched bare = *m;

	if (slice_has_prefix(m->value, mark) && m->value.n > sizeof(mark) - 1) {
		bare.start += sizeof(mark) - 1;
		bare.value = slice_sub(m->value, sizeof(mark) - 1, m->value.n);
	}
	return bare;
}

/* Where a vendor's rule takes the value for a token, that rule speaks for it, and this is not heard. */
static void weigh_beginning(const struct matched *m, struct judgement *j) {
	enum told_prefix begins = value_begins_as_token(m->prefixes, m->value);

	if (begins == PREFIX_KNOWN)
		judged_shift(j, -2, "not-the-form", "begins as a vendor's tokens do and has not their form");
	else if (begins == PREFIX_WITHIN)
		judged_shift(
			j, -2, "not-the-form", "holds the beginning of a vendor's token in a place where none begins");
	else if (begins == PREFIX_MISSPELT)
		judged_shift(j, -2, "misspelt-prefix", "begins as a vendor's tokens do, but for one character");
}

static void judge_value(const struct matched *m, struct arena *a, struct judgement *j) {
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
			judged_reject(j, "name", "is assigned to something that is no secret");
			return;
		}
	}
	h = shape_of(m->value);
	if ((m->rule->kind == KIND_GENERIC || m->rule->kind == KIND_PASSWORD) && matched_in_binary(m)) {
		judged_reject(j, "binary", "stands in a program or another file that is no text");
		return;
	}
	if (!judge_stand_ins(m, &h, told, j))
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
	if (!j->rejected && told != NAMED_PASSWORD && rule_takes_any(m->rule))
		weigh_beginning(m, j);
	if (!j->rejected)
		weigh_strength(m, &h, told, a, j);
}

void judge_content(const struct matched *m, struct arena *a, struct judgement *j) {
	struct matched bare = without_mark(m);
	uint8_t whole[256];

	if (m->rule->kind == KIND_GENERIC && bare.quoted)
		bare.value = matched_whole_string(&bare, whole, sizeof(whole));
	judge_value(&bare, a, j);
}

enum confidence judged_confidence(const struct rule *r, const struct judgement *j) {
	/* What opens nothing without another secret is no alarm. */
	int c = (int)r->confidence + j->confidence_shift - (j->verdict == VERDICT_ENCRYPTED);

	return c < CONFIDENCE_LOW ? CONFIDENCE_LOW : c > CONFIDENCE_HIGH ? CONFIDENCE_HIGH : (enum confidence)c;
}

enum severity judged_severity(const struct rule *r, const struct judgement *j) {
	int s = (int)r->severity;

	if (j->verdict == VERDICT_EXPIRED || j->verdict == VERDICT_ENCRYPTED || j->verdict == VERDICT_BAD_CHECKSUM)
		s -= 2;
	return s < SEVERITY_INFO ? SEVERITY_INFO : (enum severity)s;
}
