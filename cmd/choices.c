/* The words that the value of an option, or an operand, may be. Which option takes which is in the tables. */
#include "cmd/choices.h"

#include "report/inventory.h"
#include "report/report.h"

const char *choice_format(size_t i) {
	const struct report_format *f = report_formats[i];
	return f ? f->name : NULL;
}

const char *choice_inventory_format(size_t i) {
	const struct inventory_format *f = inventory_formats[i];
	return f ? f->name : NULL;
}

const char *choice_provider(size_t i) {
	static const char *const names[] = {"aws"};
	return i < 1 ? names[i] : NULL;
}

const char *choice_list_format(size_t i) {
	static const char *const names[] = {"text", "json"};
	return i < 2 ? names[i] : NULL;
}

const char *choice_fail_on(size_t i) {
	if (i <= SEVERITY_CRITICAL)
		return severity_name((enum severity)i);
	return i == SEVERITY_CRITICAL + 1 ? "none" : NULL;
}

const char *choice_confidence(size_t i) {
	return i <= CONFIDENCE_HIGH ? confidence_name((enum confidence)i) : NULL;
}

const char *choice_hook(size_t i) {
	static const char *const names[] = {"pre-commit", "pre-push", "pre-receive"};
	return i < 3 ? names[i] : NULL;
}

const char *choice_shell(size_t i) {
	static const char *const names[] = {"bash", "zsh", "fish"};
	return i < 3 ? names[i] : NULL;
}
