#include "net/tls.h"

/* TLS alert descriptions (RFC 5246 section 7.2), which BearSSL adds to a base. */
#define FROM_PEER(alert) (BR_ERR_RECV_FATAL_ALERT + (alert))
#define TO_PEER(alert) (BR_ERR_SEND_FATAL_ALERT + (alert))

static const struct {
	uint16_t number;
	char text[78];
} sentences[] = {
	{ BR_ERR_UNSUPPORTED_VERSION, "the server does not speak TLS 1.2" },
	{ BR_ERR_BAD_VERSION, "what answers on this port does not speak TLS 1.2" },
	{ BR_ERR_BAD_MAC, "a record was damaged on the way" },
	{ BR_ERR_BAD_CIPHER_SUITE, "the server chose a cipher suite that was not offered" },
	{ BR_ERR_INVALID_ALGORITHM, "the server uses an algorithm that is not accepted" },
	{ BR_ERR_BAD_SIGNATURE, "the server's signature is wrong" },
	{ BR_ERR_WRONG_KEY_USAGE, "the certificate's key usage does not allow it for a server" },
	{ BR_ERR_NO_CLIENT_AUTH, "the server asks for a client certificate" },
	{ BR_ERR_X509_EMPTY_CHAIN, "the server sent no certificate" },
	{ BR_ERR_X509_UNSUPPORTED, "the certificate uses an algorithm that is not accepted" },
	{ BR_ERR_X509_WRONG_KEY_TYPE, "the certificate has the wrong type of key" },
	{ BR_ERR_X509_BAD_SIGNATURE, "a certificate's signature is wrong" },
	{ BR_ERR_X509_EXPIRED, "the certificate has expired or is not valid yet" },
	{ BR_ERR_X509_DN_MISMATCH, "the certificates do not form a chain" },
	{ BR_ERR_X509_BAD_SERVER_NAME, "the certificate is for another host name" },
	{ BR_ERR_X509_CRITICAL_EXTENSION, "the certificate has an unknown critical extension" },
	{ BR_ERR_X509_NOT_CA, "the certificate is signed by one that is no CA" },
	{ BR_ERR_X509_FORBIDDEN_KEY_USAGE, "the certificate's key usage does not allow this" },
	{ BR_ERR_X509_WEAK_PUBLIC_KEY, "the certificate's RSA key has less than 2048 bits" },
	{ BR_ERR_X509_NOT_TRUSTED, "the certificate is not signed by a trusted CA" },
	{ FROM_PEER(40), "the server accepts none of the offered cipher suites" },
	{ FROM_PEER(70), "the server refuses TLS 1.2, the newest version spoken here" },
	{ FROM_PEER(112), "the server does not know this host name" },
	{ FROM_PEER(116), "the server asks for a client certificate" },
	{ TO_PEER(70), "the server does not speak TLS 1.2" },
};

const char *
tls_error_text(int number)
{
	for (size_t i = 0; i < sizeof(sentences) / sizeof(*sentences); i++) {
		if (sentences[i].number == number)
			return sentences[i].text;
	}
	if (number >= BR_ERR_X509_INVALID_VALUE && number <= BR_ERR_X509_NOT_TRUSTED)
		return "the certificate cannot be accepted";
	if (number >= BR_ERR_RECV_FATAL_ALERT && number < BR_ERR_SEND_FATAL_ALERT)
		return "the server refuses the handshake";
	return NULL;
}
