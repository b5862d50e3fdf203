/* The format "html": one page for people and for an archive. Its parts are in the html_*.c files. */
#include "report/html.h"

#include "report/formats.h"
#include "report/inert.h"

#include <openssl/evp.h>
#include <stdarg.h>

void html_raw(struct sink *s, const char *text) {
	buf_add_str(&s->b, text);
}

void html_bytes(struct sink *s, struct slice text) {
	inert_markup(&s->b, text);
}

void html_text(struct sink *s, const char *text) {
	html_bytes(s, slice_str(text));
}

void html_printf(struct sink *s, const char *fmt, ...) {
	char text[2048];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_add_str(&s->b, text);
}

void html_number(struct sink *s, uint64_t n) {
	grouped_add(&s->b, n);
}

/* 'sha256-…', as Content Security Policy Level 3 names the one style and the one script that may run. */
static void add_digest(struct sink *s, const char *text) {
	uint8_t sum[EVP_MAX_MD_SIZE], coded[64];
	unsigned n = 0;

	if (EVP_Digest(text, strlen(text), sum, &n, EVP_sha256(), NULL) != 1)
		return;
	EVP_EncodeBlock(coded, sum, (int)n);
	html_printf(s, "'sha256-%s'", (const char *)coded);
}

static void add_head(struct sink *s, const struct report *r) {
	html_raw(s, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta "
		    "http-equiv=\"Content-Security-Policy\" "
		    "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; "
		    "script-src ");
	add_digest(s, html_js);
	html_raw(s, "\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"viewport\" "
		    "content=\"width=device-width,initial-scale=1\">\n<title>nhiscan report");
	if (r->run->ntargets) {
		html_raw(s, ": ");
		html_text(s, r->run->targets[0].name);
	}
	html_raw(s, "</title>\n<style>");
	html_raw(s, html_css);
	html_raw(s, "</style></head>\n");
}

static void add_header(struct sink *s, const struct report *r) {
	char date[DATE_TEXT_MAX];

	date_format(r->run->ended, date);
	html_raw(s, "<body><a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n<header><h1>Secrets and "
		    "privileges of non-human "
		    "identities</h1><p class=\"dim\">nhiscan ");
	html_text(s, r->run->version);
	html_printf(s, ", %s", date);
	for (size_t i = 0; i < r->run->ntargets && i < 10; i++) {
		html_raw(s, i ? ", " : ", of ");
		html_text(s, r->run->targets[i].name);
	}
	if (r->run->ntargets > 10)
		html_printf(s, " and %zu more", r->run->ntargets - 10);
	html_raw(s, "</p></header>\n<main>\n");
}

static int write_page(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct sink s = {.out = out};
	struct counts c;

	(void)style;
	counts_take(&c, r);
	add_head(&s, r);
	add_header(&s, r);
	html_overview(&s, r, &c);
	html_timeline(&s, r);
	html_graph(&s, r);
	html_findings(&s, r, &c);
	html_evidence(&s, r);
	html_raw(&s, "</main>\n<footer><p class=\"dim\">Every secret is masked. The page loads nothing and sends "
		     "nothing. It tells "
		     "where secrets are: keep it as you keep them.</p></footer>\n<script>");
	html_raw(&s, html_js);
	html_raw(&s, "</script></body></html>\n");
	return sink_finish(&s, err);
}

const struct report_format report_html = {
	.name = "html",
	.media_type = "text/html",
	.help = "one self-contained page: overview, timeline, graph, findings, evidence",
	.tells_program = true,
	.write = write_page,
};
