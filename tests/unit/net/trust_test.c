#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bounds.h"
#include "net/trust.h"
#include "unit/net/certificates.h"

/* What one load gives. */
struct outcome {
	bool ok;
	size_t count;
	size_t rsa;
	size_t ec;
	size_t cas;
	size_t left_out;
	bool sound; /* names and keys are there, each in memory of its own */
	struct err e;
};

static char path[] = "/tmp/trust_test.XXXXXX";
static char bundle[TRUST_FILE_MAX + 4096];
static size_t bundle_len;

static int
enter(void **state)
{
	(void)state;
	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	bundle_len = 0;
	int fd = mkstemp(path);
	return fd >= 0 && close(fd) == 0 ? 0 : -1;
}

static int
leave(void **state)
{
	(void)state;
	return unlink(path);
}

static void
add(const char *text)
{
	size_t n = strlen(text);
	assert_true(n <= sizeof(bundle) - bundle_len);
	memcpy(bundle + bundle_len, text, n);
	bundle_len += n;
}

static bool
is_sound(const br_x509_trust_anchor *a)
{
	/* A Name is a SEQUENCE (RFC 5280 section 4.1.2.4). */
	if (a->dn.data == NULL || a->dn.len < 4 || a->dn.data[0] != 0x30)
		return false;
	if (a->pkey.key_type == BR_KEYTYPE_RSA)
		return a->pkey.key.rsa.nlen == 256 && a->pkey.key.rsa.elen == 3;
	return a->pkey.key_type == BR_KEYTYPE_EC && a->pkey.key.ec.q[0] == 4 &&
	       (a->pkey.key.ec.qlen == 65 || a->pkey.key.ec.qlen == 97);
}

static struct outcome
load_path(const char *from)
{
	static struct trust_store store;
	struct trust t = { 0 };
	struct outcome o = { .sound = true };
	o.ok = trust_load(&store, from, &t, &o.e);
	o.count = t.count;
	o.left_out = t.left_out;
	for (size_t i = 0; o.ok && i < t.count; i++) {
		o.rsa += t.anchor[i].pkey.key_type == BR_KEYTYPE_RSA;
		o.ec += t.anchor[i].pkey.key_type == BR_KEYTYPE_EC;
		o.cas += (t.anchor[i].flags & BR_X509_TA_CA) != 0;
		o.sound = o.sound && is_sound(&t.anchor[i]);
	}
	return o;
}

/* Loads what was added. */
static struct outcome
load_bundle(void)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bundle, 1, bundle_len, f), bundle_len);
	assert_int_equal(fclose(f), 0);
	return load_path(path);
}

static void
assert_loaded(const struct outcome *o, size_t rsa, size_t ec, size_t cas)
{
	if (!o->ok)
		fail_msg("%s", o->e.text);
	assert_int_equal(o->count, rsa + ec);
	assert_int_equal(o->rsa, rsa);
	assert_int_equal(o->ec, ec);
	assert_int_equal(o->cas, cas);
	assert_true(o->sound);
}

static void
test_builtin(void **state)
{
	(void)state;
	struct trust t = trust_builtin();
	assert_int_equal(t.count, 5);
	for (size_t i = 0; i < t.count; i++) {
		assert_true((t.anchor[i].flags & BR_X509_TA_CA) != 0);
		assert_true(t.anchor[i].dn.len > 30);
	}
}

static void
test_one_of_each(void **state)
{
	(void)state;
	add(CERTIFICATE_RSA "\n" CERTIFICATE_EC "\n");
	struct outcome o = load_bundle();
	assert_loaded(&o, 1, 1, 2);
}

static void
test_two_hundred(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++)
		add("# number\n" CERTIFICATE_EC "\n\n" CERTIFICATE_RSA "\n");
	struct outcome o = load_bundle();
	assert_loaded(&o, 100, 100, 200);
}

/* What editors and shells do to a file. */
static void
test_forms(void **state)
{
	(void)state;
	static const char *const row[] = {
		CERTIFICATE_EC,
		CERTIFICATE_EC "\n\n\n",
		"subject=/CN=x\nissuer=/CN=x\n" CERTIFICATE_EC "\ntrailing words",
		"\xef\xbb\xbf\n" CERTIFICATE_EC "\n",
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		bundle_len = 0;
		add(row[i]);
		struct outcome o = load_bundle();
		if (!o.ok)
			fail_msg("row %zu: %s", i, o.e.text);
		assert_loaded(&o, 0, 1, 1);
	}
	/* Lines that end in CR LF. */
	bundle_len = 0;
	for (const char *p = CERTIFICATE_EC "\n"; *p != '\0'; p++) {
		const char c[] = { *p, '\0' };
		add(*p == '\n' ? "\r\n" : c);
	}
	struct outcome o = load_bundle();
	assert_loaded(&o, 0, 1, 1);
}

/* The last certificate counts although no newline ends the file. */
static void
test_no_newline_at_the_end(void **state)
{
	(void)state;
	add(CERTIFICATE_RSA "\n" CERTIFICATE_EC);
	struct outcome o = load_bundle();
	assert_loaded(&o, 1, 1, 2);
}

static void
test_no_ca(void **state)
{
	(void)state;
	add(CERTIFICATE_LEAF "\n" CERTIFICATE_EC "\n");
	struct outcome o = load_bundle();
	assert_loaded(&o, 0, 2, 1);
}

static void
test_unusable_ones_are_left_out(void **state)
{
	(void)state;
	add(CERTIFICATE_ED25519 "\n");
	add("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
	add("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
	add("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
	add("-----BEGIN CERTIFICATE-----\n!!!! no base64 !!!!\n-----END CERTIFICATE-----\n");
	add(CERTIFICATE_RSA "\n");
	struct outcome o = load_bundle();
	assert_loaded(&o, 1, 0, 1);
	assert_int_equal(o.left_out, 4);
}

/* A certificate that was cut in the middle takes no other one with it. */
static void
test_damaged(void **state)
{
	(void)state;
	static const char whole[] = CERTIFICATE_EC "\n";
	for (size_t n = 28; n < sizeof(whole) - 30; n += 61) {
		char part[sizeof(whole)];
		memcpy(part, whole, n);
		part[n] = '\0';
		bundle_len = 0;
		add(CERTIFICATE_RSA "\n");
		add(part);
		add("\n-----END CERTIFICATE-----\n");
		add(CERTIFICATE_RSA "\n");
		struct outcome o = load_bundle();
		if (o.count != 2)
			fail_msg("cut at %zu: %zu certificates", n, o.count);
		assert_loaded(&o, 2, 0, 2);
	}
}

/* Cut at every place, by which the decoder must neither loop nor read beyond the end. */
static void
test_every_cut(void **state)
{
	(void)state;
	static const char whole[] = CERTIFICATE_EC "\n";
	for (size_t n = 0; n < sizeof(whole); n++) {
		bundle_len = 0;
		add(whole);
		bundle_len = n;
		struct outcome o = load_bundle();
		/* The dashes of the last line are not all needed. */
		if (n < sizeof(whole) - 18 || n >= sizeof(whole) - 2)
			assert_int_equal(o.ok, n >= sizeof(whole) - 2);
	}
}

static void
test_nothing_usable(void **state)
{
	(void)state;
	static const char *const row[] = { "", "\n", "no certificate here\n",
		"-----BEGIN CERTIFICATE-----\n", CERTIFICATE_ED25519 "\n",
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		bundle_len = 0;
		add(row[i]);
		struct outcome o = load_bundle();
		assert_false(o.ok);
		assert_int_equal(o.e.kind, ERR_USAGE);
		assert_non_null(strstr(o.e.text, "no usable certificate in it"));
		assert_non_null(strstr(o.e.text, path));
		assert_non_null(strstr(o.e.hint, "BEGIN CERTIFICATE"));
	}
}

static void
test_unreadable(void **state)
{
	(void)state;
	static const char *const row[] = { "/nonexistent/bundle.pem", "/tmp", "" };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct outcome o = load_path(row[i]);
		assert_false(o.ok);
		assert_int_equal(o.e.kind, ERR_USAGE);
		assert_true(strncmp(o.e.text, "CA bundle: ", 11) == 0);
	}
}

static void
test_bounds(void **state)
{
	(void)state;
	for (int i = 0; i < TRUST_ANCHORS_MAX; i++)
		add(CERTIFICATE_EC "\n");
	struct outcome o = load_bundle();
	assert_loaded(&o, 0, TRUST_ANCHORS_MAX, TRUST_ANCHORS_MAX);
	add(CERTIFICATE_EC "\n");
	o = load_bundle();
	assert_false(o.ok);
	assert_int_equal(o.e.kind, ERR_LIMIT);
	assert_non_null(strstr(o.e.text, "more than 512 certificates"));

	memset(bundle, '\n', sizeof(bundle));
	bundle_len = TRUST_FILE_MAX + 1;
	o = load_bundle();
	assert_false(o.ok);
	assert_int_equal(o.e.kind, ERR_LIMIT);
}

/* A certificate above every size is left out, as a whole and not in part. */
static void
test_large_certificate(void **state)
{
	(void)state;
	add("-----BEGIN CERTIFICATE-----\n");
	for (int i = 0; i < 600; i++)
		add("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n");
	add("-----END CERTIFICATE-----\n" CERTIFICATE_RSA "\n");
	struct outcome o = load_bundle();
	assert_loaded(&o, 1, 0, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_builtin),
		cmocka_unit_test_setup_teardown(test_one_of_each, enter, leave),
		cmocka_unit_test_setup_teardown(test_two_hundred, enter, leave),
		cmocka_unit_test_setup_teardown(test_forms, enter, leave),
		cmocka_unit_test_setup_teardown(test_no_newline_at_the_end, enter, leave),
		cmocka_unit_test_setup_teardown(test_no_ca, enter, leave),
		cmocka_unit_test_setup_teardown(test_unusable_ones_are_left_out, enter, leave),
		cmocka_unit_test_setup_teardown(test_damaged, enter, leave),
		cmocka_unit_test_setup_teardown(test_every_cut, enter, leave),
		cmocka_unit_test_setup_teardown(test_nothing_usable, enter, leave),
		cmocka_unit_test_setup_teardown(test_unreadable, enter, leave),
		cmocka_unit_test_setup_teardown(test_bounds, enter, leave),
		cmocka_unit_test_setup_teardown(test_large_certificate, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
