#include "net/dns.h"

#include "base/buf.h"

/* RFC 1035 sections 3.2.2 and 3.2.4, RFC 3596 section 2.1. */
#define TYPE_A 1
#define TYPE_CNAME 5
#define TYPE_AAAA 28
#define CLASS_IN 1

/* The third and fourth byte of the header (section 4.1.1). */
#define IS_ANSWER 0x8000
#define OPCODE 0x7800
#define IS_TRUNCATED 0x0200
#define WANTS_RECURSION 0x0100
#define RESPONSE_CODE 0x000f
#define NO_ERROR 0
#define NAME_ERROR 3

#define LABEL_SIZE_MAX 63
/* The two highest bits, where a name goes on at an earlier place (section 4.1.4). */
#define POINTER 0xc0

/* What follows a question's name: type and class. */
#define QUESTION_TAIL_SIZE 4
/* What follows a record's name: type, class, time to live, size of the data. */
#define RECORD_HEAD_SIZE 10

/* Longer chains of aliases are refused; the longest in use have about eight. */
#define ALIASES_MAX 16

static unsigned
byte_at(const char *p)
{
	return (unsigned char)*p;
}

static unsigned
u16_at(const char *p)
{
	return byte_at(p) << 8 | byte_at(p + 1);
}

static void
put_u16(struct buf *b, unsigned value)
{
	buf_put_char(b, (char)(value >> 8 & 0xff));
	buf_put_char(b, (char)(value & 0xff));
}

static unsigned
type_of(enum ip_family family)
{
	return family == IP_V4 ? TYPE_A : TYPE_AAAA;
}

/* The question, which follows the header. */
static struct span
question_of(const struct dns_query *q)
{
	const struct span all = { q->bytes, q->n };
	return span_skip(all, DNS_LENGTH_SIZE + DNS_HEADER_SIZE);
}

bool
dns_query_write(struct dns_query *q, struct span name, enum ip_family family, uint16_t id)
{
	static const char rest[] = { WANTS_RECURSION >> 8, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
	struct buf b = BUF(q->bytes);
	struct span label;
	if (span_ends_with(name, SPAN(".")))
		name.n--;
	/* The dots become the labels' sizes; the first size and the end are added. */
	if (name.n > DNS_NAME_MAX - 2)
		return false;
	put_u16(&b, (unsigned)(DNS_HEADER_SIZE + name.n + 2 + QUESTION_TAIL_SIZE));
	put_u16(&b, id);
	buf_put(&b, (struct span){ rest, sizeof(rest) });
	while (span_split(&name, '.', &label)) {
		if (label.n == 0 || label.n > LABEL_SIZE_MAX)
			return false;
		buf_put_char(&b, (char)label.n);
		buf_put(&b, label);
	}
	buf_put_char(&b, 0);
	put_u16(&b, type_of(family));
	put_u16(&b, CLASS_IN);
	q->family = family;
	q->n = b.len;
	return true;
}

/*
 * Reads the name at *at, with its pointers resolved, and moves *at past it. A pointer must lead to
 * a place before the part that contains it, so that no chain of pointers has a loop.
 */
static bool
read_name(struct span message, size_t *at, struct buf *name)
{
	size_t pos = *at;
	size_t begin = pos;
	bool jumped = false;
	*name = (struct buf){ .p = name->p, .cap = DNS_NAME_MAX };
	while (pos < message.n && !name->overflow) {
		size_t size = byte_at(message.p + pos);
		size_t room = message.n - pos;
		if (size >= POINTER && room > 1) {
			if (!jumped)
				*at = pos + 2;
			jumped = true;
			pos = u16_at(message.p + pos) & 0x3fff;
			if (pos >= begin)
				return false;
			begin = pos;
			continue;
		}
		if (size > LABEL_SIZE_MAX || room <= size)
			return false;
		buf_put(name, (struct span){ message.p + pos, size + 1 });
		pos += size + 1;
		if (size > 0)
			continue;
		if (!jumped)
			*at = pos;
		return !name->overflow;
	}
	return false;
}

struct reading {
	struct span message;
	size_t records; /* where the answer section begins */
	unsigned type;
	struct span target; /* the name whose addresses are wanted */
	size_t alias; /* where the record of which target is the alias is; 0: nowhere */
	struct ip_list *found;
};

/* One record that is about the target: head, then size bytes of data at offset at. */
static void
take_record(struct reading *r, const char *head, size_t at, size_t size)
{
	struct ip ip;
	unsigned type = u16_at(head);
	if (u16_at(head + 2) != CLASS_IN)
		return;
	if (type == TYPE_CNAME)
		r->alias = at;
	if (type != r->type || size != (type == TYPE_A ? IP_V4_SIZE : IP_V6_SIZE))
		return;
	ip_set(&ip, r->message.p + at, size);
	ip_list_add(r->found, &ip);
}

/* Looks through all records once; false when one of them is damaged. */
static bool
scan(struct reading *r)
{
	char text[DNS_NAME_MAX];
	struct buf owner = BUF(text);
	const struct span m = r->message;
	size_t at = r->records;
	r->alias = 0;
	for (unsigned count = u16_at(m.p + 6); count > 0; count--) {
		if (!read_name(m, &at, &owner) || m.n - at < RECORD_HEAD_SIZE)
			return false;
		const char *head = m.p + at;
		size_t size = u16_at(head + 8);
		at += RECORD_HEAD_SIZE;
		if (size > m.n - at)
			return false;
		/* Sizes of labels are no letters, so that names compare as text. */
		if (span_eq_nocase(buf_span(&owner), r->target))
			take_record(r, head, at, size);
		at += size;
	}
	return true;
}

static enum dns_outcome
follow(struct reading *r)
{
	char text[DNS_NAME_MAX];
	struct buf name = BUF(text);
	for (unsigned i = 0; i < ALIASES_MAX; i++) {
		if (!scan(r)) {
			*r->found = (struct ip_list){ 0 };
			return DNS_FAILED;
		}
		if (r->found->count > 0)
			return DNS_FOUND;
		if (r->alias == 0)
			return DNS_NO_DATA;
		if (!read_name(r->message, &r->alias, &name))
			return DNS_FAILED;
		r->target = buf_span(&name);
	}
	return DNS_FAILED;
}

enum dns_outcome
dns_read(const struct dns_query *q, struct span message, struct ip_list *found)
{
	const struct span question = question_of(q);
	const char *head = message.p;
	struct reading r = {
		.message = message,
		.records = DNS_HEADER_SIZE + question.n,
		.type = type_of(q->family),
		.target = { question.p, question.n - QUESTION_TAIL_SIZE },
		.found = found,
	};
	if (message.n < r.records)
		return DNS_SILENT;
	unsigned flags = u16_at(head + 2);
	unsigned code = flags & RESPONSE_CODE;
	if (u16_at(head) != u16_at(q->bytes + DNS_LENGTH_SIZE) ||
		(flags & (IS_ANSWER | OPCODE)) != IS_ANSWER || u16_at(head + 4) != 1 ||
		!span_eq_nocase((struct span){ head + DNS_HEADER_SIZE, question.n }, question))
		return DNS_SILENT;
	if (code != NO_ERROR && code != NAME_ERROR)
		return DNS_FAILED;
	if ((flags & IS_TRUNCATED) != 0)
		return DNS_TRUNCATED;
	return code == NAME_ERROR ? DNS_NO_NAME : follow(&r);
}
