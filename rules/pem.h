/* Inside of the key block check: what pem.c (dispatch, DER), pem_text.c (armour) and pem_formats.c (OpenSSH, PGP, PuTTY)
 * share. The door is the "pem" row of wellformed.h. */
#ifndef NHISCAN_RULES_PEM_H
#define NHISCAN_RULES_PEM_H

#include "core/buf.h"
#include "rules/wellformed_checks.h"

enum pem_fault {
	PEM_SOUND,
	PEM_EMPTY,	 /* header and nothing behind it */
	PEM_PLACEHOLDER, /* "...", "<key>", "xxxx" */
	PEM_NOT_BASE64,
};

/* A block taken apart. Lines may be parted by newlines, written-out \n and \r\n, or blanks; quotes and signs of
 * concatenation around the lines are passed over. */
struct pem_block {
	struct slice label;  /* "RSA PRIVATE KEY"; empty when there is no header line */
	bool has_end;	     /* an END line was seen: nothing is cut off */
	bool proc_encrypted; /* Proc-Type: 4,ENCRYPTED or DEK-Info (RFC 1421) */
	enum pem_fault fault;
	struct buf der; /* the decoded body when sound */
};

void pem_take_apart(struct slice text, struct pem_block *out);
void pem_block_free(struct pem_block *b);

/* Next piece of `s` from *at that holds no white space, written-out or real; false at the end. */
bool pem_next_word(struct slice s, size_t *at, struct slice *word);

void judge_openssh(struct slice body, struct arena *a, struct judgement *j);
void judge_pgp(struct slice body, struct judgement *j);
void judge_putty(struct slice text, struct judgement *j);

#endif
