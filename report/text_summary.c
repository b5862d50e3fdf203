/* The end of the text format: totals, what was read and what was not, the gate, and what to do next.
 * Findings are in text_finding.c. */
#include "report/text.h"

enum { NOTICES_SHOWN = 10, ALIKE_SHOWN = 3, /* of one code */ TEXT_COLUMN = 12, MANY_FINDINGS = 20 };

static void line_add(struct buf *out, const struct report_style *style, const char *name, struct buf *text) {
	labelled_add(out, style, 0, TEXT_COLUMN, INK_BOLD, name, buf_slice(text));
	buf_clear(text);
}

static void count_add(struct buf *b, uint64_t n, const char *one, const char *many) {
	grouped_add(b, n);
	buf_printf(b, " %s", n == 1 ? one : many);
}

/* The most frequent first. The edition is told once. */
static void add_risks(struct buf *b, const struct counts *c) {
	bool told[NHI_COUNT] = {false};
	const char *gap = "";

	for (;;) {
		unsigned most = NHI_COUNT;
		for (unsigned i = 0; i < NHI_COUNT; i++)
			if (c->nhi[i] && !told[i] && (most == NHI_COUNT || c->nhi[i] > c->nhi[most]))
				most = i;
		if (most == NHI_COUNT)
			break;
		told[most] = true;
		buf_printf(b, "%sNHI%u %s ", gap, most + 1, nhi_title(most));
		grouped_add(b, c->nhi[most]);
		gap = ", ";
	}
	if (b->n)
		buf_add_str(b, " (OWASP NHI Top 10 2025)");
}

static void add_totals(
	struct buf *out, const struct report *r, const struct report_style *style, const struct counts *c) {
	struct buf b = {0};
	uint64_t listed = c->findings - c->suppressed;
	const char *gap = ": ";

	count_add(&b, listed, "finding", "findings");
	for (int s = SEVERITY_CRITICAL; s >= 0; s--) {
		if (!c->severity[s])
			continue;
		buf_add_str(&b, gap);
		count_add(&b, c->severity[s], severity_name((enum severity)s), severity_name((enum severity)s));
		gap = ", ";
	}
	line_add(out, style, "found", &b);
	add_risks(&b, c);
	if (b.n)
		line_add(out, style, "risks", &b);
	if (c->suppressed || r->run->withheld) {
		gap = "";
		if (c->suppressed) {
			grouped_add(&b, c->suppressed);
			buf_add_str(&b, " suppressed");
			gap = ", ";
		}
		if (r->run->withheld) {
			buf_add_str(&b, gap);
			grouped_add(&b, r->run->withheld);
			buf_printf(&b, " below confidence %s", confidence_name(r->run->min_confidence));
		}
		line_add(out, style, "not listed", &b);
	}
	buf_free(&b);
}

static void bytes_add(struct buf *b, uint64_t n) {
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
	double v = (double)n;
	unsigned u = 0;
	while (v >= 1000 && u < 4) {
		v /= 1000;
		u++;
	}
	buf_printf(b, u ? "%.1f %s" : "%.0f %s", v, units[u]);
}

/* Short words for a list of counts; skip_text() is for one thing at a time. */
static void skipped_add(struct buf *b, enum skip s, uint64_t n) {
	static const char *const words[SKIP_COUNT][2] = {
		[SKIP_UNREADABLE] = {"unreadable", "unreadable"},
		[SKIP_MISSING] = {"missing", "missing"},
		[SKIP_CORRUPT] = {"corrupt", "corrupt"},
		[SKIP_TOO_LARGE] = {"too large", "too large"},
		[SKIP_TOO_DEEP] = {"too deep", "too deep"},
		[SKIP_STOPPED] = {"not reached", "not reached"},
		[SKIP_LINK_OUTSIDE] = {"link leading outside", "links leading outside"},
		[SKIP_LINK] = {"link", "links"},
		[SKIP_SPECIAL] = {"special file", "special files"},
		[SKIP_GIT_DIR] = {"repository internal", "repository internals"},
		[SKIP_CONFIG] = {"excluded", "excluded"},
		[SKIP_DUPLICATE] = {"duplicate", "duplicates"},
		[SKIP_EMPTY] = {"empty", "empty"},
		[SKIP_ENCRYPTED] = {"encrypted", "encrypted"},
		[SKIP_CACHED] = {"read before", "read before"},
	};
	count_add(b, n, words[s][0], words[s][1]);
}

static void add_coverage(struct buf *out, const struct report *r, const struct report_style *style) {
	static const char *const units[UNIT_COUNT][2] = {
		[UNIT_FILE] = {"file", "files"},
		[UNIT_BLOB] = {"blob", "blobs"},
		[UNIT_MESSAGE] = {"message", "messages"},
		[UNIT_INDEX] = {"staged entry", "staged entries"},
		[UNIT_META] = {"ref or setting", "refs and settings"},
		[UNIT_MEMBER] = {"member of archives", "members of archives"},
	};
	struct buf b = {0};
	uint64_t skipped[SKIP_COUNT] = {0}, total = 0, bytes = 0;
	const char *gap = "read ";

	for (unsigned u = 0; u < UNIT_COUNT; u++) {
		struct unit_count n = coverage_unit(r->coverage, (enum unit)u);
		for (unsigned s = 0; s < SKIP_COUNT; s++) {
			skipped[s] += n.skipped[s];
			total += n.skipped[s];
		}
		bytes += n.bytes;
		if (!n.read)
			continue;
		buf_add_str(&b, gap);
		count_add(&b, n.read, units[u][0], units[u][1]);
		gap = ", ";
	}
	if (b.n) {
		buf_add_str(&b, " (");
		bytes_add(&b, bytes);
		buf_add_str(&b, ")");
	} else {
		buf_add_str(&b, "read nothing");
	}
	if (total) {
		buf_add_str(&b, "; skipped ");
		grouped_add(&b, total);
		gap = ": ";
		for (unsigned s = 0; s < SKIP_COUNT; s++) {
			if (!skipped[s])
				continue;
			buf_add_str(&b, gap);
			skipped_add(&b, (enum skip)s, skipped[s]);
			gap = ", ";
		}
	}
	line_add(out, style, "coverage", &b);
	buf_free(&b);
}

/* What somebody wrote, or forgot, and would not know of otherwise; the rest of what makes no scan incomplete is in JSON. */
static bool is_for_people(const char *code) {
	static const char *const codes[] = {"config-ignored", "config-narrows", "fingerprints-not-joined",
		"nested-repository", "report-twice", "rules-differ", "submodule-absent", "suppression-expired",
		"suppression-ignored", "suppression-unused"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

static void add_notes(struct buf *out, const struct report *r, const struct report_style *style) {
	const struct notice *notices = NULL;
	size_t n = coverage_notices(r->coverage, &notices), shown = 0, more = 0, alike = 0;
	const char *last = "";
	struct buf b = {0};

	for (size_t i = 0; i < n; i++) {
		if (notices[i].incomplete || !is_for_people(notices[i].code))
			continue;
		alike = strcmp(notices[i].code, last) == 0 ? alike + 1 : 1;
		last = notices[i].code;
		if (alike > ALIKE_SHOWN || shown == NOTICES_SHOWN) {
			more++;
			continue;
		}
		shown++;
		inert_add(&b, slice_str(notices[i].code));
		buf_add_str(&b, ": ");
		if (notices[i].where && *notices[i].where) {
			inert_add(&b, slice_str(notices[i].where));
			buf_add_str(&b, ": ");
		}
		inert_add(&b, slice_str(notices[i].detail));
		line_add(out, style, "note", &b);
	}
	if (more) {
		grouped_add(&b, more);
		buf_add_str(&b, " more, see --format json");
		line_add(out, style, "note", &b);
	}
	buf_free(&b);
}

static void add_notices(struct buf *out, const struct report *r, const struct report_style *style) {
	const struct notice *notices = NULL;
	size_t n = coverage_notices(r->coverage, &notices), incomplete = 0, shown = 0, alike = 0;
	uint64_t more = coverage_notices_dropped(r->coverage);
	struct buf b = {0};

	for (size_t i = 0; i < n; i++) {
		if (!notices[i].incomplete)
			continue;
		incomplete++;
		alike = i && strcmp(notices[i].code, notices[i - 1].code) == 0 ? alike + 1 : 1;
		if (alike > ALIKE_SHOWN || shown == NOTICES_SHOWN)
			continue;
		shown++;
		inert_add(&b, slice_str(notices[i].code));
		buf_add_str(&b, ": ");
		if (notices[i].where && *notices[i].where) {
			inert_add(&b, slice_str(notices[i].where));
			buf_add_str(&b, ": ");
		}
		inert_add(&b, slice_str(notices[i].detail));
		line_add(out, style, "not read", &b);
	}
	more += incomplete - shown;
	if (incomplete && more) {
		grouped_add(&b, more);
		buf_add_str(&b, " more notices, see --format json");
		line_add(out, style, "not read", &b);
	}
	if (r->run->interrupted) {
		buf_add_str(&b, "interrupted; this is what was found until then");
		line_add(out, style, "not read", &b);
	}
	buf_free(&b);
}

static void threshold_add(struct buf *b, const struct report_run *run) {
	static const char *const confidences[CONFIDENCE_COUNT] = {
		[CONFIDENCE_LOW] = "of any confidence",
		[CONFIDENCE_MEDIUM] = "with confidence medium or high",
		[CONFIDENCE_HIGH] = "with confidence high",
	};
	buf_printf(b, " at or above %s %s%s", severity_name(run->fail_on), confidences[run->gate_confidence],
		run->fail_on_new ? " that is not known to the baseline" : "");
}

static void add_gate(
	struct buf *out, const struct report *r, const struct report_style *style, const struct counts *c) {
	const struct report_run *run = r->run;
	const char *reason = run->exit_reason ? run->exit_reason : "";
	struct buf b = {0};

	buf_printf(&b, "exit %d: ", run->exit_code);
	if (strcmp(reason, "nothing-scanned") == 0) {
		buf_add_str(&b, "nothing was read, so this proves nothing");
	} else if (run->fail_on_none) {
		buf_add_str(&b, "no finding fails this run, as asked");
	} else if (c->gate) {
		count_add(&b, c->gate, "finding", "findings");
		threshold_add(&b, run);
		if (run->exit_code == 0)
			buf_add_str(&b, ", which do not fail this run, as asked");
	} else {
		buf_add_str(&b, "no finding");
		threshold_add(&b, run);
	}
	if (strcmp(reason, "nothing-scanned") != 0 && (coverage_is_incomplete(r->coverage) || run->interrupted))
		buf_add_str(&b, "; the scan is incomplete");
	line_add(out, style, "gate", &b);
	buf_free(&b);
}

static bool is_repository(const struct report_run *run) {
	for (size_t i = 0; i < run->ntargets; i++)
		if (run->targets[i].kind && strstr(run->targets[i].kind, "repository"))
			return true;
	return false;
}

/* One command for now: what the worst finding means, and with many of them a page to sort them in; without any, how it stays so. */
static void add_next(
	struct buf *out, const struct report *r, const struct report_style *style, const struct counts *c) {
	const struct report_run *run = r->run;
	struct buf b = {0};
	size_t first = 0;

	while (first < r->nfindings && r->findings[first].suppressed)
		first++;
	if (first < r->nfindings) {
		buf_add_str(&b, "nhiscan rules explain ");
		inert_add(&b, slice_str(r->findings[first].rule->id));
		buf_add_str(&b, "   what the worst one means, and how to mend it");
		line_add(out, style, "next", &b);
	}
	if (c->findings - c->suppressed > MANY_FINDINGS) {
		buf_add_str(&b, "nhiscan --format html -o nhiscan.html   the same as a page with filters");
		line_add(out, style, "or", &b);
	}
	if (c->findings == 0 && is_repository(run) && !coverage_is_incomplete(r->coverage) && !run->interrupted &&
		run->exit_code == 0) {
		buf_add_str(&b, "nhiscan hook pre-commit   as a git hook keeps it so");
		line_add(out, style, "next", &b);
	}
	buf_free(&b);
}

void text_summary(struct buf *out, const struct report *r, const struct report_style *style) {
	struct counts c;

	counts_take(&c, r);
	add_totals(out, r, style, &c);
	add_coverage(out, r, style);
	add_notices(out, r, style);
	add_notes(out, r, style);
	add_gate(out, r, style, &c);
	add_next(out, r, style, &c);
}
