/* Names of object types and troubles, as rows. Nothing that reads objects. */
#include "scanners/git/object.h"

static const char *const type_names[] = {"none", "commit", "tree", "blob", "tag"};
static const char *const trouble_names[] = {"none", "missing", "corrupt", "too-large", "unreadable"};

const char *object_type_name(enum object_type t) {
	return (unsigned)t <= OBJECT_TAG ? type_names[t] : type_names[0];
}

enum object_type object_type_parse(struct slice name) {
	for (unsigned t = OBJECT_COMMIT; t <= OBJECT_TAG; t++)
		if (slice_eq(name, slice_str(type_names[t])))
			return (enum object_type)t;
	return OBJECT_NONE;
}

const char *trouble_name(enum trouble t) {
	return (unsigned)t <= TROUBLE_IO ? trouble_names[t] : trouble_names[0];
}
