#include "unit/base/capture.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINES_MAX 64
#define LINE_MAX_BYTES 8192

static struct {
	int saved;
	int reader;
	unsigned count;
	char line[LINES_MAX][LINE_MAX_BYTES];
} capture;

void
capture_begin(void)
{
	int end[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) != 0)
		abort();
	capture.saved = dup(STDERR_FILENO);
	capture.reader = end[0];
	capture.count = 0;
	if (capture.saved < 0 || dup2(end[1], STDERR_FILENO) < 0)
		abort();
	close(end[1]);
}

unsigned
capture_end(void)
{
	dup2(capture.saved, STDERR_FILENO);
	close(capture.saved);
	while (capture.count < LINES_MAX) {
		char *line = capture.line[capture.count];
		ssize_t n = recv(capture.reader, line, LINE_MAX_BYTES - 1, MSG_DONTWAIT);
		if (n <= 0)
			break;
		line[n] = '\0';
		capture.count++;
	}
	close(capture.reader);
	return capture.count;
}

const char *
capture_line(unsigned n)
{
	return n < capture.count ? capture.line[n] : "";
}
