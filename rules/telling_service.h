/* Which vendors a catalogue knows by name, and what their tokens without a prefix look like ("32 hex digits beside Datadog"), taken
 * from the rules that find a token by its vendor's name. A value of such a form with that name in sight is that vendor's token, even
 * where neither stands where the rule looks. Which vendors there are: rules/secrets. */
#ifndef NHISCAN_RULES_TELLING_SERVICE_H
#define NHISCAN_RULES_TELLING_SERVICE_H

#include "rules/rule.h"

struct telling_services;

/* `c` must outlive it. Gathered when first asked; may be shared by threads. */
struct telling_services *telling_services_of(const struct catalogue *c);
void telling_services_free(struct telling_services *t);

/* The vendor that `around` names and whose tokens have the form of `value`, or NULL. `t` may be NULL: then as nothing known. */
const char *service_told(struct telling_services *t, struct slice value, struct slice around);

#endif
