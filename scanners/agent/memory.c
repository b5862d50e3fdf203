/* Where servers and frameworks keep what agents remember: files, vector stores, graphs. A place is told without the credentials in it, so that two
 * agents with the same one can be joined. Names of variables and flags as the servers' own documents have them. */
#include "scanners/agent/parts.h"

#include "core/buf.h"

/* Variables that name a store, whatever the server. */
static const char *const variables[] = {"MEMORY_FILE_PATH", "MEMORY_PATH", "MEMORY_DB_PATH", "MEMORY_DIR",
	"MEMORY_BANK_ROOT", "QDRANT_URL", "QDRANT_LOCAL_PATH", "CHROMA_DATA_DIR", "CHROMA_HOST", "CHROMA_URL",
	"PINECONE_INDEX_HOST", "WEAVIATE_URL", "MILVUS_URI", "MILVUS_ADDRESS", "LANCEDB_PATH", "LANCEDB_URI",
	"ZEP_API_URL", "MCP_MEMORY_CHROMA_PATH", "MCP_MEMORY_SQLITE_PATH", "OPENMEMORY_URL", "GRAPHITI_URL"};
/* … and those that do so only for a server of memory. */
static const char *const of_memory[] = {"NEO4J_URI", "NEO4J_URL", "REDIS_URL", "DATABASE_URL", "POSTGRES_URL",
	"STORAGE_PATH", "DB_PATH", "SQLITE_PATH", "DATA_DIR"};
static const char *const flags[] = {"--data-dir", "--db-path", "--persist-dir", "--memory-path", "--memory-file",
	"--storage-path", "--persist-directory"};

/* scheme://user:password@host/path?query: the host and the path. Others as they are, without a ./ ahead. */
static struct slice place_of(struct slice text) {
	ptrdiff_t at = slice_find(text, slice_str("://"));
	size_t end, from;

	while (slice_has_prefix(text, "./"))
		text = slice_sub(text, 2, text.n);
	if (at < 0 || slice_has_prefix(text, "file:"))
		return text;
	from = (size_t)at + 3;
	for (end = from; end < text.n && text.p[end] != '?' && text.p[end] != '#'; end++)
		if (text.p[end] == '@')
			from = end + 1;
	return slice_sub(text, from, end);
}

void agent_set_memory(const struct agent *a, struct fact *f, struct slice text, struct slice part, struct span span) {
	struct buf b = {0};
	struct slice place = slice_sub(place_of(text), 0, 200);

	if (place.n < 2 || fact_get(f, "memory"))
		return;
	buf_add_slice(&b, place);
	if (part.n)
		buf_printf(&b, " (%.*s)", (int)(part.n < 60 ? part.n : 60), (const char *)part.p);
	fact_set_text(a->set, f, "memory", arena_copy(&a->set->arena, buf_slice(&b)), span);
	buf_free(&b);
}

static bool speaks_of_memory(const struct fact *f) {
	static const char *const words[] = {"memory", "mem0", "chroma", "graphiti", "zep", "remember"};
	struct slice names[] = {f->name, fact_text(f, "package")};

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			if (slice_find_nocase(names[k], slice_str(words[i])) >= 0)
				return true;
	return false;
}

void agent_read_memory(const struct agent *a, struct fact *f, const struct node *environment,
	const struct node *const *args, size_t n) {
	const bool memory = speaks_of_memory(f);
	const struct node *collection = node_get(environment, "COLLECTION_NAME");

	for (size_t i = 0; node_is(environment, NODE_MAPPING) && i < environment->n; i++) {
		struct slice name = environment->members[i].key->text;
		const struct node *value = environment->members[i].value;

		if (agent_is_one(name, variables, sizeof(variables) / sizeof(*variables)) ||
			(memory && agent_is_one(name, of_memory, sizeof(of_memory) / sizeof(*of_memory))))
			agent_set_memory(a, f, node_text(value), node_text(collection), value->span);
	}
	for (size_t i = 0; memory && i + 1 < n; i++)
		if (agent_is_one(node_text(args[i]), flags, sizeof(flags) / sizeof(*flags)))
			agent_set_memory(a, f, node_text(args[i + 1]), slice_of(NULL, 0), args[i + 1]->span);
}
