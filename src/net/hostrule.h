#ifndef NET_HOSTRULE_H
#define NET_HOSTRULE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/*
 * To whom we speak without TLS. The caller asks for every address that a name
 * resolved to, before anything is sent; one bad address is enough to refuse the name. IPv4-mapped
 * IPv6 addresses count as the IPv4 address inside; an unknown family is never allowed. Pure.
 */

/* A plain-http AWS_CONTAINER_CREDENTIALS_FULL_URI: loopback, or an address of ECS or EKS. */
bool hostrule_allows_credentials(const struct sockaddr *address, size_t length);

/* A plain-http AWS endpoint without --allow-http: loopback only. */
bool hostrule_is_loopback(const struct sockaddr *address, size_t length);

#endif
