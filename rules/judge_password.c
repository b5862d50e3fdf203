/* Passwords as people choose them: hard to tell from words, so doubts lower the confidence instead of hiding what was found.
 * Files in which a word is believed are in judge_path.c. */
#include "rules/judge_parts.h"

#include "core/text.h"
#include "rules/bytes.h"
#include "rules/context.h"
#include "rules/placeholder.h"

/* Words with separators between: first-vault-password, user.pwd. */
bool value_is_joined_words(struct slice v, const struct shape *h) {
	size_t joints = 0;

	for (size_t i = 1; i + 1 < v.n; i++)
		joints += memchr("-_. @:/+", v.p[i], 8) != NULL;
	return joints && joints == h->symbol + h->space && h->digit == 0 && h->n >= 4 * (joints + 1) &&
	       h->word_bits < 5.2;
}

/* Letters that a person could say: no more surprising than words are. */
bool shape_is_wordy(const struct shape *h) {
	return h->word_bits > 0 && h->word_bits < 4.9;
}

/* mysqlpass, rootpwd: letters that name what they are for. */
static bool names_password(struct slice v, const struct shape *h) {
	static const char *const words[] = {"pass", "pwd", "secret", NULL};

	for (size_t i = 0; h->digit == 0 && words[i]; i++)
		if (slice_find_nocase(v, slice_str(words[i])) >= 0)
			return true;
	return false;
}

/* Password12!, pass2024: the word itself comes first. */
static bool adds_to_password(struct slice v) {
	return v.n < 14 && slice_find_nocase(v, slice_str("pass")) == 0;
}

/* P@ssw0rd346!, Passw0rd.2024: the word, and what somebody added to tell it from all the others. */
static bool has_much_added(struct slice v, const struct shape *h) {
	static const char *const words[] = {"pass", "p@ss", "pa55", "p4ss", "pa$$", NULL};

	for (size_t i = 0; words[i]; i++)
		if (slice_find_nocase(v, slice_str(words[i])) == 0)
			return h->n > 10 && h->digit >= 2 && h->classes >= 3 && bytes_counting_up(v) == 0 &&
			       slice_find(v, slice_str("123")) < 0;
	return false;
}

/* As long as SHA-1, SHA-2 or, in a statement of SQL, MD5 in hex: the table holds hashes. */
static bool is_digest(const struct matched *m, const struct shape *h) {
	return h->all_hex && h->digit && h->lower + h->upper &&
	       (h->n == 40 || h->n == 56 || h->n == 64 || h->n == 96 || h->n == 128 ||
		       (h->n == 32 && matched_in_statement(m)));
}

/* %F0%9F: bytes that somebody tries an address with. */
static bool begins_escaped(struct slice v) {
	return v.n > 2 && v.p[0] == '%' && slice_hex_byte(v, 1) >= 0;
}

/* \e[32m, \033[0m: what scripts write before and behind a text. */
static bool colours(struct slice v) {
	return slice_has_prefix(v, "\\e[") || slice_has_prefix(v, "\\033[") || slice_has_prefix(v, "\\x1b[") ||
	       slice_has_prefix(v, "\\x1B[");
}

/* very-long-shop-password, AVeryStrongPassword!: several words without digits, one of which says what it is. */
static bool names_itself(struct slice v, const struct shape *h) {
	static const char *const words[] = {"password", "passwd", "passphrase", NULL};

	for (size_t i = 0; h->digit == 0 && h->n >= 16 && words[i]; i++)
		if (slice_find_nocase(v, slice_str(words[i])) >= 0)
			return true;
	return false;
}

/* Mostly of letters beyond ASCII: what people are asked for, in their language. */
static bool is_foreign_text(const struct shape *h) {
	return h->other > h->lower + h->upper + h->symbol + h->digit;
}

/* 5:3600: numbers and colons. */
static bool is_ratio(struct slice v) {
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] != ':' && (v.p[i] < '0' || v.p[i] > '9'))
			return false;
	return v.n < 16;
}

static void weigh_password(const struct matched *m, const struct shape *h, struct judgement *j) {
	bool wordy = shape_is_wordy(h) || names_password(m->value, h);

	if (h->n < 4)
		judged_reject(j, "too-short", "is too short");
	else if (m->value.p[0] == '(' && m->value.p[m->value.n - 1] == ')' && shape_is_wordy(h))
		judged_reject(j, "expression", "stands in parentheses, as code and placeholders do");
	else if (m->quoted && h->space && m->text.p[m->start - 1] == '`' && !shape_is_random(h))
		judged_reject(j, "prose", "is a command in a manual");
	else if (m->quoted && m->value.p[0] == '`' && m->value.p[h->n - 1] == '`')
		judged_reject(j, "prose", "is quoted as a manual does");
	else if (h->space > 1 || (h->space && wordy && !h->digit))
		judged_reject(j, "prose", "is a sentence");
	else if (names_itself(m->value, h))
		judged_shift(j, -1, "names-itself", "says itself what it is");
	else if (is_foreign_text(h))
		judged_shift(j, -2, "letters", "is written in letters beyond ASCII, as words are");
	else if (h->other > 1 && !h->digit)
		judged_shift(j, -1, "letters", "is written in letters beyond ASCII, as words are");
	else if (value_is_joined_words(m->value, h) && memchr(m->value.p, '/', m->value.n))
		judged_reject(j, "path", "is a path");
	else if (value_is_joined_words(m->value, h))
		judged_shift(j, -1, "words", "reads like words");
	else if (has_much_added(m->value, h))
		judgement_add(j, "weak", "is a word for passwords with more added");
	else if ((value_is_weak_password(m->value) && (h->n < 14 || h->classes < 3)) || adds_to_password(m->value))
		judged_shift(j, -1, "weak", "is among the first that anybody tries");
	else if (is_digest(m, h))
		judged_shift(j, -1, "digest", "is as long as a digest in hex");
	else if (shape_is_random(h))
		judgement_add(j, "random", "looks drawn at random");
	else if (colours(m->value))
		judged_reject(j, "text", "colours a terminal");
	else if (h->lower + h->upper + h->digit == 0 || begins_escaped(m->value))
		judged_shift(j, -1, "symbols", "consists of signs alone");
	else if (h->n < 7 && slice_find_nocase(m->value, slice_str("pass")) == 0)
		judged_shift(j, -1, "words", "reads like a word with little added");
	else if (wordy && h->symbol == 1 && !h->digit && memchr(".:?", m->value.p[h->n - 1], 3))
		judged_shift(j, -1, "words", "reads like the end of a sentence");
	else if (h->classes >= 3 && h->n >= 6)
		judgement_add(j, "mixed", "mixes three classes of characters");
	else if (h->digit == h->n && h->n >= 8 && h->distinct > 4 && m->quoted && !slice_is_date(m->value) &&
		 bytes_counting_up(m->value) == 0)
		judgement_add(j, "digits", "is long for a number, as keys of wireless networks are");
	else if (h->digit == h->n && h->n >= 6)
		judged_shift(j, -1, "digits", "is a number, and long");
	else if (slice_is_number(m->value) || is_ratio(m->value))
		judged_shift(j, -1, "number", "is a number");
	else if (h->digit + h->symbol == 0 && wordy)
		judged_shift(j, -1, "words", "reads like words");
	else if (h->n < 5 || (h->n < 6 && h->classes < 2 && wordy))
		judged_shift(j, -1, "short", "is short");
	else if (wordy && h->digit + h->symbol < 2)
		judged_shift(j, -1, "words", "reads like a word with little added");
	else
		judgement_add(j, "no-word", "is not a word");
}

static bool is_doubted(const struct judgement *j) {
	return !j->rejected && j->confidence_shift < 0;
}

void judge_password(const struct matched *m, const struct shape *h, struct judgement *j) {
	weigh_password(m, h, j);
	if (is_doubted(j) && matched_beside_account(m))
		judgement_add(j, "account", "stands beside a user, host or database");
}

/* A password at a place made for one (a flag, a header, a field of a known file). */
void judge_known_password(const struct matched *m, const struct shape *h, struct judgement *j) {
	struct reason why;

	if ((value_is_keyword(m->value, &why) && !value_is_weak_password(m->value)) || value_is_hash(m->value, &why))
		judged_reject(j, why.code, why.text);
	else if (value_is_constant(m->value, h))
		judged_reject(j, "constant", "is the name of a constant");
	else if (!m->quoted &&
		 (m->value.p[m->value.n - 1] == ':' || (m->joint == JOINT_COMMA && m->name_quoted) ||
			 ((m->joint == JOINT_ASSIGNS || m->joint == JOINT_CALL || m->joint == JOINT_COMMA) &&
				 value_is_expression(m->value, h))))
		judged_reject(j, "expression", "is computed by code");
	else if (!m->quoted && m->joint == JOINT_BLANK &&
		 (m->name_quoted || (m->spaced && h->digit + h->symbol == 0 && shape_is_wordy(h) && m->name.n &&
					    m->name.p[0] != '-' && matched_line_goes_on(m))))
		judged_reject(j, "prose", "is one of several words");
	else if (value_is_other_thing(m->value, h, &why) && strcmp(why.code, "path") == 0)
		judged_reject(j, why.code, why.text);
	else
		judge_password(m, h, j);
}

/* Undoes percent-encoding as far as `out` has room. */
static struct slice decode_percent(struct slice v, uint8_t *out, size_t room) {
	size_t n = 0;

	for (size_t i = 0; i < v.n && n < room; i++) {
		int byte = v.p[i] == '%' ? slice_hex_byte(v, i + 1) : -1;

		out[n++] = byte >= 0 ? (uint8_t)byte : v.p[i];
		i += byte >= 0 ? 2 : 0;
	}
	return slice_of(out, n);
}

/* What stands encoded in an address for a placeholder: %3Cpassword%3E, your%20password. */
static bool is_stand_in(struct slice v, struct reason *why) {
	return !value_is_weak_password(v) &&
	       (value_is_placeholder(v, false, why) || value_is_reference(v, why) || value_is_keyword(v, why));
}

/* user:pa:ss@, whose parts are words: the address shows how something is parsed. */
static bool is_words_with_colon(struct slice v, const struct shape *h) {
	return memchr(v.p, ':', v.n) && h->digit == 0 && shape_is_wordy(h);
}

/* The host behind a user and password: none that exists, or this machine. */
static void judge_host(const struct matched *m, struct judgement *j) {
	static const char *const examples[] = {
		"@example.", "@host:", "@host/", "@hostname", "@server:", "@some", "@foo", "@bar", NULL};
	static const char *const local[] = {"@localhost", "@127.0.0.1", NULL};
	struct slice after = slice_sub(m->text, m->end, m->end + 48);

	for (size_t i = 0; examples[i]; i++)
		if (slice_eq_nocase(slice_sub(after, 0, strlen(examples[i])), slice_str(examples[i]))) {
			judged_shift(j, -1, "example-host", "is for a host of documentation");
			return;
		}
	for (size_t i = 0; local[i]; i++)
		if (slice_eq_nocase(slice_sub(after, 0, strlen(local[i])), slice_str(local[i]))) {
			judged_shift(j, -1, "local-host", "is for this machine");
			return;
		}
}

static void judge_decoded(const struct matched *m, const struct shape *h, struct judgement *j) {
	struct reason why;

	if (is_stand_in(m->value, &why)) {
		judged_reject(j, why.code, why.text);
		return;
	}
	if (value_is_constant(m->value, h)) {
		judged_reject(j, "constant", "is the name of a constant");
		return;
	}
	if (m->value.p[m->value.n - 1] == ']' && shape_is_wordy(h)) {
		judged_reject(j, "placeholder", "is a part that may be left out, in brackets");
		return;
	}
	judge_password(m, h, j);
	if (!j->rejected && matched_is_user_too(m))
		judged_shift(j, -1, "same-as-user", "repeats the user's name");
	if (!j->rejected && is_words_with_colon(m->value, h))
		judged_shift(j, -1, "colon", "is words with a colon between");
	if (!j->rejected && !shape_is_random(h) && shape_is_wordy(h))
		judge_host(m, j);
}

void judge_url(const struct matched *m, const struct shape *h, struct judgement *j) {
	uint8_t plain[256];
	struct matched decoded = *m;
	struct shape inner;

	if (h->space) {
		judged_reject(j, "prose", "holds blanks");
		return;
	}
	if (!memchr(m->value.p, '%', m->value.n) || m->value.n > sizeof(plain)) {
		judge_decoded(m, h, j);
		return;
	}
	decoded.value = decode_percent(m->value, plain, sizeof(plain));
	inner = shape_of(decoded.value);
	judge_decoded(&decoded, &inner, j);
}
