/* A thread that shows how far a scan is, while it lasts.
 * It only reads the counters of scanners/scanner.h; it never delays a worker. */
#include "cmd/progress.h"

#include "core/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define FIRST_MS 1000 /* shorter scans need no line */
#define EVERY_MS 200

struct progress_line {
	FILE *out;
	const struct progress *progress;
	const struct stop_flag *stop;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake; /* on CLOCK_MONOTONIC */
	bool done;
	bool shown;
};

bool progress_is_wanted(bool quiet, bool no_progress) {
	const char *term = getenv("TERM");
	return !quiet && !no_progress && isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

/* 1234567 as "1,234,567". */
static void grouped(uint64_t v, char out[32]) {
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)v);
	size_t at = 0;
	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
}

static void sized(uint64_t bytes, char out[32]) {
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double v = (double)bytes;
	size_t unit = 0;
	while (v >= 1000 && unit + 1 < sizeof(units) / sizeof(*units)) {
		v /= 1000;
		unit++;
	}
	snprintf(out, 32, unit == 0 ? "%.0f %s" : "%.1f %s", v, units[unit]);
}

void progress_text(const struct progress *p, bool stopping, char *out, size_t n) {
	uint64_t bytes = atomic_load(&p->bytes), expected = atomic_load(&p->expected_bytes);
	char documents[32], size[32], share[16] = "";
	grouped(atomic_load(&p->documents), documents);
	sized(bytes, size);
	if (expected > 0)
		snprintf(share, sizeof(share), ", %u%%",
			bytes >= expected ? 100U : (unsigned)((double)bytes * 100 / (double)expected));
	snprintf(out, n, "%s documents, %s%s%s", documents, size, share, stopping ? ", stopping" : "");
}

static void show(struct progress_line *l) {
	char text[128];
	struct winsize w = {0};
	progress_text(l->progress, l->stop && stop_requested(l->stop), text, sizeof(text));
	if (ioctl(fileno(l->out), TIOCGWINSZ, &w) < 0 || w.ws_col < 2)
		w.ws_col = 80;
	/* one column less than the terminal has: a full line would wrap and leave traces */
	fprintf(l->out, "\r\033[K%.*s", w.ws_col - 1, text);
	fflush(l->out);
	l->shown = true;
}

static struct timespec in_ms(long ms) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static void *run(void *arg) {
	struct progress_line *l = arg;
	struct timespec until = in_ms(FIRST_MS);
	pthread_mutex_lock(&l->lock);
	while (!l->done) {
		if (pthread_cond_timedwait(&l->wake, &l->lock, &until) == 0)
			continue; /* woken to end, or for nothing */
		show(l);
		until = in_ms(EVERY_MS);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

struct progress_line *progress_start(FILE *out, const struct progress *p, const struct stop_flag *stop) {
	struct progress_line *l = mem_alloc(sizeof(*l));
	pthread_condattr_t attr;
	l->out = out;
	l->progress = p;
	l->stop = stop;
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&l->thread, NULL, run, l) == 0)
		return l;
	pthread_cond_destroy(&l->wake);
	pthread_mutex_destroy(&l->lock);
	free(l);
	return NULL;
}

void progress_stop(struct progress_line *l) {
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->done = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	if (l->shown) {
		fputs("\r\033[K", l->out);
		fflush(l->out);
	}
	pthread_cond_destroy(&l->wake);
	pthread_mutex_destroy(&l->lock);
	free(l);
}
