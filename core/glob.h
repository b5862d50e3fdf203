/* Globs as gitignore(5) defines them: `*` stays inside a name, `**` crosses, `?`, `[…]`, a leading `/` or an
 * inner `/` anchors, a trailing `/` is for folders, `!` negates, `#` comments. Linear-time matching:
 * no pattern makes it exponential. Bytes, not characters. */
#ifndef NHISCAN_CORE_GLOB_H
#define NHISCAN_CORE_GLOB_H

#include "core/arena.h"

/* One pattern against one relative path with `/` separators. `*` does not match `/`. As in gitignore, a pattern
 * without an inner `/` is held against the last name only. A path that ends in `/` is a folder. No `!` or `#` here. */
bool glob_match(struct slice pattern, struct slice path);

/* An ordered list of gitignore lines; the last one that matches decides. */
struct glob_list;

/* Parses the text of an ignore file. Lives in `a`. Blank lines and comments are dropped; no line is an error. */
struct glob_list *glob_list_parse(struct arena *a, struct slice text);

enum glob_answer { GLOB_NONE, GLOB_IGNORED, GLOB_KEPT };

/* `path` is relative to the folder of the ignore file. A path below an ignored folder is ignored whatever else
 * matches, so callers may ask about a whole path at once. */
enum glob_answer glob_list_match(const struct glob_list *l, struct slice path, bool is_dir);

#endif
