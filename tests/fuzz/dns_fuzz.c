#include <string.h>

#include "base/log.h"
#include "base/buf.h"
#include "fuzz/fuzz.h"
#include "net/dns.h"
#include "net/hosts.h"
#include "net/resolvconf.h"

/*
 * The first byte says which family is asked for and of which name; the rest is the answer, whose id
 * the query takes over, or one input in 65,536 would be read. The same bytes are read as a hosts
 * file and as a resolv.conf.
 */

static const char *const names[] = { "a", "www.example.com", "ssm.eu-west-1.amazonaws.com", "x.y" };

static void
check_answer(const struct dns_query *q, struct span message)
{
	struct ip_list found = { 0 };
	enum dns_outcome outcome = dns_read(q, message, &found);
	fuzz_check(found.count <= ADDRESSES_MAX, "no more addresses than there is room for");
	fuzz_check((found.count > 0) == (outcome == DNS_FOUND), "addresses come with DNS_FOUND");
	fuzz_check(outcome == DNS_SILENT || message.n >= DNS_HEADER_SIZE, "an answer has a header");
	for (unsigned i = 0; i < found.count && q->family == IP_V4; i++)
		fuzz_check(ip_family(&found.at[i]) == IP_V4, "a record A is an IPv4 address");

	/* An answer that is longer by what nobody announced is the same answer. */
	static char longer[70000];
	struct buf b = BUF(longer);
	struct ip_list again = { 0 };
	buf_put(&b, message);
	buf_put_char(&b, 'x');
	if (b.overflow || outcome == DNS_FAILED || outcome == DNS_SILENT)
		return;
	fuzz_check(dns_read(q, buf_span(&b), &again) == outcome, "bytes behind the end");
	fuzz_check(again.count == found.count, "bytes behind the end are no addresses");
}

/* Some names are interfaces. */
static unsigned
interface(const char *name)
{
	return (unsigned char)name[0] & 1;
}

static void
check_files(struct span text)
{
	struct ip_list found[IP_FAMILIES] = { 0 };
	struct resolvconf c;
	hosts_look_up(text, SPAN("localhost"), found);
	fuzz_check(found[IP_V4].count + found[IP_V6].count > 0, "localhost is this machine");
	for (size_t i = 0; i < IP_FAMILIES; i++)
		for (unsigned k = 0; k < found[i].count; k++)
			fuzz_check(ip_is_loopback(&found[i].at[k]), "localhost is nothing else");

	resolvconf_parse(text, interface, &c);
	fuzz_check(c.server_count > 0 && c.server_count <= RESOLVCONF_SERVERS_MAX, "servers");
	fuzz_check(c.option[RESOLVCONF_ATTEMPTS] > 0 && c.option[RESOLVCONF_ATTEMPTS] <= 10,
		"attempts are in their range");
	fuzz_check(c.option[RESOLVCONF_TIMEOUT] > 0 && c.option[RESOLVCONF_TIMEOUT] <= 60,
		"the time-out is in its range");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_query q;
	uint16_t id = 0;
	if (size == 0 || size > DNS_MESSAGE_MAX)
		return 0;
	/* Nothing about the servers that are not used. */
	log_setup(LOG_ERROR, false);
	const struct span message = { (const char *)data + 1, size - 1 };
	if (message.n >= 2)
		id = (uint16_t)((unsigned)data[1] << 8 | data[2]);
	fuzz_check(dns_query_write(&q, span_of(names[data[0] / 2 % 4]),
			   data[0] % 2 == 0 ? IP_V4 : IP_V6, id),
		"the query can be written");
	check_answer(&q, message);
	check_files(message);
	return 0;
}
