#include "aws/hostrule.h"

#include "aws/address.h"

/* Where ECS and EKS hand out credentials (SDK guide, "Container credential provider"). */
static const struct address metadata[] = {
	{ { [10] = 0xff, [11] = 0xff, 169, 254, 170, 2 } },
	{ { [10] = 0xff, [11] = 0xff, 169, 254, 170, 23 } },
	{ { 0xfd, 0x00, 0x0e, 0xc2, [15] = 0x23 } },
};

bool
hostrule_allows_credentials(const struct sockaddr *address, size_t length)
{
	struct address a;
	if (!address_of_sockaddr(address, length, &a))
		return false;
	for (size_t i = 0; i < sizeof(metadata) / sizeof(*metadata); i++) {
		if (address_eq(&a, &metadata[i]))
			return true;
	}
	return address_is_loopback(&a);
}

bool
hostrule_is_loopback(const struct sockaddr *address, size_t length)
{
	struct address a;
	return address_of_sockaddr(address, length, &a) && address_is_loopback(&a);
}
