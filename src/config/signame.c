#include "config/signame.h"

#include <stdint.h>

#define RTMIN 34
#define RTMAX 64

/* signal(7), x86-64 and aarch64: 1 to 31. */
static const char standard[] =
	"HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM "
	"STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH "
	"IO PWR SYS "
	/* Second names. */
	"IOT CLD POLL UNUSED";
#define STANDARD_MAX 31
static const uint8_t second[] = { 6, 17, 29, 31 };

/* "RTMIN", or "RTMIN+3" with the sign '+'; likewise RTMAX. */
static bool
parse_realtime(struct span text, struct span base, char sign, uint64_t *offset)
{
	const struct span start = { text.p, base.n };
	*offset = 0;
	if (text.n < base.n || !span_eq_nocase(start, base))
		return false;
	text = span_skip(text, base.n);
	return text.n == 0 ||
	       (text.p[0] == sign && span_u64(span_skip(text, 1), RTMAX - RTMIN, offset));
}

bool
signame_parse(struct span text, int *signo)
{
	struct span rest = span_of(standard);
	struct span name;
	uint64_t number;
	if (span_u64(text, RTMAX, &number) && number > 0) {
		*signo = (int)number;
		return true;
	}
	if (text.n > 3 && span_eq_nocase((struct span){ text.p, 3 }, SPAN("SIG")))
		text = span_skip(text, 3);
	for (*signo = 1; span_split(&rest, ' ', &name); ++*signo) {
		if (!span_eq_nocase(text, name))
			continue;
		if (*signo > STANDARD_MAX)
			*signo = second[*signo - STANDARD_MAX - 1];
		return true;
	}
	if (parse_realtime(text, SPAN("RTMIN"), '+', &number))
		*signo = RTMIN + (int)number;
	else if (parse_realtime(text, SPAN("RTMAX"), '-', &number))
		*signo = RTMAX - (int)number;
	else
		return false;
	return true;
}

struct span
signame_of(int signo)
{
	struct span rest = span_of(standard);
	struct span name;
	for (int i = 1; i <= STANDARD_MAX && span_split(&rest, ' ', &name); i++) {
		if (i == signo)
			return name;
	}
	return SPAN("real-time");
}
