/* Which findings a log lists: the worst that count, then the suppressed ones, as many as were asked for and, for logs that GitLab may take, as many
 * as fit into its 10 MB (ci_max_artifact_size_sarif; it takes no larger artifact). What is left out is told in a notification, sarif_run.c. */
#include "report/sarif.h"

#include "core/memory.h"

#include <stdlib.h>

/* GitLab takes 5,000 results of a run (user/application_security/detect/sarif): who asks for more reports to somebody else. */
enum { GITLAB_RESULTS = 5000, GITLAB_BYTES = 10000000 };

void sarif_listed_take(struct sarif *s) {
	size_t n = s->r->nfindings, most = s->r->run->max_results ? s->r->run->max_results : n;

	s->listed = mem_alloc_n(n + 1, sizeof(*s->listed));
	for (int suppressed = 0; suppressed < 2; suppressed++)
		for (size_t i = 0; i < n; i++)
			if (!s->r->findings[i].suppressed == !suppressed && s->nlisted < most) {
				s->listed[i] = true;
				s->nlisted++;
			}
}

void sarif_listed_free(struct sarif *s) {
	free(s->listed);
}

/* Takes findings out of the list once `room` bytes are full, in the order of sarif_listed_take(). */
static void keep_what_fits(struct sarif *s, uint64_t room) {
	bool full = false;

	for (int suppressed = 0; suppressed < 2; suppressed++)
		for (size_t i = 0; i < s->r->nfindings; i++) {
			const struct finding *f = &s->r->findings[i];
			struct emitter e = {0};
			if (!s->listed[i] || !f->suppressed != !suppressed)
				continue;
			if (!full) {
				uint64_t bytes;
				sarif_result(&e, s, f);
				bytes = emit_measured(&e) + 2; /* a comma and a line break */
				full = bytes > room;
				room -= full ? 0 : bytes;
			}
			if (full) {
				s->listed[i] = false;
				s->nlisted--;
				s->too_large = true;
			}
		}
}

void sarif_listed_fit(struct sarif *s, void (*write)(struct emitter *e, const struct sarif *s)) {
	uint64_t most = s->r->run->max_results, frame;
	struct emitter e = {0};
	size_t nlisted = s->nlisted;

	if (!most || most > GITLAB_RESULTS)
		return;
	/* All but the results, and the notification that some are missing. */
	s->nlisted = 0;
	write(&e, s);
	frame = emit_measured(&e) + 1024;
	s->nlisted = nlisted;
	keep_what_fits(s, frame < GITLAB_BYTES ? GITLAB_BYTES - frame : 0);
}
