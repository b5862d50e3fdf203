/* Where the configuration file comes from, what its entries accept, and how it combines with the command line.
 * Its syntax is in config.c. */
#include "cmd/config.h"

#include "core/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

const char *config_find(struct arena *a, const char *target) {
	struct stat st;
	size_t n = strlen(target);
	const char *slash = n > 0 && target[n - 1] == '/' ? "" : "/";
	const char *file = arena_printf(a, "%s%s%s", target, slash, CONFIG_NAME);
	/* A folder that can't be searched is told by the scan. Any other name that can't be looked at is read, and then fails
	 * with its reason. */
	return lstat(file, &st) < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES) ? NULL : file;
}

/* Reads at most `most` bytes of the open `fd` into `b`. */
static int read_all(int fd, const char *file, uint64_t most, struct buf *b, struct error *err) {
	for (;;) {
		if (b->n > most)
			return error_set(err, ERR_USAGE, "%s: longer than %llu bytes, which no configuration needs",
				file, (unsigned long long)most);
		buf_reserve(b, 4096);
		ssize_t n = read(fd, b->p + b->n, 4096);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, "%s", file);
		if (n == 0)
			return 0;
		b->n += (size_t)n;
	}
}

int config_load(struct arena *a, const char *file, enum config_trust trust, int64_t now, const struct limits *lim,
	struct config *out, struct error *err) {
	bool theirs = trust == CONFIG_OF_TARGET;
	struct buf b = {0};
	struct stat st;
	int rc = -1;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | (theirs ? O_NOFOLLOW | O_NONBLOCK : 0));
	if (fd < 0 && theirs && errno == ELOOP) {
		error_set(err, ERR_USAGE, "%s: a symbolic link, which is not followed; --no-config scans without it",
			file);
		goto out;
	}
	if (fd < 0 || fstat(fd, &st) < 0) {
		error_errno(err, "%s", file);
		goto out;
	}
	if (theirs ? !S_ISREG(st.st_mode) : S_ISDIR(st.st_mode)) {
		error_set(err, ERR_USAGE, "%s: not a regular file%s", file,
			theirs ? "; --no-config scans without it" : "");
		goto out;
	}
	if (read_all(fd, file, lim->max_rule_file_bytes, &b, err) < 0)
		goto out;
	rc = config_parse(a, file, arena_copy(a, buf_slice(&b)), trust, now, out, err);
out:
	if (fd >= 0)
		close(fd);
	buf_free(&b);
	if (rc < 0 && err)
		err->kind = ERR_USAGE; /* a configuration that cannot be read is no scan: exit 2, not 3 */
	return rc;
}

/* A pattern for a folder accepts what is below it. */
static bool glob_covers(const struct glob_list *g, struct slice path) {
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] == '/' && i > 0 && glob_list_match(g, slice_sub(path, 0, i), true) == GLOB_IGNORED)
			return true;
	return glob_list_match(g, path, false) == GLOB_IGNORED;
}

bool allow_names(const struct allow *a, const char *rule) {
	return strcmp(a->rule, rule) == 0 || glob_match(slice_str(a->rule), slice_str(rule));
}

const struct allow *config_allows(const struct config *c, const char *rule, struct slice path, int64_t now) {
	for (size_t i = 0; i < c->nallow; i++) {
		const struct allow *w = &c->allow[i];
		if (now >= w->until)
			continue;
		if (!allow_names(w, rule))
			continue;
		if (!w->glob || glob_covers(w->glob, path)) {
			*w->used = true;
			return w;
		}
	}
	return NULL;
}

const struct policy *config_policy(const struct config *c, struct slice path) {
	for (size_t i = 0; i < c->npolicies; i++)
		if (glob_covers(c->policies[i].glob, path))
			return &c->policies[i].gate;
	return NULL;
}

static struct text_list joined(struct arena *a, const struct text_list *x, const struct text_list *y) {
	const char **at = ARENA_NEW_N(a, const char *, x->n + y->n);
	size_t n = 0;
	for (size_t i = 0; i < x->n; i++)
		at[n++] = x->at[i];
	for (size_t i = 0; i < y->n; i++)
		at[n++] = y->at[i];
	return (struct text_list){at, n};
}

void config_settle(struct arena *a, const struct options *o, const struct config *c, struct settings *out) {
	static const struct config none;
	if (!c)
		c = &none;
	const struct option_severity *fail_on = o->fail_on.given ? &o->fail_on : &c->fail_on;
	const struct option_confidence *gate = o->gate_confidence.given ? &o->gate_confidence : &c->gate_confidence;
	const struct option_confidence *min = o->min_confidence.given ? &o->min_confidence : &c->min_confidence;
	memset(out, 0, sizeof(*out));
	out->only = o->only.n > 0 ? o->only : c->only;
	out->skip = joined(a, &o->skip, &c->skip);
	out->fail_on = fail_on->given ? fail_on->value : SEVERITY_LOW;
	out->fail_on_none = fail_on->given && fail_on->none;
	out->gate_confidence = gate->given ? gate->value : CONFIDENCE_HIGH;
	out->min_confidence = min->given ? min->value : CONFIDENCE_MEDIUM;
	/* a gate on findings that are left out would be none; only the command line itself may ask for that */
	if (!o->min_confidence.given && out->min_confidence > out->gate_confidence)
		out->min_confidence = out->gate_confidence;
	out->fingerprint_key_file = o->fingerprint_key_file ? o->fingerprint_key_file : c->fingerprint_key_file;
}

void config_settle_policies(struct config *c, const struct options *o, struct settings *s) {
	for (size_t i = 0; i < c->npolicies; i++) {
		struct policy *gate = &c->policies[i].gate;
		bool weaker = c->is_of_target && !s->fail_on_none && gate->fail_on > s->fail_on;

		if (!c->policies[i].tells_severity || weaker) {
			gate->fail_on = s->fail_on;
			gate->fail_on_none = s->fail_on_none;
		}
		if (!c->policies[i].tells_confidence || (c->is_of_target && gate->confidence > s->gate_confidence))
			gate->confidence = s->gate_confidence;
		/* As for the gate of the run. */
		if (!o->min_confidence.given && s->min_confidence > gate->confidence)
			s->min_confidence = gate->confidence;
	}
}
