#include "config/signame.h"

#include <stddef.h>
#include <stdint.h>

#define RTMIN 34
#define RTMAX 64

/* signal(7), x86-64 and aarch64: by number. */
static const char standard[][8] = {
	"",
	"HUP",
	"INT",
	"QUIT",
	"ILL",
	"TRAP",
	"ABRT",
	"BUS",
	"FPE",
	"KILL",
	"USR1",
	"SEGV",
	"USR2",
	"PIPE",
	"ALRM",
	"TERM",
	"STKFLT",
	"CHLD",
	"CONT",
	"STOP",
	"TSTP",
	"TTIN",
	"TTOU",
	"URG",
	"XCPU",
	"XFSZ",
	"VTALRM",
	"PROF",
	"WINCH",
	"IO",
	"PWR",
	"SYS",
};
#define STANDARD_COUNT (sizeof(standard) / sizeof(*standard))

static const char realtime[][9] = {
	"RTMIN",
	"RTMIN+1",
	"RTMIN+2",
	"RTMIN+3",
	"RTMIN+4",
	"RTMIN+5",
	"RTMIN+6",
	"RTMIN+7",
	"RTMIN+8",
	"RTMIN+9",
	"RTMIN+10",
	"RTMIN+11",
	"RTMIN+12",
	"RTMIN+13",
	"RTMIN+14",
	"RTMIN+15",
	"RTMAX-14",
	"RTMAX-13",
	"RTMAX-12",
	"RTMAX-11",
	"RTMAX-10",
	"RTMAX-9",
	"RTMAX-8",
	"RTMAX-7",
	"RTMAX-6",
	"RTMAX-5",
	"RTMAX-4",
	"RTMAX-3",
	"RTMAX-2",
	"RTMAX-1",
	"RTMAX",
};
_Static_assert(sizeof(realtime) / sizeof(*realtime) == RTMAX - RTMIN + 1, "a signal has no name");

/* "+3" behind RTMIN, "-1" behind RTMAX, or nothing. */
static bool
parse_offset(struct span text, char sign, uint64_t *offset)
{
	*offset = 0;
	if (text.n == 0)
		return true;
	return text.p[0] == sign && span_u64(span_skip(text, 1), RTMAX - RTMIN, offset);
}

static bool
parse_realtime(struct span text, int *signo)
{
	if (text.n < 5)
		return false;
	struct span name = { text.p, 5 };
	uint64_t offset;
	if (span_eq_nocase(name, SPAN("RTMIN")) && parse_offset(span_skip(text, 5), '+', &offset))
		*signo = RTMIN + (int)offset;
	else if (span_eq_nocase(name, SPAN("RTMAX")) &&
		 parse_offset(span_skip(text, 5), '-', &offset))
		*signo = RTMAX - (int)offset;
	else
		return false;
	return true;
}

bool
signame_parse(struct span text, int *signo)
{
	uint64_t number;
	if (span_u64(text, RTMAX, &number) && number > 0) {
		*signo = (int)number;
		return true;
	}
	if (text.n > 3 && span_eq_nocase((struct span){ text.p, 3 }, SPAN("SIG")))
		text = span_skip(text, 3);
	for (size_t i = 1; i < STANDARD_COUNT; i++) {
		if (span_eq_nocase(text, span_of(standard[i]))) {
			*signo = (int)i;
			return true;
		}
	}
	return parse_realtime(text, signo);
}

const char *
signame_of(int signo)
{
	if (signo >= 1 && (size_t)signo < STANDARD_COUNT)
		return standard[signo];
	if (signo >= RTMIN && signo <= RTMAX)
		return realtime[signo - RTMIN];
	return NULL;
}
