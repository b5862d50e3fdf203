/* A thing that is made when it is first asked for, by whichever thread. A zeroed struct is one that was not made yet. */
#ifndef NHISCAN_CORE_LAZY_H
#define NHISCAN_CORE_LAZY_H

#include <stdatomic.h>

struct lazy {
	_Atomic(void *) made;
};

/* make() never gives NULL. Of threads that make it at the same time, the first to be done is believed; the others' is dropped. */
static inline void *lazy_get(struct lazy *l, void *(*make)(const void *of), void (*drop)(void *), const void *of) {
	void *made = atomic_load_explicit(&l->made, memory_order_acquire), *first = NULL;

	if (made)
		return made;
	made = make(of);
	if (atomic_compare_exchange_strong(&l->made, &first, made))
		return made;
	drop(made);
	return first;
}

/* What was made, or NULL. */
static inline void *lazy_made(struct lazy *l) {
	return atomic_load_explicit(&l->made, memory_order_acquire);
}

#endif
