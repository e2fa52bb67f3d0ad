#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/dns.h"
#include "unit/net/packet.h"

#define ID 0xbeef
#define NAME "www.example.com"

static struct dns_query query;
static struct packet packet;
static struct ip_list found;

static const unsigned char four[] = { 192, 0, 2, 7 };
static const unsigned char six[16] = { 0x20, 1, 0x0d, 0xb8, [15] = 7 };

static void
ask(enum ip_family family)
{
	found.count = 0;
	assert_true(dns_query_write(&query, SPAN(NAME), family, ID));
}

static void
begin(unsigned flags, unsigned records)
{
	packet_begin(
		&packet, query.bytes + DNS_LENGTH_SIZE, query.n - DNS_LENGTH_SIZE, flags, records);
}

/* Reads the packet from memory of exactly its size, which the sanitizers guard. */
static enum dns_outcome
read_packet(void)
{
	char *copy = test_malloc(packet.n > 0 ? packet.n : 1);
	memcpy(copy, packet.p, packet.n);
	enum dns_outcome outcome = dns_read(&query, (struct span){ copy, packet.n }, &found);
	test_free(copy);
	return outcome;
}

static void
assert_found_four(void)
{
	struct ip ip;
	ip_set(&ip, four, sizeof(four));
	assert_int_equal(read_packet(), DNS_FOUND);
	assert_int_equal(found.count, 1);
	assert_memory_equal(&found.at[0], &ip, sizeof(ip));
}

static void
test_query(void **state)
{
	(void)state;
	static const char expected[] =
		"\0\x21\xbe\xef\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1";
	ask(IP_V4);
	assert_int_equal(query.n, sizeof(expected) - 1);
	assert_memory_equal(query.bytes, expected, query.n);
	/* AAAA, and a dot at the end changes nothing. */
	assert_true(dns_query_write(&query, SPAN(NAME "."), IP_V6, ID));
	assert_int_equal(query.n, sizeof(expected) - 1);
	assert_int_equal(query.bytes[query.n - 3], 28);
}

#define LABEL_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz01234567890"
#define NAME_253                               \
	LABEL_63 "." LABEL_63 "." LABEL_63 "." \
		 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz012345678"

static void
test_names_of_queries(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool ok;
	} row[] = {
		{ "a", true },
		{ "a.", true },
		{ "_x-1.b", true },
		{ LABEL_63, true },
		{ LABEL_63 "x", false },
		{ NAME_253, true },
		{ NAME_253 ".", true },
		{ NAME_253 "x", false },
		{ "", false },
		{ ".", false },
		{ "..", false },
		{ ".a", false },
		{ "a..", false },
		{ "a..b", false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		if (dns_query_write(&query, span_of(row[i].name), IP_V4, ID) != row[i].ok)
			fail_msg("%s: %d", row[i].name, !row[i].ok);
	assert_int_equal(strlen(NAME_253), 253);
}

static void
test_addresses(void **state)
{
	(void)state;
	ask(IP_V4);
	begin(FLAGS_ANSWER, 1);
	packet_record(&packet, QUESTION_NAME, TYPE_A, four, sizeof(four));
	assert_found_four();

	ask(IP_V6);
	begin(FLAGS_ANSWER, 2);
	packet_record(&packet, QUESTION_NAME, TYPE_AAAA, six, sizeof(six));
	packet_record(&packet, QUESTION_NAME, TYPE_AAAA, six, sizeof(six));
	assert_int_equal(read_packet(), DNS_FOUND);
	assert_int_equal(found.count, 2);
	assert_memory_equal(found.at[1].byte, six, sizeof(six));
}

/* A record of the address, or an alias, whose names stand whole. */
static void
put_whole_record(struct span owner, unsigned type, struct span data)
{
	struct packet rest = { 0 };
	packet_record(&rest, "", type, data.p, data.n);
	packet_put(&packet, owner.p, owner.n);
	packet_put(&packet, rest.p, rest.n);
}

#define WHOLE_NAME ((struct span){ "\3WWW\7example\3com", 17 })
#define WHOLE_ALIAS ((struct span){ "\1a\3net", 7 })

/* A server need not compress the names (RFC 1035 section 4.1.4). */
static void
test_names_without_pointers(void **state)
{
	(void)state;
	const struct span address = { (const char *)four, sizeof(four) };
	ask(IP_V4);
	begin(FLAGS_ANSWER, 1);
	put_whole_record(WHOLE_NAME, TYPE_A, address);
	assert_found_four();

	ask(IP_V4);
	begin(FLAGS_ANSWER, 3);
	put_whole_record(WHOLE_NAME, TYPE_CNAME, WHOLE_ALIAS);
	put_whole_record(SPAN("\1b\3net\0"), TYPE_A, SPAN("\x7f\0\0\1"));
	put_whole_record(WHOLE_ALIAS, TYPE_A, address);
	assert_found_four();
}

/* More than there is room for: the first ones. */
static void
test_many_addresses(void **state)
{
	(void)state;
	ask(IP_V4);
	begin(FLAGS_ANSWER, 200);
	for (int i = 0; i < 200; i++) {
		const unsigned char address[] = { 10, 0, 0, (unsigned char)i };
		packet_record(&packet, QUESTION_NAME, TYPE_A, address, sizeof(address));
	}
	assert_int_equal(read_packet(), DNS_FOUND);
	assert_int_equal(found.count, ADDRESSES_MAX);
	assert_int_equal(found.at[ADDRESSES_MAX - 1].byte[15], ADDRESSES_MAX - 1);
}

/* Whoever sends these is no server that we asked, or has not understood. */
static void
test_foreign(void **state)
{
	(void)state;
	static const struct {
		size_t at;
		char value;
	} row[] = {
		{ 0, 0 }, /* id */
		{ 1, 0 }, { 2, 0x01 }, /* a query */
		{ 2, (char)0x89 }, /* another operation */
		{ 5, 0 }, /* number of questions */
		{ 5, 2 }, { 4, 1 }, { 13, 'v' }, /* another name */
		{ 12, 2 }, { 30, 28 }, /* another type */
		{ 32, 3 }, /* another class */
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		ask(IP_V4);
		begin(FLAGS_ANSWER, 1);
		packet_record(&packet, QUESTION_NAME, TYPE_A, four, sizeof(four));
		assert_int_not_equal(packet.p[row[i].at], row[i].value);
		packet.p[row[i].at] = row[i].value;
		if (read_packet() != DNS_SILENT || found.count != 0)
			fail_msg("row %zu", i);
	}
}

/* Servers may change the case of letters. */
static void
test_case_of_question(void **state)
{
	(void)state;
	ask(IP_V4);
	begin(FLAGS_ANSWER, 1);
	memcpy(packet.p + 12, "\3WwW\7eXAMPLE", 12);
	packet_record(&packet, QUESTION_NAME, TYPE_A, four, sizeof(four));
	assert_found_four();
}

static void
test_codes(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 16; code++) {
		ask(IP_V4);
		begin(FLAGS_ANSWER | code, 0);
		enum dns_outcome expected = code == 0		    ? DNS_NO_DATA
					    : code == CODE_NXDOMAIN ? DNS_NO_NAME
								    : DNS_FAILED;
		assert_int_equal(read_packet(), expected);
	}
	/* An address beside a failure is not believed. */
	begin(FLAGS_ANSWER | CODE_SERVFAIL, 1);
	packet_record(&packet, QUESTION_NAME, TYPE_A, four, sizeof(four));
	assert_int_equal(read_packet(), DNS_FAILED);
	assert_int_equal(found.count, 0);
}

static void
test_truncated(void **state)
{
	(void)state;
	ask(IP_V4);
	begin(FLAGS_TRUNCATED, 1);
	packet_record(&packet, QUESTION_NAME, TYPE_A, four, sizeof(four));
	assert_int_equal(read_packet(), DNS_TRUNCATED);
	assert_int_equal(found.count, 0);
}

/* www.example.com -> a.example.com -> b.example.com -> address */
#define A_EXAMPLE "\1a\xc0\x10"
#define B_EXAMPLE "\1b\xc0\x10"

static void
put_alias_record(int which)
{
	if (which == 0)
		packet_record(&packet, QUESTION_NAME, TYPE_CNAME, A_EXAMPLE, 4);
	else if (which == 1)
		packet_record(&packet, A_EXAMPLE, TYPE_CNAME, B_EXAMPLE, 4);
	else
		packet_record(&packet, B_EXAMPLE, TYPE_A, four, sizeof(four));
}

static void
test_aliases_in_any_order(void **state)
{
	(void)state;
	static const int orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 }, { 2, 1, 0 } };
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
		ask(IP_V4);
		begin(FLAGS_ANSWER, 3);
		for (size_t k = 0; k < 3; k++)
			put_alias_record(orders[i][k]);
		assert_found_four();
	}
	/* The chain leads to nothing. */
	ask(IP_V4);
	begin(FLAGS_ANSWER, 2);
	put_alias_record(0);
	put_alias_record(1);
	assert_int_equal(read_packet(), DNS_NO_DATA);
}

/* Aliases that lead to each other, to themselves, or on and on. */
static void
test_alias_loops(void **state)
{
	(void)state;
	ask(IP_V4);
	begin(FLAGS_ANSWER, 1);
	packet_record(&packet, QUESTION_NAME, TYPE_CNAME, QUESTION_NAME, 2);
	assert_int_equal(read_packet(), DNS_FAILED);

	begin(FLAGS_ANSWER, 2);
	packet_record(&packet, QUESTION_NAME, TYPE_CNAME, A_EXAMPLE, 4);
	packet_record(&packet, A_EXAMPLE, TYPE_CNAME, QUESTION_NAME, 2);
	assert_int_equal(read_packet(), DNS_FAILED);

	/* x.example.com -> 1.example.com -> ... -> n.example.com -> address */
	for (int n = 1; n < 30; n++) {
		begin(FLAGS_ANSWER, (unsigned)n + 1);
		char owner[] = QUESTION_NAME "\0\0";
		for (int i = 0; i < n; i++) {
			const char next[] = { 1, (char)('0' + i), '\xc0', 0x10, '\0' };
			packet_record(&packet, owner, TYPE_CNAME, next, 4);
			memcpy(owner, next, sizeof(owner));
		}
		packet_record(&packet, owner, TYPE_A, four, sizeof(four));
		found.count = 0;
		assert_int_equal(read_packet(), n < 16 ? DNS_FOUND : DNS_FAILED);
	}
}

/* What is said of other names, in other classes or types, or in a size of its own. */
static void
test_other_records(void **state)
{
	(void)state;
	ask(IP_V4);
	begin(FLAGS_ANSWER, 6);
	packet_record(&packet, A_EXAMPLE, TYPE_A, "\x7f\0\0\1", 4);
	packet_record(&packet, "\xc0\x10", TYPE_A, "\x7f\0\0\2", 4);
	packet_record(&packet, QUESTION_NAME, TYPE_AAAA, six, sizeof(six));
	packet_record(&packet, QUESTION_NAME, TYPE_A, six, sizeof(six));
	packet_record(&packet, QUESTION_NAME, TYPE_A, "", 0);
	packet_record(&packet, QUESTION_NAME, TYPE_A, "\x7f\0\0\3", 4);
	packet.p[packet.n - 11] = 3; /* class CHAOS */
	assert_int_equal(read_packet(), DNS_NO_DATA);
	assert_int_equal(found.count, 0);
}

/* Cut anywhere, an answer is none; nothing behind the end is read. */
static void
test_every_cut(void **state)
{
	(void)state;
	ask(IP_V4);
	begin(FLAGS_ANSWER, 3);
	for (int i = 0; i < 3; i++)
		put_alias_record(i);
	size_t whole = packet.n;
	for (size_t n = 0; n < whole; n++) {
		packet.n = n;
		enum dns_outcome outcome = read_packet();
		assert_int_equal(outcome, n < 33 ? DNS_SILENT : DNS_FAILED);
		assert_int_equal(found.count, 0);
	}
	packet.n = whole;
	assert_int_equal(read_packet(), DNS_FOUND);
}

static void
test_huge_counts(void **state)
{
	(void)state;
	ask(IP_V4);
	begin(FLAGS_ANSWER, 0xffff);
	packet_record(&packet, QUESTION_NAME, TYPE_A, four, sizeof(four));
	assert_int_equal(read_packet(), DNS_FAILED);
	assert_int_equal(found.count, 0);
	/* A record that claims more data than there is. */
	begin(FLAGS_ANSWER, 1);
	packet_record(&packet, QUESTION_NAME, TYPE_A, four, sizeof(four));
	packet.p[packet.n - 6] = (char)0xff;
	assert_int_equal(read_packet(), DNS_FAILED);
	/* The largest message there is, full of aliases. */
	begin(FLAGS_ANSWER, 4680);
	for (int i = 0; i < 4680; i++)
		packet_record(&packet, QUESTION_NAME, TYPE_CNAME, QUESTION_NAME, 2);
	assert_true(packet.n > 65000);
	assert_int_equal(read_packet(), DNS_FAILED);
}

/* Names that lead astray, as a record's name and as an alias. */
static void
test_bad_names(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
	} row[] = {
		{ "\xc0\x21", 2 }, /* a pointer to itself */
		{ "\xc0\x22", 2 }, /* to its second half */
		{ "\xc0\x30", 2 }, /* forward */
		{ "\xff\xff", 2 }, /* behind the end */
		{ "\1a\xc0\x21", 4 }, /* to the name it is part of */
		{ "\x40\x40", 2 }, /* a label of a kind that is unknown */
		{ "\x80\x0c", 2 }, { "\x3f", 1 }, /* a label longer than the message */
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		ask(IP_V4);
		begin(FLAGS_ANSWER, 1);
		assert_int_equal(packet.n, 0x21);
		packet_put(&packet, row[i].bytes, row[i].n);
		packet_put(&packet, "\0\1\0\1\0\0\0\0\0\4\1\2\3\4", 14);
		if (read_packet() != DNS_FAILED)
			fail_msg("row %zu as an owner", i);

		begin(FLAGS_ANSWER, 1);
		packet_record(&packet, QUESTION_NAME, TYPE_CNAME, row[i].bytes, row[i].n);
		/* Its offset is another one here. */
		if (packet.p[packet.n - 1] == 0x21)
			packet.p[packet.n - 1] = 0x2d;
		if (read_packet() != DNS_FAILED)
			fail_msg("row %zu as an alias", i);
	}
}

/* A name of more than 255 bytes, made of pointers to earlier and earlier labels. */
static void
test_long_name_of_pointers(void **state)
{
	(void)state;
	for (int n = 1; n < 10; n++) {
		ask(IP_V4);
		begin(FLAGS_ANSWER, 2);
		/* A record that is about nothing, whose data is labels that end in pointers. */
		struct packet labels = { 0 };
		size_t data = packet.n + 2 + 10;
		packet_put(&labels, "\0", 1);
		size_t last = data;
		for (int i = 0; i < n; i++) {
			size_t at = data + labels.n;
			packet_put(&labels, "\x3f" LABEL_63, 64);
			packet_put_u16(&labels, 0xc000 | (unsigned)last);
			last = at;
		}
		packet_record(&packet, QUESTION_NAME, 16, labels.p, labels.n);
		packet_put_u16(&packet, 0xc000 | (unsigned)last);
		packet_put(&packet, "\0\1\0\1\0\0\0\0\0\4\1\2\3\4", 14);
		/* Three labels and the end are 193 bytes, four are 257. */
		assert_int_equal(read_packet(), n < 4 ? DNS_NO_DATA : DNS_FAILED);
	}
}

/* A recorded answer of a resolver, of which only the answer section counts. */
static void
test_recorded(void **state)
{
	(void)state;
	static const char answer[] = "\x1d\x2c\x81\x80\0\1\0\2\0\1\0\1"
				     "\3ssm\11eu-west-1\11amazonaws\3com\0\0\1\0\1"
				     "\xc0\x0c\0\5\0\1\0\0\0\x1e\0\6\3vpc\xc0\x0c"
				     "\xc0\x3d\0\1\0\1\0\0\0\x1e\0\4\x0a\1\2\3"
				     "\xc0\x1a\0\2\0\1\0\0\0\x1e\0\5\2ns\xc0\x1a"
				     "\0\0\x29\x10\0\0\0\0\0\0\0";
	found.count = 0;
	assert_true(dns_query_write(&query, SPAN("ssm.eu-west-1.amazonaws.com"), IP_V4, 0x1d2c));
	packet.n = 0;
	packet_put(&packet, answer, sizeof(answer) - 1);
	assert_int_equal(read_packet(), DNS_FOUND);
	assert_int_equal(found.count, 1);
	assert_memory_equal(found.at[0].byte + 12, "\x0a\1\2\3", 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_names_of_queries),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_names_without_pointers),
		cmocka_unit_test(test_many_addresses),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_case_of_question),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_aliases_in_any_order),
		cmocka_unit_test(test_alias_loops),
		cmocka_unit_test(test_other_records),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_huge_counts),
		cmocka_unit_test(test_bad_names),
		cmocka_unit_test(test_long_name_of_pointers),
		cmocka_unit_test(test_recorded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
