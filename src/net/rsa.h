#ifndef NET_RSA_H
#define NET_RSA_H

#include <bearssl.h>

/*
 * RSA with a public key, in words of 64 bits. BearSSL's code treats the exponent as a secret and
 * has words of 31 bits, which takes five times as long. Here nothing is secret.
 */

/*
 * x^e mod n, in place (br_rsa_public). 0 unless x is as long as n and less than it, n is odd and
 * has at most 4096 bits, and 0 < e < 2^64: a server's unusual exponent must not cost seconds.
 */
uint32_t rsa_public(unsigned char *x, size_t len, const br_rsa_public_key *key);

/* Verifies a signature of PKCS #1 version 1.5 (br_rsa_pkcs1_vrfy). */
uint32_t rsa_verify(const unsigned char *signature, size_t len, const unsigned char *hash_oid,
	size_t hash_len, const br_rsa_public_key *key, unsigned char *hash);

#endif
