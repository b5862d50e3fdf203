/* The inventory as JSON: nhiscan-inventory/1, and as a bill of materials of CycloneDX 1.6, in which an identity is a service and a credential a
 * cryptographic asset of the kind "related-crypto-material". Source: https://cyclonedx.org/docs/1.6/json/ */
#include "report/emit.h"
#include "report/inventory.h"

#include <string.h>

static void emit_truth(struct emitter *e, const char *key, enum inventory_truth t) {
	if (t == INVENTORY_UNKNOWN)
		emit_text(e, key, NULL);
	else
		emit_boolean(e, key, t == INVENTORY_YES);
}

static void json_row(struct emitter *e, const struct inventory_row *r) {
	emit_line(e);
	emit_open(e, NULL, '{');
	emit_text(e, "type", r->is_credential ? "credential" : "identity");
	emit_text(e, "kind", r->kind);
	emit_text(e, "name", r->name);
	emit_text(e, "provider", r->provider);
	emit_text(e, "account", r->account);
	emit_text(e, "account_name", r->account_name);
	if (r->is_credential) {
		emit_text(e, "identity", r->identity);
		emit_truth(e, "active", r->active);
	}
	emit_when(e, "created", r->created);
	emit_when(e, "last_used", r->last_used);
	if (r->is_credential) {
		emit_when(e, "rotated", r->rotated);
		emit_when(e, "expires", r->expires);
	}
	emit_text(e, "owner", r->owner);
	emit_text(e, "owner_source", r->owner_source);
	emit_text(e, "environment", r->environment);
	if (!r->is_credential) {
		emit_text(e, "trust", r->trust);
		emit_text(e, "power", r->power);
	}
	emit_open(e, "referred_by", '[');
	for (size_t i = 0; i < r->nreferred; i++)
		emit_text(e, NULL, r->referred_by[i]);
	emit_close(e, ']');
	emit_text(e, "file", r->path);
	emit_number(e, "line", r->line);
	emit_number(e, "column", r->column);
	emit_text(e, "pointer", r->pointer);
	emit_close(e, '}');
}

static int write_json(const struct inventory *inv, FILE *out, struct error *err) {
	struct emitter e = {.out = out};

	emit_open(&e, NULL, '{');
	emit_text(&e, "schema", "nhiscan-inventory/1");
	emit_text(&e, "version", inv->version);
	emit_time(&e, "as_of", inv->as_of);
	emit_boolean(&e, "incomplete", inv->incomplete);
	emit_open(&e, "items", '[');
	for (size_t i = 0; i < inv->n; i++)
		json_row(&e, &inv->rows[i]);
	emit_line(&e);
	emit_close(&e, ']');
	emit_close(&e, '}');
	emit_end_line(&e);
	return emit_finish(&e, err);
}

const struct inventory_format inventory_json = {"json", "for machines, nhiscan-inventory/1", write_json};

static void property(struct emitter *e, const char *name, const char *value) {
	if (!value || !*value)
		return;
	emit_open(e, NULL, '{');
	emit_text(e, "name", name);
	emit_text(e, "value", value);
	emit_close(e, '}');
}

static void properties(struct emitter *e, const struct inventory_row *r) {
	char used[DATE_TEXT_MAX], made[DATE_TEXT_MAX];

	inventory_date(r->last_used, "unknown", used);
	inventory_date(r->created, "unknown", made);
	emit_open(e, "properties", '[');
	property(e, "nhiscan:kind", r->kind);
	property(e, "nhiscan:account", r->account);
	property(e, "nhiscan:account-name", r->account_name);
	property(e, "nhiscan:created", made);
	property(e, "nhiscan:last-used", used);
	property(e, "nhiscan:owner", r->owner);
	property(e, "nhiscan:owner-source", r->owner_source);
	property(e, "nhiscan:environment", r->environment);
	property(e, "nhiscan:trust", r->trust);
	property(e, "nhiscan:power", r->power);
	for (size_t i = 0; i < r->nreferred; i++)
		property(e, "nhiscan:referred-by", r->referred_by[i]);
	emit_close(e, ']');
}

/* Names of the schema's enumeration for what our kinds are. */
static const char *material(const struct inventory_row *r) {
	static const struct {
		const char *kind, *material;
	} rows[] = {{"password", "password"}, {"ssh-key", "public-key"}, {"access-key", "credential"},
		{"secret", "credential"}, {"parameter", "credential"}, {"service-credential", "credential"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(rows[i].kind, r->kind) == 0)
			return rows[i].material;
	return "other";
}

static void date_time(struct emitter *e, const char *key, struct when w) {
	if (w.state == WHEN_AT)
		emit_time(e, key, w.at);
}

static void component(struct emitter *e, const struct inventory_row *r, size_t i) {
	emit_line(e);
	emit_open(e, NULL, '{');
	emit_text(e, "type", "cryptographic-asset");
	emit_printf(e, "bom-ref", "item-%zu", i);
	emit_text(e, "name", r->name);
	emit_open(e, "cryptoProperties", '{');
	emit_text(e, "assetType", "related-crypto-material");
	emit_open(e, "relatedCryptoMaterialProperties", '{');
	emit_text(e, "type", material(r));
	emit_text(e, "id", r->name);
	if (r->active != INVENTORY_UNKNOWN)
		emit_text(e, "state", r->active == INVENTORY_YES ? "active" : "deactivated");
	date_time(e, "creationDate", r->created);
	date_time(e, "updateDate", r->rotated);
	date_time(e, "expirationDate", r->expires);
	emit_close(e, '}');
	emit_close(e, '}');
	properties(e, r);
	emit_close(e, '}');
}

static void service(struct emitter *e, const struct inventory_row *r, size_t i) {
	emit_line(e);
	emit_open(e, NULL, '{');
	emit_printf(e, "bom-ref", "item-%zu", i);
	emit_open(e, "provider", '{');
	emit_text(e, "name", r->provider ? r->provider : "unknown");
	emit_close(e, '}');
	emit_text(e, "name", r->name);
	emit_boolean(e, "authenticated", true);
	properties(e, r);
	emit_close(e, '}');
}

static void dependencies(struct emitter *e, const struct inventory *inv) {
	emit_open(e, "dependencies", '[');
	for (size_t i = 0; i < inv->n && !inv->rows[i].is_credential; i++) {
		bool open = false;

		for (size_t k = i + 1; k < inv->n; k++) {
			const char *whose = inv->rows[k].is_credential ? inv->rows[k].identity : NULL;

			if (!whose || strcmp(whose, inv->rows[i].name) != 0)
				continue;
			if (!open) {
				emit_open(e, NULL, '{');
				emit_printf(e, "ref", "item-%zu", i);
				emit_open(e, "dependsOn", '[');
				open = true;
			}
			emit_printf(e, NULL, "item-%zu", k);
		}
		if (open) {
			emit_close(e, ']');
			emit_close(e, '}');
		}
	}
	emit_close(e, ']');
}

static int write_cyclonedx(const struct inventory *inv, FILE *out, struct error *err) {
	struct emitter e = {.out = out};

	emit_open(&e, NULL, '{');
	emit_text(&e, "bomFormat", "CycloneDX");
	emit_text(&e, "specVersion", "1.6");
	emit_number(&e, "version", 1);
	emit_open(&e, "metadata", '{');
	emit_time(&e, "timestamp", inv->as_of);
	emit_open(&e, "tools", '{');
	emit_open(&e, "components", '[');
	emit_open(&e, NULL, '{');
	emit_text(&e, "type", "application");
	emit_text(&e, "name", "nhiscan");
	emit_text(&e, "version", inv->version);
	emit_close(&e, '}');
	emit_close(&e, ']');
	emit_close(&e, '}');
	emit_close(&e, '}');
	emit_open(&e, "components", '[');
	for (size_t i = 0; i < inv->n; i++)
		if (inv->rows[i].is_credential)
			component(&e, &inv->rows[i], i);
	emit_close(&e, ']');
	emit_open(&e, "services", '[');
	for (size_t i = 0; i < inv->n; i++)
		if (!inv->rows[i].is_credential)
			service(&e, &inv->rows[i], i);
	emit_close(&e, ']');
	dependencies(&e, inv);
	emit_close(&e, '}');
	emit_end_line(&e);
	return emit_finish(&e, err);
}

const struct inventory_format inventory_cyclonedx = {
	"cyclonedx", "a bill of materials, CycloneDX 1.6", write_cyclonedx};
