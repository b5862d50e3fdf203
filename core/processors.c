/* How many processors this process may use: affinity mask and cgroup CPU quota.
 * The threads themselves live in pool.c. Formats: cgroups(7), Linux Documentation/admin-guide/cgroup-v2.rst. */
#include "core/pool.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_QUOTA UINT_MAX
#define CPUS_MAX (1 << 16)

static unsigned affinity(void) {
	/* The kernel's mask may be larger than cpu_set_t; EINVAL asks for a larger one. */
	for (int cpus = 1024; cpus <= CPUS_MAX; cpus *= 2) {
		cpu_set_t *set = CPU_ALLOC((size_t)cpus);
		size_t size = CPU_ALLOC_SIZE((size_t)cpus);

		if (!set)
			break;
		int failed = sched_getaffinity(0, size, set);
		int why = errno;
		int count = failed ? 0 : CPU_COUNT_S(size, set);
		CPU_FREE(set);
		if (count > 0)
			return (unsigned)count;
		if (why != EINVAL)
			break;
	}
	return 1;
}

/* Two numbers of `path`, the second 0 when there is only one; false when the file is not there or says "max". */
static bool read_numbers(const char *path, long long *a, long long *b) {
	char line[64] = "", *end;
	FILE *f = fopen(path, "re");

	if (!f)
		return false;
	if (!fgets(line, sizeof(line), f))
		line[0] = 0;
	fclose(f);
	*a = strtoll(line, &end, 10);
	*b = strtoll(end, NULL, 10);
	return end != line;
}

static unsigned quota_of(long long quota, long long period) {
	if (quota <= 0 || period <= 0)
		return NO_QUOTA;

	long long cpus = (quota - 1) / period + 1;

	return cpus < (long long)NO_QUOTA ? (unsigned)cpus : NO_QUOTA;
}

static unsigned quota_at(bool v2, const char *mount, const char *group) {
	char path[PATH_MAX];
	long long quota, period, unused;

	if (v2) {
		if (snprintf(path, sizeof(path), "%s%s/cpu.max", mount, group) >= (int)sizeof(path))
			return NO_QUOTA;
		return read_numbers(path, &quota, &period) ? quota_of(quota, period) : NO_QUOTA;
	}
	if (snprintf(path, sizeof(path), "%s%s/cpu.cfs_quota_us", mount, group) >= (int)sizeof(path) ||
		!read_numbers(path, &quota, &unused))
		return NO_QUOTA;
	if (snprintf(path, sizeof(path), "%s%s/cpu.cfs_period_us", mount, group) >= (int)sizeof(path) ||
		!read_numbers(path, &period, &unused))
		return NO_QUOTA;
	return quota_of(quota, period);
}

/* The tightest quota of `group` and the groups around it. Inside a container the path may not exist under the
 * mount; then only the mount's top, which is the container's own group, answers. */
static unsigned quota_upwards(bool v2, const char *mount, char *group) {
	unsigned least = NO_QUOTA;

	for (;;) {
		char *slash = strrchr(group, '/');
		unsigned q = quota_at(v2, mount, strcmp(group, "/") == 0 ? "" : group);

		if (q < least)
			least = q;
		if (!slash)
			return least;
		*slash = 0;
	}
}

/* Is `name` one of the comma-separated `controllers`? */
static bool has_controller(const char *controllers, const char *name) {
	size_t n = strlen(name);

	for (const char *p = controllers; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strncmp(p, name, n) == 0 && (p[n] == ',' || p[n] == 0))
			return true;
	return false;
}

static unsigned cgroup_quota(void) {
	char line[PATH_MAX];
	unsigned least = NO_QUOTA;
	FILE *f = fopen("/proc/self/cgroup", "re");

	if (!f)
		return NO_QUOTA;
	while (fgets(line, sizeof(line), f)) { /* "0::/path" (v2) or "4:cpu,cpuacct:/path" (v1) */
		char *controllers = strchr(line, ':');
		char *group = controllers ? strchr(controllers + 1, ':') : NULL;
		unsigned q;

		if (!group)
			continue;
		*group++ = 0;
		controllers++;
		group[strcspn(group, "\n")] = 0;
		if (*controllers == 0)
			q = quota_upwards(true, "/sys/fs/cgroup", group);
		else if (has_controller(controllers, "cpu"))
			q = quota_upwards(false, "/sys/fs/cgroup/cpu", group);
		else
			continue;
		if (q < least)
			least = q;
	}
	fclose(f);
	return least;
}

unsigned pool_default_threads(void) {
	unsigned cpus = affinity(), quota = cgroup_quota();

	return quota < cpus ? quota : cpus;
}
