/* Which entries of other frameworks the rules of a report lead to, through their NHI risks: what the formats share. */
#ifndef NHISCAN_REPORT_FRAMEWORKS_H
#define NHISCAN_REPORT_FRAMEWORKS_H

#include "report/counts.h"

/* The risks of the used rules that `f` applies to, bit i set: NHI(i+1). 0: the report does not name `f`; so for the frameworks that
 * every report carries by itself, the NHI Top 10 and CWE. */
unsigned framework_risks(const struct framework *f, const struct used_rules *used);
/* Is the entry linked to one of these risks? */
bool framework_entry_is_linked(const struct framework *f, size_t entry, unsigned risks);
bool framework_has_links(const struct framework *f, unsigned risks);

#endif
