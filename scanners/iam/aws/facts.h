/* The inventory as facts: one for each identity, credential, interesting grant and exposure, with what rules ask about them. */
#ifndef NHISCAN_SCANNERS_IAM_AWS_FACTS_H
#define NHISCAN_SCANNERS_IAM_AWS_FACTS_H

#include "scanners/iam/aws/inventory.h"

extern const struct attribute aws_attributes[];

/* Makes the facts, in the order of the inventory, and links them to principals and credentials. Ages are those of `as_of`. After
 * aws_inventory_settle(). */
void aws_facts(struct aws_inventory *inv, int64_t as_of, struct fact_set *set);

/* Who answers for a thing, and how that is known: "team-payments" by "tag Owner". False when nothing says it. */
bool aws_owner_of_tags(const struct aws_tag *tags, size_t n, struct slice *owner, struct slice *tag);

/* "prod", "staging", "dev", "test" or empty, out of tags, or of the words of names. */
struct slice aws_environment_of_tags(const struct aws_tag *tags, size_t n);
struct slice aws_environment_of_name(struct slice name);

#endif
