#ifndef UNIT_NET_CERTIFICATES_H
#define UNIT_NET_CERTIFICATES_H

/*
 * Certificates that sign themselves, good for a hundred years, made by openssl req -x509; nobody
 * kept the keys. Without the newline at the end.
 */

/* A CA with a key on P-256: CN=EC root. */
#define CERTIFICATE_EC                                                       \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBmDCCAT+gAwIBAgIUZIFHnxH+fmeNzFcwJjrfmZs3cMswCgYIKoZIzj0EAwIw\n" \
	"ITENMAsGA1UECgwEVGVzdDEQMA4GA1UEAwwHRUMgcm9vdDAgFw0yNjExMjIwNTA3\n" \
	"MzdaGA8yMTI2MTAyOTA1MDczN1owITENMAsGA1UECgwEVGVzdDEQMA4GA1UEAwwH\n" \
	"RUMgcm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABI6rmUAxEwoDbiX0b0bx\n" \
	"aRiy5KhXwkP0XRl/baI3XJ9Lb04636AuLOsTtcaAANBdV5RRNaCcSAWPz7z6Jz/B\n" \
	"f+yjUzBRMB0GA1UdDgQWBBTgiy+B1Zzw+Pr0pn7Xgp6s6MzcETAfBgNVHSMEGDAW\n" \
	"gBTgiy+B1Zzw+Pr0pn7Xgp6s6MzcETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49\n" \
	"BAMCA0cAMEQCIBDqB51UlvFC6RIQ+HmVkBqK4razUqm6ob1O82S2Q8u8AiBMSy+J\n" \
	"+x8omvcPTA4sSOy7qWVdgY24UOoLS/xhuelr/g==\n"                         \
	"-----END CERTIFICATE-----"

/* A CA with an RSA key of 2048 bits: CN=RSA root. */
#define CERTIFICATE_RSA                                                      \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIDJzCCAg+gAwIBAgIUFGG0wTCCD/xePngpOkh4zlcKGq0wDQYJKoZIhvcNAQEL\n" \
	"BQAwIjENMAsGA1UECgwEVGVzdDERMA8GA1UEAwwIUlNBIHJvb3QwIBcNMjYxMTIy\n" \
	"MDUwNzM4WhgPMjEyNjEwMjkwNTA3MzhaMCIxDTALBgNVBAoMBFRlc3QxETAPBgNV\n" \
	"BAMMCFJTQSByb290MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkjQo\n" \
	"ue23tGI7DlalzbO0bXo2Bi++FM5MHoI9pIUxrR62rZAfuQe9cyo/SFCdUoLkCMDr\n" \
	"EnbBOqdvzRgX1Ou/2w3hq9Zi8EJF6Hi5oyDzmOxLa9RPzulnZsplMC9Hfir0SQVe\n" \
	"/y+wPWmjymr9kdGNv6b9xLizgTL39LZqMdWn8HMGr4phqjGKN9f4boQbuYAbJQmp\n" \
	"iMjIdYDV+FEp23tL/2Q1Nn8Ss4QSXzAzbaN9f+wVhCEqPlQQqByz/6e86ob3Hdv2\n" \
	"uOe9XHWHHseIBVo99bRsl8N2SHQdgyNGe4FZR8alzlEpNhHHI+azeYq7FOOUmd8z\n" \
	"L/rHeMlUSJDIJp67wQIDAQABo1MwUTAdBgNVHQ4EFgQUvANLslJzqcr+z2tqLpAR\n" \
	"AihWE7wwHwYDVR0jBBgwFoAUvANLslJzqcr+z2tqLpARAihWE7wwDwYDVR0TAQH/\n" \
	"BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAbjhcGfwPEmsCovSvS9UxWkCcEct8\n" \
	"waO2pbZ4pJOm52/n0GCxPagxp5yc/zMmqSpOQzrVnS/b4+ygk0OkJKEAvpEAAL8H\n" \
	"WCfNIS9EtvLAkmZj+vG4Xe6Sojrup71rw8ptZ9PRtjrsSh/TwMLWw5beMI7fCRg7\n" \
	"bIO+Hq/63QYSB2HjtqOiTuwWyh5N1Dlj6d8PcS2m+E/bvTLqFGRjWUMSK5/GCy6p\n" \
	"LRnP4FIFCp1JnLqLVBysp6MySGyEl+ke54rXPiq3O1BfvVLmfW+I94vQYCIJlHOb\n" \
	"lAu1I/MhHQqlLQ8XXiETg+0PmafDoAYAVZvVCWrBx/IX1zlRRLD4N+KDdQ==\n"     \
	"-----END CERTIFICATE-----"

/* A CA with an RSA key of 1024 bits, which is refused: CN=weak root. */
#define CERTIFICATE_WEAK                                                     \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIICJDCCAY2gAwIBAgIUdBicZ/ltLYnmxFWFFoXJCaACkTkwDQYJKoZIhvcNAQEL\n" \
	"BQAwIzENMAsGA1UECgwEVGVzdDESMBAGA1UEAwwJd2VhayByb290MCAXDTI2MTEy\n" \
	"ODA1NTYxMloYDzIxMjYxMTA0MDU1NjEyWjAjMQ0wCwYDVQQKDARUZXN0MRIwEAYD\n" \
	"VQQDDAl3ZWFrIHJvb3QwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAKbU0a5r\n" \
	"L2QZhDt/+iZJy9GaKIcSR03II0NGdHJbWuSjGsQnC4da4ZHaXYgNYm1BdWrIcDEO\n" \
	"YB477nuV0aDE7NhwoMIj7E2PLCbXGNoW8Z4qxyvlQwibnDKr5VyqhMyz70RbTEIh\n" \
	"It6C4K0PuTzlp2UgOVM5TFYFkyiDe+UL5S3jAgMBAAGjUzBRMB0GA1UdDgQWBBRQ\n" \
	"iHmUmcuhaD7zT6ztTzKkTpapPDAfBgNVHSMEGDAWgBRQiHmUmcuhaD7zT6ztTzKk\n" \
	"TpapPDAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4GBACr1jZ1hD7r1\n" \
	"N0ObBiveBEYWbi0mREU3UMtmHk9mgwWJN8Evic/NDwb9eX1Ynle17m47XJw0ex9u\n" \
	"M0dcyVG1f8tgE0J/kURs2IzcpgUFMZaEG+zv1Nodsc3CkYOHFsWEHpBZ4fvghYC9\n" \
	"SjwWyvRGceo9DMBLEfvN4T1QFaTM3p/k\n"                                 \
	"-----END CERTIFICATE-----"

/* No CA, with a key on P-384: CN=no CA. */
#define CERTIFICATE_LEAF                                                     \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBzzCCAVWgAwIBAgIUC698Jd+YqbMOYT/JspODeqnLIdIwCgYIKoZIzj0EAwIw\n" \
	"HzENMAsGA1UECgwEVGVzdDEOMAwGA1UEAwwFbm8gQ0EwIBcNMjYxMTIyMDUwNzM4\n" \
	"WhgPMjEyNjEwMjkwNTA3MzhaMB8xDTALBgNVBAoMBFRlc3QxDjAMBgNVBAMMBW5v\n" \
	"IENBMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEr99FmN+fVbgsxbFioDH5a52ac3Ya\n" \
	"eEFYdaBlo+SLtfXaGdXe/5DqlZ3G6DlOHbXy8imObBgfikibcAW/iogZmC9mXvHG\n" \
	"dMJ5TMaVWYEp2k6079vXZVV3yUkapyKFkA3Oo1AwTjAdBgNVHQ4EFgQUGp+NptKS\n" \
	"bp1PyPAch6WA+zSwCYgwHwYDVR0jBBgwFoAUGp+NptKSbp1PyPAch6WA+zSwCYgw\n" \
	"DAYDVR0TAQH/BAIwADAKBggqhkjOPQQDAgNoADBlAjBGCv7sUJV6PL0OR0ZHgR7U\n" \
	"IvsGtqyDtzP8rh5Noa6cRU8QdFsTjKWsyNdzP98lTS8CMQDIa0VVZH//BuNfMUX7\n" \
	"vkuKm3t4ncj3wv6yF08DPMaVRq1z/V6GqbPI9lYmkxiAV8E=\n"                 \
	"-----END CERTIFICATE-----"

/* A CA with an Ed25519 key, which BearSSL does not know. */
#define CERTIFICATE_ED25519                                                  \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBYzCCARWgAwIBAgIUVTj9iLhjzCxwSi08BCxVyA7hbUwwBQYDK2VwMCYxDTAL\n" \
	"BgNVBAoMBFRlc3QxFTATBgNVBAMMDEVkMjU1MTkgcm9vdDAgFw0yNjExMjIwNTA3\n" \
	"MzhaGA8yMTI2MTAyOTA1MDczOFowJjENMAsGA1UECgwEVGVzdDEVMBMGA1UEAwwM\n" \
	"RWQyNTUxOSByb290MCowBQYDK2VwAyEA3lyjXhUO8WJQ7yaylvfg2nHMZcHSY9Jn\n" \
	"o02Q+slW8iKjUzBRMB0GA1UdDgQWBBSSkkWWNJS8kIM+olPoixDdmgNX6jAfBgNV\n" \
	"HSMEGDAWgBSSkkWWNJS8kIM+olPoixDdmgNX6jAPBgNVHRMBAf8EBTADAQH/MAUG\n" \
	"AytlcANBAORwQv8HzkfbN9Xu0h+O+zDm6J8SnzJ8P7ZVooPcD6c2oNw6shteQa0M\n" \
	"X7q6cCeFcldtDFdrmWPJuecwFYSBeww=\n"                                 \
	"-----END CERTIFICATE-----"

#endif
