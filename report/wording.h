/* Words that more than one format uses for the same thing. */
#ifndef NHISCAN_REPORT_WORDING_H
#define NHISCAN_REPORT_WORDING_H

#include "core/buf.h"
#include "report/report.h"

#define COMMIT_SHORT 10 /* hex characters shown to people */

/* Where a sighting stands: "still at HEAD", "history only", "in a stash", …; NULL when the path says all. */
const char *wording_state(const struct sighting *s);

/* "alpha/app/.env", "standard input", "message of commit 1f2e3d4c5b": what the sighting is in, any bytes. With several
 * targets, folders and repositories are named before the path. */
void wording_subject(struct buf *out, const struct report_run *run, const struct sighting *s);

/* What the paths of a target are relative to, where there are several: its name, or that of the repository it lies in. Empty when there is no need of one. */
struct slice wording_root(const struct report_run *run, size_t target);

/* Where a sighting is, whole: "deploy/prod.env, line 4, in commit 1f2e3d4c5b of 2024-01-31, still at HEAD". Escaped by text_escape(). */
void wording_place(struct buf *out, const struct report *r, const struct sighting *s);
void wording_place_raw(struct buf *out, const struct report *r, const struct sighting *s); /* not escaped */

/* Complete sentences: what is where, and the verdict with its reasons. Escaped by text_escape(). */
void wording_sentence(struct buf *out, const struct report *r, const struct finding *f);

/* The path that readers of files of a working tree can follow: of the first sighting, when that lies in one. Any bytes; empty otherwise. */
struct slice wording_file(const struct finding *f);

/* "NHI2:2025 NHI7:2025" and "CWE-798 CWE-540", with blanks between. */
void wording_risks(struct buf *out, const struct rule *rule);
void wording_weaknesses(struct buf *out, const struct rule *rule);

/* What a finding is about: decides the class of events and the type of assets. */
enum about { ABOUT_SECRET, ABOUT_PIPELINE, ABOUT_IDENTITY };
enum about wording_about(const struct rule *rule);

/* "CamelCase" of a slug or a title, ASCII letters and digits only; at most 200 bytes. */
void wording_pascal(struct buf *out, const char *text);

/* "layer 2 of 5 of app:latest, deleted by layer 4": where a sighting lies in an image. */
void wording_layer(struct buf *out, const struct layer_note *l);

#endif
