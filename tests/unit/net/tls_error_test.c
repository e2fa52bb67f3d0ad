#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/tls.h"

static void
test_known(void **state)
{
	(void)state;
	static const struct {
		int number;
		const char *part;
	} row[] = {
		{ BR_ERR_X509_NOT_TRUSTED, "trusted CA" },
		{ BR_ERR_X509_EXPIRED, "expired" },
		{ BR_ERR_X509_BAD_SERVER_NAME, "lacks this host" },
		{ BR_ERR_X509_WEAK_PUBLIC_KEY, "2048 bits" },
		/* A refusal by keyUsage arrives as a number of the TLS range. */
		{ 28, "key usage" },
		{ BR_ERR_X509_NOT_CA, "issuer is not a CA" },
		{ BR_ERR_BAD_FINISHED, "changed on its way" },
		{ CHAIN_WRONG_USAGE, "serverAuth" },
		{ CHAIN_TOO_LONG, "16 certificates" },
		{ BR_ERR_RECV_FATAL_ALERT + 40, "none of our TLS 1.2" },
		{ BR_ERR_SEND_FATAL_ALERT + 70, "TLS 1.2" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		assert_non_null(tls_error_text(row[i].number));
		if (strstr(tls_error_text(row[i].number), row[i].part) == NULL)
			fail_msg("%d: %s", row[i].number, tls_error_text(row[i].number));
	}
}

/* Every refusal of a certificate and every alert of a server has a sentence; success has none. */
static void
test_ranges(void **state)
{
	(void)state;
	for (int i = BR_ERR_OK + 1; i < BR_ERR_X509_OK; i++)
		assert_non_null(tls_error_text(i));
	for (int i = BR_ERR_X509_INVALID_VALUE; i <= BR_ERR_X509_NOT_TRUSTED; i++)
		assert_non_null(tls_error_text(i));
	for (int i = 0; i < 256; i++)
		assert_non_null(tls_error_text(BR_ERR_RECV_FATAL_ALERT + i));
	assert_null(tls_error_text(BR_ERR_OK));
	assert_null(tls_error_text(-1));
	assert_null(tls_error_text(100000));
	for (int i = 0; i < 1024; i++) {
		const char *text = tls_error_text(i);
		if (text != NULL)
			assert_in_range(strlen(text), 10, 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_ranges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
