/* Names of variables, fields, flags and parameters: do they name a secret, or something about one? Pure functions. */
#ifndef NHISCAN_RULES_NAMING_H
#define NHISCAN_RULES_NAMING_H

#include "core/slice.h"

enum named {
	NAMED_NOTHING,	/* no word of secrets in it: tokenizer, monkey, secretary */
	NAMED_ABOUT,	/* something about a secret: password_field, tokenUrl, secret_name, has_token, public_key */
	NAMED_KEY,	/* a key of unstated kind: cache_key, sort_key, key */
	NAMED_TOKEN,	/* secret, token, api key, credential, signing key: machine-made */
	NAMED_PASSWORD, /* password, passphrase: chosen by people */
	NAMED_HASH	/* password_hash, token_digest */
};

enum named name_tells(struct slice name);

/* Is it x.on( where x is named for a secret, and on() sets nothing? */
bool name_is_method(struct slice name);

/* Does the name of a call ask or look up (getPassword, has_token), so that its argument is no secret? Also one that names a
 * user first (UsernamePasswordToken), since its first argument is the user. */
bool name_asks(struct slice name);

/* Does the name say where or as whom one signs in, as in DB_HOST or username? */
bool name_is_account(struct slice name);

/* "Passwort", "senha": a label instead of a value. */
bool value_is_password_word(struct slice v);

#endif
