/* From the rules of a report to entries of other frameworks. The frameworks are rules/framework.h's. */
#include "report/frameworks.h"

unsigned framework_risks(const struct framework *f, const struct used_rules *used) {
	unsigned risks = 0;

	if (strcmp(f->id, "owasp-nhi") == 0 || strcmp(f->id, "cwe") == 0)
		return 0;
	for (size_t i = 0; i < used->n; i++)
		if (framework_applies(f, used->at[i]->id))
			risks |= used->at[i]->nhi;
	return framework_has_links(f, risks) ? risks : 0;
}

bool framework_entry_is_linked(const struct framework *f, size_t entry, unsigned risks) {
	for (size_t i = 0; i < f->nlinks; i++)
		if (f->links[i].entry == entry && (risks >> f->links[i].nhi & 1))
			return true;
	return false;
}

bool framework_has_links(const struct framework *f, unsigned risks) {
	for (size_t i = 0; i < f->nlinks; i++)
		if (risks >> f->links[i].nhi & 1)
			return true;
	return false;
}
