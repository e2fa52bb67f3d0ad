/*
 * usage: resolve_peer NAME
 *
 * Prints the addresses that the C library's resolver finds, one a line, or nothing.
 */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

int
main(int argc, char **argv)
{
	const struct addrinfo wanted = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	char text[NI_MAXHOST];
	if (argc != 2)
		return 2;
	int error = getaddrinfo(argv[1], NULL, &wanted, &found);
	if (error != 0)
		fprintf(stderr, "%s\n", gai_strerror(error));
	for (; found != NULL; found = found->ai_next) {
		if (getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), NULL, 0,
			    NI_NUMERICHOST) == 0)
			puts(text);
	}
	return 0;
}
