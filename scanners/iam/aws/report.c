/* The credential report: CSV with a header, bare or base64 in the answer of get-credential-report. It has no key ids; source of the columns: IAM
 * User Guide, "Getting credential reports for your AWS account". Columns are found by name, more of them do no harm. */
#include "core/buf.h"
#include "scanners/iam/aws/reading.h"

#include <openssl/evp.h>
#include <stdlib.h>

enum column {
	USER,
	ARN,
	USER_CREATED,
	PASSWORD_ENABLED,
	PASSWORD_USED,
	PASSWORD_CHANGED,
	MFA,
	KEY1_ACTIVE,
	KEY1_ROTATED,
	KEY1_USED,
	KEY1_REGION,
	KEY1_SERVICE,
	KEY2_ACTIVE,
	KEY2_ROTATED,
	KEY2_USED,
	KEY2_REGION,
	KEY2_SERVICE,
	CERT1_ACTIVE,
	CERT1_ROTATED,
	CERT2_ACTIVE,
	CERT2_ROTATED,
	COLUMNS
};
static const char *const names[COLUMNS] = {"user", "arn", "user_creation_time", "password_enabled",
	"password_last_used", "password_last_changed", "mfa_active", "access_key_1_active", "access_key_1_last_rotated",
	"access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
	"access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date",
	"access_key_2_last_used_region", "access_key_2_last_used_service", "cert_1_active", "cert_1_last_rotated",
	"cert_2_active", "cert_2_last_rotated"};

enum { FIELDS_MAX = 256 };

struct row {
	struct slice at[FIELDS_MAX];
	size_t n;
};

/* One line into fields, quoted or not (RFC 4180; the report itself never quotes). Doubled quotes stay doubled. */
static struct slice take_row(struct slice text, struct row *row) {
	size_t i = 0;

	row->n = 0;
	for (;;) {
		size_t from = i, to;

		if (i < text.n && text.p[i] == '"') {
			from = ++i;
			while (i < text.n && (text.p[i] != '"' || (i + 1 < text.n && text.p[i + 1] == '"')))
				i += text.p[i] == '"' ? 2 : 1;
			to = i < text.n ? i : text.n;
			while (i < text.n && text.p[i] != ',' && text.p[i] != '\n')
				i++;
		} else {
			while (i < text.n && text.p[i] != ',' && text.p[i] != '\n')
				i++;
			to = i;
		}
		if (row->n < FIELDS_MAX)
			row->at[row->n++] = slice_trim(slice_sub(text, from, to));
		if (i >= text.n)
			return slice_sub(text, text.n, text.n);
		if (text.p[i++] == '\n')
			return slice_sub(text, i, text.n);
	}
}

bool aws_report_is(struct slice csv) {
	return slice_has_prefix(csv, "user,arn,user_creation_time") || slice_has_prefix(csv, "\"user\",\"arn\"");
}

struct report {
	struct aws_reading *r;
	size_t column[COLUMNS]; /* number in a row + 1; 0: not there */
	const struct row *row;
	struct aws_place place;
	struct slice arn, account;
};

static struct slice field(const struct report *p, enum column c) {
	size_t i = p->column[c];

	return i && i <= p->row->n ? p->row->at[i - 1] : (struct slice){0};
}

static enum aws_known truth(const struct report *p, enum column c) {
	struct slice s = field(p, c);

	if (slice_eq_nocase(s, slice_str("true")))
		return AWS_YES;
	/* N/A: nothing of this kind there; not_supported: the root's password, which nobody can leave out */
	return slice_eq_nocase(s, slice_str("false")) || slice_eq_nocase(s, slice_str("N/A")) ? AWS_NO : AWS_UNKNOWN;
}

static struct when when_of(const struct report *p, enum column c, struct when absent) {
	return p->column[c] ? aws_when_text(field(p, c), absent) : AWS_UNTOLD;
}

static struct slice told(const struct report *p, enum column c) {
	struct slice s = field(p, c);

	return slice_eq_nocase(s, slice_str("N/A")) || slice_eq(s, slice_str("no_information")) ? slice_of(NULL, 0)
												: aws_keep(p->r, s);
}

static struct aws_credential *credential(struct report *p, enum aws_credential_kind k, struct slice id) {
	struct aws_credential *c = aws_credential_of(p->r->inv, k, id);

	c->place = p->place;
	c->owner = aws_keep(p->r, p->arn);
	c->account = aws_keep(p->r, p->account);
	return c;
}

/* A key that was switched off keeps its dates: it is there. One that never was has N/A. */
static void read_slot(struct report *p, unsigned slot, enum column active) {
	enum aws_known on = truth(p, active);
	struct when rotated = when_of(p, active + 1, AWS_UNTOLD);
	struct aws_credential *c;

	if (on != AWS_YES && rotated.state != WHEN_AT)
		return;
	c = credential(p, AWS_ACCESS_KEY, (struct slice){0});
	c->slot = slot;
	c->active = on;
	c->rotated = rotated;
	c->last_used = when_of(p, active + 2, AWS_NEVER);
	c->used_region = told(p, active + 3);
	c->used_service = told(p, active + 4);
}

static void read_certificate(struct report *p, unsigned slot, enum column active) {
	struct when rotated = when_of(p, active + 1, AWS_UNTOLD);
	struct aws_credential *c;

	if (truth(p, active) != AWS_YES)
		return;
	c = credential(p, AWS_SIGNING_CERTIFICATE, (struct slice){0});
	c->slot = slot;
	c->active = AWS_YES;
	c->rotated = c->created = rotated;
}

static void read_user(struct report *p) {
	struct aws_principal *principal;
	struct aws_arn arn;
	bool root = slice_eq(field(p, USER), slice_str("<root_account>"));
	enum aws_known password = truth(p, PASSWORD_ENABLED);
	struct aws_credential *c;

	p->arn = field(p, ARN);
	if (!aws_arn_parse(p->arn, &arn)) {
		aws_trouble(p->r, "export-damaged", true, p->place.span.line,
			"a row of the credential report without an ARN; it is left out");
		return;
	}
	p->account = arn.account;
	aws_account_seen(p->r->inv, arn.account);
	p->r->account = aws_keep(p->r, arn.account);
	if (root)
		aws_account_export(p->r->inv, arn.account, AWS_EXPORT_CREDENTIAL_REPORT);
	principal = aws_principal_of(&p->r->inv->estate, p->arn);
	if (!principal->place.source)
		principal->place = p->place;
	principal->created = aws_either(principal->created, when_of(p, USER_CREATED, AWS_UNTOLD));
	principal->access_keys = 0; /* the report tells of all; counted when exports are settled */
	c = credential(p, AWS_PASSWORD, p->arn);
	c->active = root ? AWS_YES : password;
	c->mfa = truth(p, MFA);
	c->last_used = aws_later(c->last_used, when_of(p, PASSWORD_USED, password == AWS_YES ? AWS_NEVER : AWS_UNTOLD));
	c->rotated = when_of(p, PASSWORD_CHANGED, AWS_UNTOLD);
	c->created = principal->created;
	read_slot(p, 1, KEY1_ACTIVE);
	read_slot(p, 2, KEY2_ACTIVE);
	read_certificate(p, 1, CERT1_ACTIVE);
	read_certificate(p, 2, CERT2_ACTIVE);
}

void aws_report_read(struct aws_reading *r, struct slice csv, struct aws_place place, bool own_lines) {
	struct row *row = mem_alloc(sizeof(*row));
	struct report p = {.r = r, .row = row, .place = place};
	struct slice rest = take_row(csv, row);
	unsigned line = 1;
	uint64_t from = csv.n - rest.n;

	for (size_t i = 0; i < row->n; i++)
		for (int c = 0; c < COLUMNS; c++)
			if (slice_eq(row->at[i], slice_str(names[c])))
				p.column[c] = i + 1;
	while (rest.n) {
		struct slice after = take_row(rest, row);
		size_t len = rest.n - after.n;

		line++;
		if (own_lines)
			p.place.span = (struct span){from, from + len, line, 1, line, (unsigned)len};
		if (row->n > 1)
			read_user(&p);
		from += len;
		rest = after;
	}
	free(row);
}

/* {Content: base64, ReportFormat, GeneratedTime}: the one export that says when it was made. */
static bool read_wrapped(struct aws_reading *r, const struct node *n, struct slice pointer) {
	struct slice content = slice_trim(aws_text(n, "Content"));
	struct when made = aws_when(node_get(n, "GeneratedTime"), AWS_UNTOLD);
	struct aws_place place = aws_place_of(r, node_get(n, "Content"), aws_pointer(r->scratch, pointer, "Content"));
	uint8_t *bytes;
	int len;

	if (content.n > (1u << 30))
		return false;
	if (aws_report_is(content)) {
		aws_report_read(r, content, place, false);
		return true;
	}
	bytes = arena_alloc(r->scratch, content.n + 4);
	len = content.n % 4 ? -1 : EVP_DecodeBlock(bytes, content.p, (int)content.n);
	if (len < 0 || !aws_report_is(slice_of(bytes, (size_t)len))) {
		aws_trouble(r, "export-damaged", true, place.span.line, "Content is no credential report in base64");
		return true;
	}
	/* EVP_DecodeBlock() counts the padding as bytes. */
	for (size_t i = content.n; i && content.p[i - 1] == '=' && len; i--)
		len--;
	if (made.state == WHEN_AT)
		r->inv->as_of = aws_later(r->inv->as_of, made);
	aws_report_read(r, slice_of(bytes, (size_t)len), place, false);
	return true;
}

const struct aws_shape aws_shapes_report[] = {
	{"credential-report", AWS_EXPORT_CREDENTIAL_REPORT, {"Content", "ReportFormat"}, read_wrapped},
	{0},
};
