/* Instructions in prose that tell an agent to show, send or keep a credential, read sentence by sentence: a word that commands, a credential, and
 * where it is to go. Low in confidence, as anything read out of prose; a sentence that forbids is none. */
#include "scanners/agent/prose.h"

#include "scanners/agent/agent.h"

#define WORDS_MAX 60

struct words {
	struct slice at[WORDS_MAX];
	size_t n;
};

/* Of itself: what it does is the leak. */
static const char *const shows[] = {"print", "echo", "display", "output", "reveal", "dump", "show", NULL};
/* With a place to go. */
static const char *const moves[] = {"send", "post", "upload", "paste", "include", "embed", "put", "write", "save",
	"store", "commit", "copy", "append", "log", "add", NULL};
static const char *const places[] = {"chat", "response", "reply", "logs", "log", "commit", "comment", "issue", "readme",
	"slack", "webhook", "email", "url", "plaintext", "memory.md", "claude.md", "agents.md", "repository", "repo",
	NULL};
static const char *const forbids[] = {"never", "not", "don't", "dont", "avoid", "without", "no", "cannot", "can't",
	"mustn't", "refuse", "forbidden", "instead", "masked", "redacted", "mask", "redact", "unless", "if", "whether",
	"whether", "placeholder", "example", "encrypted", "hashed", "hash", NULL};
/* What may come before the command. */
static const char *const leads[] = {"always", "please", "then", "must", "and", "you", "should", "to", "also", "finally",
	"first", "next", "the", "agent", NULL};
/* Behind the credential: nothing, or words that do not make another thing of it ("password strength"). */
static const char *const behind[] = {"in", "to", "into", "on", "as", "via", "for", "at", "from", "and", "with", "so",
	"when", "by", "here", "back", NULL};

static bool is_one(struct slice w, const char *const *list) {
	for (; *list; list++)
		if (slice_eq_nocase(w, slice_str(*list)))
			return true;
	return false;
}

static bool is_word_byte(uint8_t c) {
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '\'' ||
	       c == '.' || c == '$' || c >= 0x80;
}

static void split(struct slice s, struct words *w) {
	w->n = 0;
	for (size_t i = 0; i < s.n && w->n < WORDS_MAX;) {
		size_t from = i;

		while (i < s.n && is_word_byte(s.p[i]))
			i++;
		if (i > from) {
			size_t to = i;

			while (to > from && s.p[to - 1] == '.')
				to--;
			if (to > from)
				w->at[w->n++] = slice_sub(s, from, to);
		} else {
			i++;
		}
	}
}

/* How many words from `i` on name a credential's value; 0: none. */
static size_t credential_at(const struct words *w, size_t i) {
	static const char *const kinds[] = {"api", "access", "auth", "bearer", "private", "secret", "client", "github",
		"ssh", "aws", "service", NULL};
	static const char *const values[] = {"key", "keys", "token", "tokens", "secret", "secrets", NULL};
	static const char *const alone[] = {"password", "passwords", "credentials", NULL};

	if (is_one(w->at[i], alone))
		return 1;
	if (i + 1 < w->n && is_one(w->at[i], kinds) && is_one(w->at[i + 1], values))
		return 2;
	if (w->at[i].p[0] == '$' && w->at[i].n > 5) {
		static const char *const ends[] = {"_KEY", "_TOKEN", "_SECRET", "_PASSWORD"};

		for (size_t k = 0; k < 4; k++)
			if (slice_has_suffix(w->at[i], ends[k]))
				return 1;
	}
	return 0;
}

static bool goes_somewhere(const struct words *w, size_t from) {
	for (size_t i = from; i < w->n && i < from + 8; i++)
		if (is_one(w->at[i], places))
			return true;
	return false;
}

/* The word that commands, NULL: the sentence tells nothing of the kind. */
static const struct slice *commands(const struct words *w) {
	for (size_t i = 0; i < w->n; i++)
		if (is_one(w->at[i], forbids))
			return NULL;
	for (size_t v = 0; v < w->n && v < 6; v++) {
		bool shown = is_one(w->at[v], shows), moved = is_one(w->at[v], moves);

		if (!shown && !moved) {
			if (!is_one(w->at[v], leads))
				return NULL;
			continue;
		}
		for (size_t i = v + 1; i < w->n && i < v + 6; i++) {
			size_t n = credential_at(w, i);

			if (!n)
				continue;
			if (i + n < w->n && !is_one(w->at[i + n], behind))
				return NULL;
			return shown || goes_somewhere(w, i + n) ? &w->at[v] : NULL;
		}
		return NULL;
	}
	return NULL;
}

struct slice prose_reveals(struct slice text) {
	bool code = false;
	size_t from = 0;

	for (size_t i = 0; i <= text.n; i++) {
		struct slice line;
		size_t start = 0;

		if (i < text.n && text.p[i] != '\n')
			continue;
		line = slice_trim(slice_sub(text, from, i));
		from = i + 1;
		if (slice_has_prefix(line, "```") || slice_has_prefix(line, "~~~"))
			code = !code;
		/* tables, quotes and headings name things */
		if (code || line.n > 600 || !line.n || line.p[0] == '|' || line.p[0] == '>' || line.p[0] == '#')
			continue;
		for (size_t k = 0; k <= line.n; k++) {
			struct words w;
			const struct slice *verb;

			if (k < line.n && !((line.p[k] == '.' || line.p[k] == ';' || line.p[k] == ':') &&
						  (k + 1 == line.n || line.p[k + 1] == ' ')))
				continue;
			split(slice_sub(line, start, k), &w);
			verb = commands(&w);
			if (verb)
				return slice_of(verb->p, (size_t)(line.p + k - verb->p));
			start = k + 1;
		}
	}
	return slice_of(NULL, 0);
}

/* A transcript is looked at so far; longer ones are cut by the limit of documents before. */
#define TRANSCRIPT_MAX ((size_t)16 << 20)

static bool is_name_byte(uint8_t c) {
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '-';
}

/* What stands behind = or :, without quotes, which JSON in JSON escapes. */
static struct slice value_behind(struct slice text, size_t at) {
	size_t from = at, to;

	while (from < text.n && from < at + 4 && strchr(" \"'\\", text.p[from]) && text.p[from])
		from++;
	if (slice_has_prefix(slice_sub(text, from, text.n), "Bearer "))
		from += 7;
	for (to = from; to < text.n && to < from + 300 && text.p[to] > ' ' && text.p[to] < 0x7f &&
			!strchr("\"'\\,;`()<>", text.p[to]);
		to++)
		;
	return slice_sub(text, from, to);
}

/* People speak of passwords; one that was used has both letters and digits. */
static bool looks_used(struct slice v) {
	bool digit = false, letter = false;

	for (size_t i = 0; i < v.n; i++) {
		digit |= v.p[i] >= '0' && v.p[i] <= '9';
		letter |= (v.p[i] | 0x20) >= 'a' && (v.p[i] | 0x20) <= 'z';
	}
	return digit && letter && v.n >= 8;
}

struct slice prose_credential(struct slice text, struct slice *value) {
	const struct agent_client *any = agent_client("mcp");

	text = slice_sub(text, 0, TRANSCRIPT_MAX);
	for (size_t i = 1; i + 8 < text.n; i++) {
		size_t to = i, from;
		struct slice name;

		if (text.p[i] != '=' && text.p[i] != ':')
			continue;
		while (to && strchr("\"'\\ ", text.p[to - 1]) && i - to < 3)
			to--;
		for (from = to; from && to - from < 60 && is_name_byte(text.p[from - 1]);)
			from--;
		name = slice_sub(text, from, to);
		if (name.n < 4 || !agent_name_is_credential(name))
			continue;
		*value = value_behind(text, i + 1);
		if (looks_used(*value) && agent_read_value(any, *value).is == AGENT_LITERAL &&
			agent_text_is_secret(name, *value))
			return name;
	}
	return slice_of(NULL, 0);
}
