/* Credential reports: rows of any bytes under the columns that AWS writes, and whole files. IAM User Guide: "Getting credential reports". */
#include "tests/fuzz/aws_reader.h"

static const char columns[] =
	"user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
	"mfa_active,"
	"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
	"access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
	"access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
	"cert_2_last_rotated\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct buf text = {0};

	if (size && data[0] != 'u')
		buf_add_str(&text, columns);
	buf_add(&text, data, size);
	fuzz_read(buf_slice(&text));
	buf_free(&text);
	return 0;
}
