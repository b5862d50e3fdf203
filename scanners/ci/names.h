/* What the names of variables and secrets say: whether they are a credential's, whose, and whether a person's. */
#ifndef NHISCAN_SCANNERS_CI_NAMES_H
#define NHISCAN_SCANNERS_CI_NAMES_H

#include "scanners/document.h"

/* "aws", "npm", … for a credential's name; NULL when the name says nothing. */
const char *ci_name_provider(struct slice name);
/* A long-lived key of a cloud that would take an identity token instead. */
bool ci_name_is_cloud_key(struct slice name);
/* A person's token: PAT, PERSONAL_…. */
bool ci_name_is_personal(struct slice name);
/* Minted by the CI system for the job and gone with it: GITHUB_TOKEN, CI_JOB_TOKEN, … */
/* Names what is kept beside secrets without being one: a user name, a region, an account number, a role. */
bool ci_name_is_identifier(struct slice name);
bool ci_name_is_of_job(struct slice name);
/* A reference to a value kept elsewhere, or no value: ${X}, $(x), << x >>, {{ x }}, vault:…, empty. */
bool ci_text_is_reference(struct slice text);
/* Production by its name. */
/* A file that shows or tests something: in a folder called examples, samples, docs, test, testdata, …, or a workflow where none is run. */
bool ci_is_example(const struct document *doc);
bool ci_name_is_production(struct slice name);

#endif
