/* Pairing of formats with files, and safe writing of report files.
 * What stands in a report is the report room's business. */
#include "cmd/outputs.h"

#include "cmd/exit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_stdout(const char *file) {
	return !file || strcmp(file, "-") == 0;
}

/* "report.sarif" is sarif: a format's name is its extension, unless it has another. */
static const struct report_format *format_of_name(const char *file) {
	const char *slash = strrchr(file, '/'), *dot = strrchr(slash ? slash + 1 : file, '.');
	if (!dot)
		return NULL;
	for (size_t i = 0; report_formats[i]; i++)
		if (report_formats[i]->extension && strcmp(report_formats[i]->extension, dot + 1) == 0)
			return report_formats[i];
	return report_format_find(dot + 1);
}

static int resolve(const struct text_list *formats, const struct text_list *files, size_t i, struct output *out,
	struct error *err) {
	const char *file = i < files->n ? files->at[i] : NULL;
	out->file = is_stdout(file) ? NULL : file;
	if (file && !*file)
		return error_set(err, ERR_USAGE, "--output needs the name of a file");
	if (i < formats->n)
		out->format = report_format_find(formats->at[i]);
	else if (out->file)
		out->format = format_of_name(file);
	else
		out->format = report_format_find("text");
	if (out->format)
		return 0;
	if (i < formats->n)
		return error_set(err, ERR_USAGE, "--format: '%s' is not a format", formats->at[i]);
	return error_set(err, ERR_USAGE, "--output %s: the name does not tell the format; give --format too", file);
}

int outputs_pair(struct arena *a, const struct text_list *formats, const struct text_list *files, struct outputs *out,
	struct error *err) {
	size_t n = formats->n > files->n ? formats->n : files->n;
	if (n == 0)
		n = 1;
	struct output *list = ARENA_NEW_N(a, struct output, n);
	for (size_t i = 0; i < n; i++) {
		if (resolve(formats, files, i, &list[i], err) < 0)
			return -1;
		for (size_t k = 0; k < i; k++) {
			if (!list[i].file && !list[k].file)
				return error_set(err, ERR_USAGE,
					"two reports for the standard output (%s and %s); give --output FILE for one "
					"of them",
					list[k].format->name, list[i].format->name);
			if (list[i].file && list[k].file && strcmp(list[i].file, list[k].file) == 0)
				return error_set(err, ERR_USAGE, "--output %s is given twice", list[i].file);
		}
	}
	*out = (struct outputs){list, n};
	return 0;
}

bool outputs_use_stdout(const struct outputs *o) {
	for (size_t i = 0; i < o->n; i++)
		if (!o->at[i].file)
			return true;
	return false;
}

/* The folder a file is in; caller frees. */
static char *folder_of(const char *file) {
	const char *slash = strrchr(file, '/');
	char *dir = slash ? strndup(file, (size_t)(slash - file) + 1) : strdup("./");
	if (!dir)
		abort();
	return dir;
}

/* 0: a plain name to rename over. 1: a character device, written as it is. */
static int check_name(const char *file, struct error *err) {
	struct stat st;
	if (lstat(file, &st) < 0)
		return errno == ENOENT ? 0 : (error_errno(err, "--output %s", file), -1);
	if (S_ISREG(st.st_mode))
		return 0;
	if (S_ISCHR(st.st_mode))
		return 1;
	const char *what = S_ISLNK(st.st_mode)	 ? "a symbolic link, which is not followed"
			   : S_ISDIR(st.st_mode) ? "a folder"
						 : "not a regular file";
	return error_set(err, ERR_USAGE, "--output %s is %s; name a file", file, what);
}

int outputs_check(const struct outputs *o, struct error *err) {
	for (size_t i = 0; i < o->n; i++) {
		const char *file = o->at[i].file;
		if (!file)
			continue;
		int kind = check_name(file, err);
		if (kind < 0) {
			err->kind = ERR_USAGE;
			return -1;
		}
		char *dir = folder_of(file);
		int rc = kind == 1 ? access(file, W_OK) : access(dir, W_OK | X_OK);
		free(dir);
		if (rc < 0) {
			error_errno(err, "--output %s: its folder cannot be written", file);
			err->kind = ERR_USAGE;
			return -1;
		}
	}
	return 0;
}

static int write_stdout(
	const struct output *o, const struct report *r, const struct report_style *style, struct error *err) {
	if (o->format->write(r, style, stdout, err) < 0)
		return exit_reader_is_gone() ? 0 : error_context(err, "standard output");
	if (fflush(stdout) != 0 || ferror(stdout))
		return exit_reader_is_gone() ? 0 : error_errno(err, "standard output");
	return 0;
}

/* Writes the report and forces it to the disk; closes `fd` in any case. */
static int write_stream(const struct output *o, const struct report *r, int fd, bool device, struct error *err) {
	static const struct report_style plain = {0};
	FILE *f = fdopen(fd, "w");
	if (!f) {
		error_errno(err, "%s", o->file);
		close(fd);
		return -1;
	}
	int rc = o->format->write(r, &plain, f, err);
	if (rc < 0)
		error_context(err, "%s", o->file);
	else if (fflush(f) != 0 || ferror(f) || (!device && fsync(fd) < 0))
		rc = error_errno(err, "%s", o->file);
	if (fclose(f) != 0 && rc == 0)
		rc = error_errno(err, "%s", o->file);
	return rc;
}

static int write_device(const struct output *o, const struct report *r, struct error *err) {
	int fd = open(o->file, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
	if (fd < 0)
		return error_errno(err, "%s", o->file);
	return write_stream(o, r, fd, true, err);
}

static int write_file(const struct output *o, const struct report *r, struct error *err) {
	int kind = check_name(o->file, err); /* again: a scan takes long enough for things to change */
	if (kind != 0)
		return kind < 0 ? -1 : write_device(o, r, err);
	char *dir = folder_of(o->file), *temp = NULL;
	int rc = -1, fd = -1;
	/* a name of its own rather than FILE plus a suffix, which could be too long */
	if (asprintf(&temp, "%s.nhiscan-report-XXXXXX", dir) < 0)
		abort();
	fd = mkostemp(temp, O_CLOEXEC); /* O_EXCL, mode 0600 */
	if (fd < 0) {
		error_errno(err, "%s: no file can be made in its folder", o->file);
		goto out;
	}
	if (write_stream(o, r, fd, false, err) < 0)
		goto out;
	if (rename(temp, o->file) < 0) {
		error_errno(err, "%s", o->file);
		goto out;
	}
	rc = 0;
out:
	if (rc < 0 && fd >= 0)
		unlink(temp);
	free(temp);
	free(dir);
	return rc;
}

int outputs_write(
	const struct outputs *o, const struct report *r, const struct report_style *style, struct error *err) {
	int rc = 0;
	for (size_t i = 0; i < o->n; i++) {
		struct error e = {0};
		int one = o->at[i].file ? write_file(&o->at[i], r, &e) : write_stdout(&o->at[i], r, style, &e);
		if (one < 0 && rc == 0) {
			rc = -1;
			if (err)
				*err = e;
		}
	}
	return rc;
}
