#ifndef UNIT_NET_CHAIN_CERTIFICATES_H
#define UNIT_NET_CHAIN_CERTIFICATES_H

/* Certificates with keys on P-256, valid from 2026 to 2126. */

/* The anchor. */
#define CHAIN_ROOT                                                           \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBITCByKADAgECAgEEMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBHJvb3QwIBcN\n" \
	"MjYwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMA8xDTALBgNVBAMMBHJvb3Qw\n" \
	"WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARuDQB7hzZPmhrZ9my1X2B3YEoYCYdf\n" \
	"gbUCwjttGnw2a/aBlRiIlAloYoXpLxFOQnBcywSXuLIG0phbzYEsdI1zoxMwETAP\n" \
	"BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIBdhFmL0Y5ohQjMdXOGw\n" \
	"mfEwLUp+bM0PB29pyrANqzzyAiEA3IuOc6714s6LEunXeL6fVXaVk8rIgBjqRejQ\n" \
	"okB8q8M=\n"                                                         \
	"-----END CERTIFICATE-----\n"

/* Issued by the root. */
#define CHAIN_FIRST                                                          \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBIjCByaADAgECAgEFMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBHJvb3QwIBcN\n" \
	"MjYwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMBAxDjAMBgNVBAMMBWZpcnN0\n" \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZMWHAkizypQqgT8dyK+jOqceJZSi\n" \
	"GmzFCN0mKToZu8UzU8ys6h7e84BGe1NRnUily1O7yELPIxUQ0b/ZKiuDg6MTMBEw\n" \
	"DwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAyoy5u4aPzIhJBiLf\n" \
	"WsIxExlZoeW2LI13Y+eGiA8w6G8CIHMa7/pVDad4OMTspVCzA7T+mmyV++6WEXJ1\n" \
	"dGWalaIe\n"                                                         \
	"-----END CERTIFICATE-----\n"

/* Issued by FIRST. */
#define CHAIN_SECOND                                                         \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBJDCBy6ADAgECAgEGMAoGCCqGSM49BAMCMBAxDjAMBgNVBAMMBWZpcnN0MCAX\n" \
	"DTI2MDEwMTAwMDAwMFoYDzIxMjYwMTAxMDAwMDAwWjARMQ8wDQYDVQQDDAZzZWNv\n" \
	"bmQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS3JxMNmTyxfyCoCiWP7M+J1fRJ\n" \
	"C9cUDqTNUQ6bJPuvM0n3jlei4i3wVyb++39Y4F9wU/bo78fyWFYO/3vTr1VZoxMw\n" \
	"ETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIE4KIhe56lPOpJ5n\n" \
	"CpeE53NH/4BXbGyEalB3T9FyDb41AiEA0i9nzVhAOBsNVNOMgJ6nYnBwdbs4CTGK\n" \
	"Tnkl+GM40BI=\n"                                                     \
	"-----END CERTIFICATE-----\n"

/* Issued by SECOND for server.test; its extended key usage, serverAuth, is critical. */
#define CHAIN_LEAF                                                           \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBQTCB6aADAgECAgEEMAoGCCqGSM49BAMCMBExDzANBgNVBAMMBnNlY29uZDAg\n" \
	"Fw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowDzENMAsGA1UEAwwEbGVh\n" \
	"ZjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMqGIk0eJX9G9QAcNx/ppoVLZ11g\n" \
	"OItXasyLVsKoGsvZYns5AErT+4VnVqSMONiQ8qxy+rtLXXVMgscINHW5GDWjMjAw\n" \
	"MBYGA1UdEQQPMA2CC3NlcnZlci50ZXN0MBYGA1UdJQEB/wQMMAoGCCsGAQUFBwMB\n" \
	"MAoGCCqGSM49BAMCA0cAMEQCIDdqhV2x5QInXxwE0KQjLpR8PI3+5VQqmfBESkAL\n" \
	"flWdAiAqFJGKoG/bqHM9vYmwa3/UUGqXIe+LEKSxkotO282+Nw==\n"             \
	"-----END CERTIFICATE-----\n"

/* The same for clients. */
#define CHAIN_CLIENT                                                         \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBPzCB5qADAgECAgEEMAoGCCqGSM49BAMCMBExDzANBgNVBAMMBnNlY29uZDAg\n" \
	"Fw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowDzENMAsGA1UEAwwEbGVh\n" \
	"ZjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMqGIk0eJX9G9QAcNx/ppoVLZ11g\n" \
	"OItXasyLVsKoGsvZYns5AErT+4VnVqSMONiQ8qxy+rtLXXVMgscINHW5GDWjLzAt\n" \
	"MBYGA1UdEQQPMA2CC3NlcnZlci50ZXN0MBMGA1UdJQQMMAoGCCsGAQUFBwMCMAoG\n" \
	"CCqGSM49BAMCA0gAMEUCIBGmJLADP1/zlyOio35htZ/sdXu8GDiyjvwkxidmAuOV\n" \
	"AiEAwIeufBBTY5KwOZBWQT8BKzEpJKU7qP+hImV8KxJENP8=\n"                 \
	"-----END CERTIFICATE-----\n"

/* Two that issued each other. */
#define CHAIN_LEFT                                                           \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBITCByaADAgECAgEEMAoGCCqGSM49BAMCMBAxDjAMBgNVBAMMBXJpZ2h0MCAX\n" \
	"DTI2MDEwMTAwMDAwMFoYDzIxMjYwMTAxMDAwMDAwWjAPMQ0wCwYDVQQDDARsZWZ0\n" \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5t1btlBR29taXUn9jF9R8l+JB7Pj\n" \
	"Im5dDHkMGuV6JDXlZ/YKDhzJM4QYQNehQ4WCvoke4O/+nfHPJ3EEaJi0c6MTMBEw\n" \
	"DwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAupRehCBqZ0OFhDzob\n" \
	"z62PSGQDkleqap9paLHcCulLLQIgAL7vKoUxdfWn2kl9WtuJg3CM1Wu1Q975hvEU\n" \
	"vmjihkI=\n"                                                         \
	"-----END CERTIFICATE-----\n"

#define CHAIN_RIGHT                                                          \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBIjCByaADAgECAgEFMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBGxlZnQwIBcN\n" \
	"MjYwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMBAxDjAMBgNVBAMMBXJpZ2h0\n" \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+Ru0a9tOoPLbNle6Mt1LTnW+bim/\n" \
	"XcrllkEq95ny8vPyVIPJ9QKEIlfV0bxjkpeig2E9evCegKLhYWB5R62zWqMTMBEw\n" \
	"DwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA3RWr9BVUyZuWsC/d\n" \
	"1ar9VvyRHb1u3SD3petv2RvmQB4CIFD2XImTN7HOXttaG2ebkrYEDkUkeyJwWnQE\n" \
	"J0ZezQu0\n"                                                         \
	"-----END CERTIFICATE-----\n"

/* Issued by LEFT. */
#define CHAIN_LOOP                                                           \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBKTCBz6ADAgECAgEEMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBGxlZnQwIBcN\n" \
	"MjYwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMA8xDTALBgNVBAMMBGxlYWYw\n" \
	"WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATKhiJNHiV/RvUAHDcf6aaFS2ddYDiL\n" \
	"V2rMi1bCqBrL2WJ7OQBK0/uFZ1akjDjYkPKscvq7S111TILHCDR1uRg1oxowGDAW\n" \
	"BgNVHREEDzANggtzZXJ2ZXIudGVzdDAKBggqhkjOPQQDAgNJADBGAiEA98LpLtdm\n" \
	"qM5AD3JOpjXpZpVu0HBoVOVw3hE9GmPX5DQCIQD/3hNxn82mMfTmzOa48Rifdvev\n" \
	"dL/Ft452oHpOA0MCLQ==\n"                                             \
	"-----END CERTIFICATE-----\n"

/* Not a CA's, issued by itself. */
#define CHAIN_ALONE                                                          \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBPDCB5KADAgECAhRy+b6fuMjXY8+8AtOIZuEm6YZSfTAKBggqhkjOPQQDAjAQ\n" \
	"MQ4wDAYDVQQDDAVhbG9uZTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAw\n" \
	"MFowEDEOMAwGA1UEAwwFYWxvbmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATI\n" \
	"rPYRN/VpBTWTkqYRDpHhexgmzmgxa1CaruxKkIAtcJMlAmlhJdGVCAOl4cQP9tNO\n" \
	"cQtHOSeBuJ/X0gp6kkpqoxowGDAWBgNVHREEDzANggtzZXJ2ZXIudGVzdDAKBggq\n" \
	"hkjOPQQDAgNHADBEAiBCWaVHUUHlAwI8MDQgdu0emI9RbCqyl0+ADk+QaTzu7AIg\n" \
	"Td9ydtGUgF01KChHh23A1c8WUmBn8n1YGZwueyP2iIs=\n"                     \
	"-----END CERTIFICATE-----\n"

/* The same subject and key, for other.test. */
#define CHAIN_TWIN                                                           \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBPTCB46ADAgECAhQhAg3QGtZrhKhoBt5D70xNKz9+HzAKBggqhkjOPQQDAjAQ\n" \
	"MQ4wDAYDVQQDDAVhbG9uZTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAw\n" \
	"MFowEDEOMAwGA1UEAwwFYWxvbmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATI\n" \
	"rPYRN/VpBTWTkqYRDpHhexgmzmgxa1CaruxKkIAtcJMlAmlhJdGVCAOl4cQP9tNO\n" \
	"cQtHOSeBuJ/X0gp6kkpqoxkwFzAVBgNVHREEDjAMggpvdGhlci50ZXN0MAoGCCqG\n" \
	"SM49BAMCA0kAMEYCIQDrkuf0s/5u+Ojo426v9WISRBAhnS+B5HmB5jTOZwLiMgIh\n" \
	"AOtOpx8iAXZ2+p0JLlaT6ainxVX4i6jpUyXRwPep4tdb\n"                     \
	"-----END CERTIFICATE-----\n"

#endif
