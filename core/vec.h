/* Growable arrays of any element type: struct { T *at; size_t n, cap; }, zeroed is empty.
 * The element memory is owned by the vec; VEC_FREE releases it, VEC_WIPE clears it first. */
#ifndef NHISCAN_CORE_VEC_H
#define NHISCAN_CORE_VEC_H

#include "core/memory.h"

#include <string.h>

#define VEC(T)                                                                                                         \
	struct {                                                                                                       \
		T *at;                                                                                                 \
		size_t n, cap;                                                                                         \
	}

/* Makes room for `extra` more elements. */
#define VEC_RESERVE(v, extra)                                                                                          \
	do {                                                                                                           \
		size_t vec_need_ = (v)->n + (extra);                                                                   \
		if (vec_need_ > (v)->cap) {                                                                            \
			size_t vec_cap_ = (v)->cap ? (v)->cap * 2 : 8;                                                 \
			if (vec_cap_ < vec_need_)                                                                      \
				vec_cap_ = vec_need_;                                                                  \
			(v)->at = mem_grow((v)->at, vec_cap_, sizeof(*(v)->at));                                       \
			(v)->cap = vec_cap_;                                                                           \
		}                                                                                                      \
	} while (0)

#define VEC_PUSH(v, value)                                                                                             \
	do {                                                                                                           \
		VEC_RESERVE(v, 1);                                                                                     \
		(v)->at[(v)->n++] = (value);                                                                           \
	} while (0)

#define VEC_FREE(v)                                                                                                    \
	do {                                                                                                           \
		free((v)->at);                                                                                         \
		memset((v), 0, sizeof(*(v)));                                                                          \
	} while (0)

#define VEC_WIPE(v)                                                                                                    \
	do {                                                                                                           \
		mem_wipe_free((v)->at, (v)->cap * sizeof(*(v)->at));                                                   \
		memset((v), 0, sizeof(*(v)));                                                                          \
	} while (0)

#endif
