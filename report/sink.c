/* A buffer in front of a file. What is written is each format's business. */
#include "report/sink.h"

#include <errno.h>

enum { FLUSH_AT = 1 << 16 };

static void flush(struct sink *s) {
	if (s->b.n && !s->failed) {
		errno = 0;
		if (fwrite(s->b.p, 1, s->b.n, s->out) != s->b.n)
			s->failed = errno ? errno : EIO;
	}
	buf_clear(&s->b);
}

void sink_ease(struct sink *s) {
	if (s->b.n > FLUSH_AT)
		flush(s);
}

int sink_finish(struct sink *s, struct error *err) {
	flush(s);
	buf_free(&s->b);
	if (!s->failed) {
		errno = 0;
		if (fflush(s->out) || ferror(s->out))
			s->failed = errno ? errno : EIO;
	}
	errno = s->failed;
	return s->failed ? error_errno(err, "writing the report") : 0;
}
