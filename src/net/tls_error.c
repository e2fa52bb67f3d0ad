#include "net/tls.h"

/* TLS alert descriptions (RFC 5246 section 7.2), which BearSSL adds to a base. */
#define FROM_PEER(alert) (BR_ERR_RECV_FATAL_ALERT + (alert))
#define TO_PEER(alert) (BR_ERR_SEND_FATAL_ALERT + (alert))

static const struct {
	uint16_t number;
	char text[52];
} sentences[] = {
	{ BR_ERR_UNSUPPORTED_VERSION, "the server does not speak TLS 1.2" },
	{ BR_ERR_BAD_MAC, "a record was damaged or changed on its way" },
	{ BR_ERR_BAD_FINISHED, "the handshake was changed on its way" },
	{ BR_ERR_INVALID_ALGORITHM, "the server uses an algorithm that is refused here" },
	{ BR_ERR_WRONG_KEY_USAGE, "the certificate's key usage is not a server's" },
	{ BR_ERR_NO_CLIENT_AUTH, "the server asks for a client certificate" },
	{ BR_ERR_X509_UNSUPPORTED, "the certificate's algorithm is refused here" },
	{ BR_ERR_X509_BAD_SIGNATURE, "a certificate's signature is wrong" },
	{ BR_ERR_X509_EXPIRED, "the certificate has expired or is not valid yet" },
	{ BR_ERR_X509_BAD_SERVER_NAME, "the certificate's subjectAltName lacks this host" },
	{ BR_ERR_X509_CRITICAL_EXTENSION, "an unknown critical extension in the certificate" },
	{ BR_ERR_X509_NOT_CA, "the certificate's issuer is not a CA" },
	{ BR_ERR_X509_FORBIDDEN_KEY_USAGE, "an issuer's key usage does not let it sign" },
	{ BR_ERR_X509_WEAK_PUBLIC_KEY, "the certificate's RSA key has less than 2048 bits" },
	{ BR_ERR_X509_NOT_TRUSTED, "the certificate is not signed by a trusted CA" },
	{ FROM_PEER(40), "the server accepts none of our TLS 1.2 suites" },
	{ FROM_PEER(70), "the server refuses TLS 1.2, the newest spoken here" },
	{ FROM_PEER(112), "the server does not know this host name" },
	{ CHAIN_WRONG_USAGE, "a certificate's extended key usage lacks serverAuth" },
	{ CHAIN_TOO_LONG, "more than 16 certificates or 64 KiB of them" },
};
_Static_assert(CHAIN_CERTIFICATES_MAX == 16, "the text names it");
_Static_assert(CHAIN_BYTES_MAX / 1024 == 64, "the text names it");

const char *
tls_error_text(int number)
{
	if (number == BR_ERR_BAD_VERSION || number == TO_PEER(70))
		number = BR_ERR_UNSUPPORTED_VERSION;
	for (size_t i = 0; i < sizeof(sentences) / sizeof(*sentences); i++) {
		if (sentences[i].number == number)
			return sentences[i].text;
	}
	if (number >= BR_ERR_X509_INVALID_VALUE && number <= BR_ERR_X509_NOT_TRUSTED)
		return "the certificate cannot be accepted";
	if (number >= BR_ERR_RECV_FATAL_ALERT && number < BR_ERR_SEND_FATAL_ALERT)
		return "the server refuses the handshake";
	if (number > BR_ERR_OK && number < BR_ERR_X509_OK)
		return "the server breaks the rules of TLS";
	return NULL;
}
