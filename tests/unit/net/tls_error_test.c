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
		const char *text;
	} row[] = {
		{ BR_ERR_X509_NOT_TRUSTED, "the certificate is not signed by a trusted CA" },
		{ BR_ERR_X509_EXPIRED, "the certificate has expired or is not valid yet" },
		{ BR_ERR_X509_BAD_SERVER_NAME, "the certificate is for another host name" },
		{ BR_ERR_X509_WEAK_PUBLIC_KEY,
			"the certificate's RSA key has less than 2048 bits" },
		/* A refusal by keyUsage arrives as a number of the TLS range. */
		{ 28, "the certificate's key usage does not allow it for a server" },
		{ BR_ERR_RECV_FATAL_ALERT + 40,
			"the server accepts none of the offered cipher suites" },
		{ BR_ERR_SEND_FATAL_ALERT + 70, "the server does not speak TLS 1.2" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		assert_non_null(tls_error_text(row[i].number));
		assert_string_equal(tls_error_text(row[i].number), row[i].text);
	}
}

/* Every refusal of a certificate and every alert of a server has a sentence; success has none. */
static void
test_ranges(void **state)
{
	(void)state;
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
