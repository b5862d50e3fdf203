/* The rows, and moving values along them. What a limit means is said in core/limits.h, what a file may set in config.c. */
#include "cmd/limit_fields.h"

#include "cmd/option_table.h"

static const struct row {
	const char *name;   /* in a configuration file */
	const char *option; /* whose bounds hold */
	size_t given;	    /* in struct options */
	size_t at, width;   /* in struct limits */
} rows[LIMIT_FIELDS] = {
#define ROW(name, option, field, limit)                                                                                \
	{                                                                                                              \
		name, option, offsetof(struct options, field), offsetof(struct limits, limit),                         \
			sizeof(((struct limits *)0)->limit)                                                            \
	}
	ROW("max_document_size", "max-document-size", max_document_bytes, max_document_bytes),
	ROW("decode_depth", "decode-depth", decode_depth, max_decode_depth),
	ROW("archive_depth", "archive-depth", archive_depth, max_archive_depth),
	ROW("archive_members", "archive-members", archive_members, max_archive_members),
	ROW("archive_size", "archive-size", archive_bytes, max_archive_bytes),
	ROW("archive_ratio", "archive-ratio", archive_ratio, max_archive_ratio),
	ROW("archive_time", "archive-time", archive_seconds, max_archive_seconds),
	ROW("archive_memory", "archive-memory", archive_memory, max_archive_memory),
#undef ROW
};

const char *limit_field_name(size_t i) {
	return i < LIMIT_FIELDS ? rows[i].name : NULL;
}

int limit_field_parse(size_t i, const char *text, uint64_t *out, struct error *err) {
	for (size_t k = 0; k < option_table_n; k++)
		if (strcmp(option_table[k].name, rows[i].option) == 0)
			return option_number_parse(&option_table[k], text, out, err);
	return error_set(err, ERR_USAGE, "no option sets it"); /* a row without its option: the unit test finds it */
}

uint64_t limit_field_get(size_t i, const struct limits *l) {
	const char *at = (const char *)l + rows[i].at;
	uint64_t wide = 0;
	uint32_t narrow = 0;

	if (rows[i].width == sizeof(narrow)) {
		memcpy(&narrow, at, sizeof(narrow));
		return narrow;
	}
	memcpy(&wide, at, sizeof(wide));
	return wide;
}

static void set(struct limits *l, size_t i, uint64_t value) {
	char *at = (char *)l + rows[i].at;
	uint32_t narrow = (uint32_t)value; /* the options' bounds are below 2^32 for these */

	memcpy(at, rows[i].width == sizeof(narrow) ? (const void *)&narrow : &value, rows[i].width);
}

void limit_fields_apply(struct limits *l, const struct options *o, const struct option_number *config) {
	for (size_t i = 0; i < LIMIT_FIELDS; i++) {
		const struct option_number *n = (const void *)((const char *)o + rows[i].given);

		if (n->given)
			set(l, i, n->value);
		else if (config && config[i].given)
			set(l, i, config[i].value);
	}
}
