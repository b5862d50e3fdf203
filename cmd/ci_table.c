/* Jobs as a table: one row each, cells wrapped at blanks, below the path of their file. Terminals with fewer columns get records (ci_write.c). */
#include "cmd/ci_words.h"

#include "core/text.h"

#include <stdlib.h>

enum { CELLS = 5, GAP = 2 };

static const char *const titles[CELLS] = {"JOB", "STARTED BY", "READS", "MAY", "LIMITED BY"};
static const unsigned shares[CELLS] = {18, 22, 22, 24, 14}; /* of 100 columns */

struct table {
	const struct ci_telling *t;
	FILE *out;
	size_t width[CELLS];
	struct ci_agents agents;
};

/* The next line of a cell: as many words as fit, or a part of one that never will. */
static struct slice take_line(struct slice *rest, size_t width) {
	size_t at = 0, blank = 0, columns = 0, fits;
	struct slice line;

	while (rest->n && rest->p[0] == ' ')
		*rest = slice_sub(*rest, 1, rest->n);
	while (at < rest->n) {
		const size_t n = utf8_sequence(slice_sub(*rest, at, rest->n));
		const size_t next = at + (n ? n : 1);

		columns += text_columns(slice_sub(*rest, at, next));
		if (rest->p[at] == ' ')
			blank = at;
		if (columns > width)
			break;
		at = next;
	}
	fits = at < rest->n && blank ? blank : at;
	if (!fits)
		fits = rest->n;
	line = slice_sub(*rest, 0, fits);
	*rest = slice_sub(*rest, fits, rest->n);
	return line;
}

static void write_row(const struct table *x, struct slice cells[CELLS]) {
	for (bool more = true; more;) {
		struct buf line = {0};

		more = false;
		for (size_t i = 0; i < CELLS; i++) {
			const struct slice part = take_line(&cells[i], x->width[i]);
			const size_t taken = text_columns(part);

			buf_add_slice(&line, part);
			if (i + 1 < CELLS)
				spaces_add(&line, (taken < x->width[i] ? x->width[i] - taken : 0) + GAP);
			more |= cells[i].n > 0;
		}
		while (line.n && line.p[line.n - 1] == ' ')
			line.n--;
		fprintf(x->out, "%s\n", buf_cstr(&line));
		buf_free(&line);
	}
}

static void write_job(const struct table *x, const struct fact *job) {
	struct buf b[CELLS] = {{0}};
	struct slice cells[CELLS];

	ci_add_text(x->t, &b[0], job->name);
	buf_printf(&b[0], " :%u", job->span.line);
	ci_tell_starters(x->t, &b[1], job);
	ci_tell_reads(x->t, &b[2], job);
	ci_tell_powers(x->t, &b[3], job);
	if (ci_count_of(job, "third_parties")) {
		buf_add_str(&b[3], "; runs, unpinned: ");
		ci_add_texts(x->t, &b[3], job, "third_parties");
	}
	for (size_t i = ci_first_agent(&x->agents, job); i < x->agents.all.n && ci_job_of(x->agents.all.at[i]) == job;
		i++) {
		buf_add_str(&b[3], "; runs agent ");
		ci_tell_agent(x->t, &b[3], x->agents.all.at[i]);
	}
	ci_tell_limits(x->t, &b[4], job);
	for (size_t i = 0; i < CELLS; i++)
		cells[i] = buf_slice(&b[i]);
	write_row(x, cells);
	for (size_t i = 0; i < CELLS; i++)
		buf_free(&b[i]);
}

static void write_path(const struct table *x, const struct fact *job) {
	struct buf path = {0}, line = {0};

	ci_add_text(x->t, &path, job->source->path);
	buf_add_byte(&line, '\n');
	ink_add(&line, &x->t->style, INK_BOLD, buf_cstr(&path));
	fprintf(x->out, "%s\n", buf_cstr(&line));
	buf_free(&path);
	buf_free(&line);
}

void ci_write_table(const struct ci_telling *t, FILE *out) {
	struct table x = {.t = t, .out = out};
	const size_t columns = t->style.width - GAP * (CELLS - 1);
	struct slice cells[CELLS];
	const struct fact_source *last = NULL;

	for (size_t i = 0; i < CELLS; i++) {
		x.width[i] = columns * shares[i] / 100;
		cells[i] = slice_str(titles[i]);
	}
	write_row(&x, cells);
	ci_gather_agents(t->set, &x.agents);
	for (size_t i = 0; i < t->set->all.n; i++) {
		const struct fact *f = t->set->all.at[i];

		if (!ci_is_job(f))
			continue;
		if (f->source != last)
			write_path(&x, f);
		last = f->source;
		write_job(&x, f);
	}
	VEC_FREE(&x.agents.all);
	fputc('\n', out);
	ci_write_sum(t, out);
}
