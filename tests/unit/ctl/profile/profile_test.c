#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/credentials.h"
#include "base/envvar.h"
#include "base/log.h"
#include "base/secret.h"
#include "ctl/profile/environment.h"
#include "ctl/profile/profile.h"
#include "unit/base/capture.h"
#include "hidden.h"

static struct secret_list secrets;
static struct profile_plan plan;
static struct err e;
static char home[] = "/tmp/profile_test.XXXXXX";
static char shown[4096];

#define CONFIG ".aws/config"
#define CREDENTIALS ".aws/credentials"

static void
at_home(const char *name, struct buf *path)
{
	buf_printf(path, "%s/%s", home, name);
	buf_str(path);
}

/* NULL: there is no such file. */
static void
put_file(const char *name, const char *text)
{
	char bytes[256];
	struct buf path = BUF(bytes);
	at_home(name, &path);
	unlink(path.p);
	if (text == NULL)
		return;
	int fd = open(path.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int
make_home(void **state)
{
	(void)state;
	char bytes[256];
	struct buf path = BUF(bytes);
	if (mkdtemp(home) == NULL)
		return -1;
	at_home(".aws", &path);
	return mkdir(path.p, 0700);
}

static int
remove_home(void **state)
{
	(void)state;
	char bytes[256];
	struct buf path = BUF(bytes);
	put_file(CONFIG, NULL);
	put_file(CREDENTIALS, NULL);
	at_home(".aws", &path);
	return rmdir(path.p) == 0 && rmdir(home) == 0 ? 0 : -1;
}

static int
enter(void **state)
{
	(void)state;
	secret_use(&secrets);
	log_setup(LOG_ERROR, false);
	memset(&e, 0, sizeof(e));
	put_file(CONFIG, NULL);
	put_file(CREDENTIALS, NULL);
	return 0;
}

/* The variables of a line, parted by '|', with HOME before them. */
static char **
environ_of(const char *line)
{
	static char bytes[4096];
	static char *variables[64];
	struct buf b = BUF(bytes);
	size_t count = 0;
	buf_printf(&b, "HOME=%s|%s", home, line);
	for (char *p = strtok(bytes, "|"); buf_str(&b) != NULL && p != NULL; p = strtok(NULL, "|"))
		variables[count++] = p;
	variables[count] = NULL;
	return variables;
}

static bool
make_plan(const char *config, const char *credentials, const char *variables)
{
	memset(&e, 0, sizeof(e));
	put_file(CONFIG, config);
	put_file(CREDENTIALS, credentials);
	return profile_plan(environ_of(variables), &plan, &e);
}

/* What the plan has besides HOME: its variables, sorted by nothing, its process and its roles. */
static const char *
show(void)
{
	struct buf b = BUF(shown);
	for (char *const *p = plan.environ; *p != NULL; p++) {
		if (strncmp(*p, "HOME=", 5) != 0)
			buf_printf(&b, "%s ", *p);
	}
	if (plan.process != NULL)
		buf_printf(&b, "(%s of %s) ", plan.process, plan.process_profile);
	for (size_t i = 0; i < plan.role_count; i++) {
		const struct profile_role *role = &plan.role[i];
		buf_printf(&b, "-> %s by %s as %s", role->arn, role->profile, role->session_name);
		if (role->external_id != NULL)
			buf_printf(&b, " for %s", role->external_id);
		if (role->duration_seconds > 0)
			buf_printf(&b, " %u s", role->duration_seconds);
		buf_put_char(&b, ' ');
	}
	return buf_str(&b);
}

#define KEYS "aws_access_key_id=AKID\naws_secret_access_key=SECRET\n"
#define KEYS_SHOWN "AWS_ACCESS_KEY_ID=AKID AWS_SECRET_ACCESS_KEY=SECRET "
#define ROLE_A "role_arn=arn:aws:iam::1:role/a\n"
#define ROLE_B "role_arn=arn:aws:iam::1:role/b\n"
#define ROLE_C "role_arn=arn:aws:iam::1:role/c\n"
#define ROLE_X "role_arn=arn:aws:iam::1:role/x\n"

static void
test_sources(void **state)
{
	(void)state;
	static const struct {
		const char *config;
		const char *credentials;
		const char *variables;
		const char *shown;
		bool has_source;
	} row[] = {
		/* Nothing there. */
		{ NULL, NULL, "A=b", "A=b ", false },
		{ "", "", "A=b", "A=b ", false },
		{ "[profile x]\nregion=r\n", NULL, "A=b", "A=b ", false },
		{ NULL, NULL, "AWS_PROFILE= ", "", false },
		/* Static keys, of either file. */
		{ "[default]\n" KEYS, NULL, "", KEYS_SHOWN, true },
		{ "[profile default]\n" KEYS, NULL, "", KEYS_SHOWN, true },
		{ NULL, "[default]\n" KEYS, "", KEYS_SHOWN, true },
		{ NULL, "[x]\n" KEYS "aws_session_token=T\n", "AWS_PROFILE=x",
			KEYS_SHOWN "AWS_SESSION_TOKEN=T ", true },
		{ "[profile x]\n" KEYS, NULL, "AWS_DEFAULT_PROFILE=x", KEYS_SHOWN, true },
		{ "[profile x]\n" KEYS "[profile y]\nregion=r\n", NULL,
			"AWS_DEFAULT_PROFILE=y|AWS_PROFILE=x", KEYS_SHOWN, true },
		{ "[profile x y]\n" KEYS, NULL, "AWS_PROFILE=x y", KEYS_SHOWN, true },
		{ "[profile \"x y\"]\n" KEYS, NULL, "AWS_PROFILE=x y", KEYS_SHOWN, true },
		{ "[default]\nAWS_Access_Key_ID = \"AKID\"\naws_secret_access_key = 'SECRET'", NULL,
			"", KEYS_SHOWN, true },
		/* The credentials file first, and never a mixture of keys. */
		{ "[default]\naws_access_key_id=no\naws_secret_access_key=no\n"
		  "aws_session_token=no\nregion=r\n",
			"[default]\n" KEYS, "", "AWS_REGION=r " KEYS_SHOWN, true },
		/* The last one counts, in sections of the same name too. */
		{ "[default]\nregion=a\n[profile x]\n[default]\nregion=b\n", NULL, "",
			"AWS_REGION=b ", false },
		/* [profile default] hides [default]. */
		{ "[default]\nregion=a\n" KEYS "[profile default]\nregion=b\n[default]\n", NULL, "",
			"AWS_REGION=b ", false },
		/* The environment's credentials first, whatever the profile has. */
		{ "[profile x]\nsso_session=s\nregion=r\n", NULL,
			"AWS_PROFILE=x|AWS_ACCESS_KEY_ID=a|AWS_SECRET_ACCESS_KEY=b",
			"AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_REGION=r ", true },
		{ "[profile x]\n" KEYS, NULL, "AWS_PROFILE=x|AWS_SECRET_ACCESS_KEY=b",
			"AWS_SECRET_ACCESS_KEY=b ", true },
		{ "[profile x]\n" KEYS, NULL, "AWS_PROFILE=x|AWS_WEB_IDENTITY_TOKEN_FILE=/t",
			"AWS_WEB_IDENTITY_TOKEN_FILE=/t ", true },
		/* The container's after the profile's. */
		{ "[default]\n" KEYS, NULL, "AWS_CONTAINER_CREDENTIALS_FULL_URI=u",
			"AWS_CONTAINER_CREDENTIALS_FULL_URI=u " KEYS_SHOWN, true },
		{ "[default]\nregion=r\n", NULL, "AWS_CONTAINER_CREDENTIALS_FULL_URI=u",
			"AWS_CONTAINER_CREDENTIALS_FULL_URI=u AWS_REGION=r ", true },
		/* The rest of the order of the SDK for Go. */
		{ "[default]\ncredential_process=p 'q' # r\nsource=x\n", NULL, "",
			"(p 'q' of default) ", true },
		{ "[default]\ncredential_process=\"/a b\" \"c\"\n", NULL, "",
			"(\"/a b\" \"c\" of default) ", true },
		{ "[default]\nsso_session=s\n" KEYS, NULL, "", KEYS_SHOWN, true },
		{ "[default]\ncredential_process=p\n" KEYS, NULL, "", KEYS_SHOWN, true },
		{ "[default]\nweb_identity_token_file=/t\n" ROLE_X "role_session_name=me\n", NULL,
			"AWS_ROLE_ARN=old",
			"AWS_WEB_IDENTITY_TOKEN_FILE=/t AWS_ROLE_ARN=arn:aws:iam::1:role/x "
			"AWS_ROLE_SESSION_NAME=me ",
			true },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (!make_plan(row[i].config, row[i].credentials, row[i].variables))
			fail_msg("row %zu: %s", i, e.text);
		assert_string_equal(show(), row[i].shown);
		assert_int_equal(plan.has_source, row[i].has_source);
	}
}

static void
test_roles(void **state)
{
	(void)state;
	static const struct {
		const char *config;
		const char *variables;
		const char *shown;
	} row[] = {
		{ "[profile a]\nsource_profile=b\n" ROLE_A "[profile b]\n" KEYS, "AWS_PROFILE=a",
			KEYS_SHOWN "-> arn:aws:iam::1:role/a by a as antechamberctl " },
		{ "[profile a]\nsource_profile=b\n" ROLE_A
		  "role_session_name=me@x\nexternal_id=e/1\nduration_seconds=43200\n"
		  "[profile b]\nregion=no\nsource_profile=c\n" ROLE_B "[profile c]\n" KEYS,
			"AWS_PROFILE=a",
			KEYS_SHOWN "-> arn:aws:iam::1:role/b by b as antechamberctl "
				   "-> arn:aws:iam::1:role/a by a as me@x for e/1 43200 s " },
		/* Its own keys, with and without naming itself. */
		{ "[profile a]\nsource_profile=a\n" ROLE_A KEYS, "AWS_PROFILE=a",
			KEYS_SHOWN "-> arn:aws:iam::1:role/a by a as antechamberctl " },
		{ "[profile a]\n" ROLE_A KEYS, "AWS_PROFILE=a",
			KEYS_SHOWN "-> arn:aws:iam::1:role/a by a as antechamberctl " },
		{ "[profile a]\ncredential_process=p\n" ROLE_A, "AWS_PROFILE=a",
			"(p of a) -> arn:aws:iam::1:role/a by a as antechamberctl " },
		/* The keys of a source end the chain; those beside source_profile do not count. */
		{ "[profile a]\nsource_profile=b\n" ROLE_A
		  "[profile b]\nsource_profile=a\n" ROLE_B KEYS,
			"AWS_PROFILE=a",
			KEYS_SHOWN "-> arn:aws:iam::1:role/a by a as antechamberctl " },
		{ "[profile "
		  "a]\nsource_profile=b\naws_access_key_id=no\naws_secret_access_key=no\n" ROLE_A
		  "[profile b]\n" KEYS,
			"AWS_PROFILE=a",
			KEYS_SHOWN "-> arn:aws:iam::1:role/a by a as antechamberctl " },
		{ "[profile a]\nsource_profile=default\n" ROLE_A
		  "[default]\ncredential_process=p\n",
			"AWS_PROFILE=a",
			"(p of default) -> arn:aws:iam::1:role/a by a as antechamberctl " },
		{ "[profile a]\nsource_profile=b\n" ROLE_A
		  "[profile b]\nweb_identity_token_file=~/t\n" ROLE_B,
			"AWS_PROFILE=a|HOME=/h",
			"AWS_WEB_IDENTITY_TOKEN_FILE=~/t AWS_ROLE_ARN=arn:aws:iam::1:role/b "
			"-> arn:aws:iam::1:role/a by a as antechamberctl " },
		{ "[profile a]\ncredential_source = Ec2InstanceMetadata\n" ROLE_A,
			"AWS_PROFILE=a|AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/u|"
			"AWS_CONTAINER_CREDENTIALS_FULL_URI=u",
			"-> arn:aws:iam::1:role/a by a as antechamberctl " },
		{ "[profile a]\ncredential_source = ecscontainer\n" ROLE_A,
			"AWS_PROFILE=a|AWS_CONTAINER_CREDENTIALS_FULL_URI=u",
			"AWS_CONTAINER_CREDENTIALS_FULL_URI=u "
			"-> arn:aws:iam::1:role/a by a as antechamberctl " },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (!make_plan(row[i].config, NULL, row[i].variables))
			fail_msg("row %zu: %s", i, e.text);
		/* "~/" became HOME, whose name differs each time. */
		const char *got = show();
		char *at = strstr(shown, home);
		if (at != NULL) {
			*at = '~';
			memmove(at + 1, at + strlen(home), strlen(at + strlen(home)) + 1);
		}
		assert_string_equal(got, row[i].shown);
		assert_true(plan.has_source);
	}
}

/* In the messages ~ stands for HOME. */
static void
expect_error(size_t i, const char *text, const char *hint)
{
	char bytes[2048];
	struct buf b = BUF(bytes);
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '~')
			buf_put_str(&b, home);
		else
			buf_put_char(&b, *p);
	}
	if (strcmp(e.text, buf_str(&b)) != 0)
		fail_msg("row %zu: %s", i, e.text);
	if (hint == NULL ? e.hint[0] != '\0' : strstr(e.hint, hint) == NULL)
		fail_msg("row %zu: hint: %s", i, e.hint);
	assert_int_equal(e.kind, ERR_USAGE);
}

#define C "~/.aws/config"
#define SSO "aws configure export-credentials --profile x --format env"
#define FROM_A "[profile x]\nsource_profile=b\n" ROLE_X

static void
test_errors(void **state)
{
	(void)state;
	static const struct {
		const char *config;
		const char *text;
		const char *hint;
	} row[] = {
		{ "[profile y]\n[default]\n",
			"AWS_PROFILE: there is no profile 'x' in " C
			" and ~/.aws/credentials (which was not found)",
			"the profiles are: y, default" },
		{ NULL,
			"AWS_PROFILE: there is no profile 'x' in " C
			" (which was not found) and ~/.aws/credentials (which was not found)",
			"'aws configure --profile x' makes it" },
		{ "[profile y]\n[x]\n" KEYS,
			"AWS_PROFILE: there is no profile 'x' in " C
			" and ~/.aws/credentials (which was not found)",
			"line 2 of the config file: write [profile x] for [x]" },
		{ "[profile x\n", "profiles: " C ":1: the section's name has no ] at its end",
			NULL },
		/* Half of the keys; keys that cannot be. */
		{ "[profile x]\naws_access_key_id=s3cret-value\n",
			C ":2: aws_access_key_id: there is no aws_secret_access_key beside it",
			NULL },
		{ "[profile x]\naws_secret_access_key=s3cret-value\naws_access_key_id=\n",
			C ":2: aws_secret_access_key: there is no aws_access_key_id beside it",
			NULL },
		{ "[profile x]\naws_access_key_id=a b\naws_secret_access_key=s3cret-value\n",
			C ":2: aws_access_key_id: byte 2 of 3 is a blank", NULL },
		{ "[profile x]\naws_access_key_id=a\n  aws_secret_access_key=s3cret-value\n",
			C ":3: the line is indented, so it continues aws_access_key_id above it",
			"remove the blanks before it" },
		/* What only other tools can do. */
		{ "[profile x]\nregion=r\nsso_session=s\n",
			C ":3: sso_session: IAM Identity Center (SSO) is for the AWS CLI to log in "
			  "to",
			SSO },
		{ "[profile x]\nsso_start_url=s\nsso_account_id=1\n",
			C ":2: sso_start_url: IAM Identity Center (SSO) is for the AWS CLI to log "
			  "in to",
			"aws-vault exec x -- antechamberctl" },
		{ "[profile x]\nsso_account_id=1\ncredential_process=p\n",
			C ":2: sso_account_id: IAM Identity Center (SSO) is for the AWS CLI to log "
			  "in to",
			SSO },
		{ "[profile x]\nlogin_session=arn:aws:iam::1:user/u\n",
			C ":2: login_session: a session of 'aws login' is for the AWS CLI to use",
			SSO },
		{ FROM_A "mfa_serial=m\n[profile b]\n" KEYS,
			C ":4: mfa_serial: the role asks for a code of an MFA device", SSO },
		{ FROM_A "[profile b]\nsso_session=s\n",
			C ":5: sso_session: IAM Identity Center (SSO) is for the AWS CLI to log in "
			  "to",
			SSO },
		/* Chains. */
		{ FROM_A,
			C ":2: source_profile: there is no profile 'b' in " C
			  " and ~/.aws/credentials (which was not found)",
			"the profiles are: x" },
		{ FROM_A "[profile b]\nregion=r\n",
			"profile 'b', the source_profile of 'x', has no credentials", NULL },
		{ "[profile x]\n" ROLE_X,
			C ":2: role_arn: the profile has no credentials to assume the role with",
			"add source_profile or credential_source" },
		{ "[profile x]\nsource_profile=x\n" ROLE_X,
			C ":3: role_arn: the profile has no credentials to assume the role with",
			"add source_profile or credential_source" },
		{ FROM_A "[profile b]\nsource_profile=x\n" ROLE_B,
			C ":5: source_profile: a loop: x -> b -> x", NULL },
		{ FROM_A "[profile b]\nsource_profile=c\n" ROLE_B
			 "[profile c]\nsource_profile=b\n" ROLE_C,
			C ":8: source_profile: a loop: b -> c -> b", NULL },
		{ "[profile x]\nsource_profile=b\n[profile b]\n" KEYS,
			C
			":2: source_profile: it needs a role_arn, which the profile does not have",
			NULL },
		{ "[profile x]\ncredential_source=Environment\n",
			C ":2: credential_source: it needs a role_arn, which the profile does not "
			  "have",
			NULL },
		{ "[profile x]\nweb_identity_token_file=/t\n",
			C ":2: web_identity_token_file: it needs a role_arn, which the profile "
			  "does not have",
			NULL },
		{ FROM_A "credential_source=EcsContainer\n[profile b]\n" KEYS,
			C
			":4: credential_source: the profile has another source of credentials: of "
			"source_profile, credential_source and web_identity_token_file it can have "
			"one",
			NULL },
		{ "[profile x]\ncredential_source=Environment\n" ROLE_X,
			C ":2: credential_source: Environment needs AWS_ACCESS_KEY_ID, which is "
			  "unset",
			NULL },
		{ "[profile x]\ncredential_source=EcsContainer\n" ROLE_X,
			C ":2: credential_source: EcsContainer needs "
			  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, which are unset",
			NULL },
		{ "[profile x]\ncredential_source=EC2\n" ROLE_X,
			C ":2: credential_source: it must be Environment, EcsContainer or "
			  "Ec2InstanceMetadata",
			NULL },
		/* What STS would refuse. */
		{ "[profile x]\nrole_arn=admin\n" KEYS,
			C ":2: role_arn: it does not begin with arn:", NULL },
		{ "[profile x]\nrole_arn=arn:aws: x\n" KEYS,
			C ":2: role_arn: byte 9 of 10 is a blank", NULL },
		{ "[profile x]\nrole_session_name=a\n" ROLE_X KEYS,
			C ":2: role_session_name: STS takes 2 to 64 letters, digits and characters "
			  "of "
			  "_+=,.@-",
			NULL },
		{ "[profile x]\nrole_session_name=a b\n" ROLE_X KEYS,
			C ":2: role_session_name: STS takes 2 to 64 letters, digits and characters "
			  "of "
			  "_+=,.@-",
			NULL },
		{ "[profile x]\nduration_seconds=899\n" ROLE_X KEYS,
			C ":2: duration_seconds: it is not a number from 900 to 43200", NULL },
		{ "[profile x]\nduration_seconds=43201\n" ROLE_X KEYS,
			C ":2: duration_seconds: it is not a number from 900 to 43200", NULL },
		{ "[profile x]\nduration_seconds=1h\n" ROLE_X KEYS,
			C ":2: duration_seconds: it is not a number from 900 to 43200", NULL },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		assert_false(make_plan(row[i].config, NULL, "AWS_PROFILE=x"));
		expect_error(i, row[i].text, row[i].hint);
		assert_null(strstr(e.text, "s3cret"));
	}
}

static void
test_long_chain(void **state)
{
	(void)state;
	static char config[8192];
	for (unsigned roles = PROFILE_ROLES_MAX; roles <= PROFILE_ROLES_MAX + 1; roles++) {
		struct buf b = BUF(config);
		for (unsigned i = 0; i < roles; i++)
			buf_printf(&b, "[profile p%u]\nsource_profile=p%u\n" ROLE_X, i, i + 1);
		buf_printf(&b, "[profile p%u]\n" KEYS, roles);
		bool ok = make_plan(buf_str(&b), NULL, "AWS_PROFILE=p0");
		assert_int_equal(ok, roles == PROFILE_ROLES_MAX);
	}
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "profile 'p0': more than 16 roles in a chain");
}

/* A profile's settings count where the environment has none of its own. */
static void
test_variables(void **state)
{
	(void)state;
	static const struct {
		const char *config;
		const char *variables;
		const char *shown;
	} row[] = {
		{ "region=r", "", "AWS_REGION=r " },
		{ "region=r", "AWS_REGION=a", "AWS_REGION=a " },
		{ "region=r", "AWS_DEFAULT_REGION=a", "AWS_DEFAULT_REGION=a " },
		{ "region=r", "CHAMBER_AWS_REGION=a", "CHAMBER_AWS_REGION=a " },
		{ "region=\"r\"", "AWS_REGION=", "AWS_REGION=r " },
		{ "endpoint_url=http://localhost:4566", "",
			"AWS_ENDPOINT_URL=http://localhost:4566 " },
		{ "endpoint_url=http://a", "AWS_ENDPOINT_URL=http://b",
			"AWS_ENDPOINT_URL=http://b " },
		{ "ca_bundle=/ca.pem\nuse_fips_endpoint=true\nuse_dualstack_endpoint=true\n"
		  "max_attempts=5\nsdk_ua_app_id=me\nignore_configured_endpoint_urls=true\n"
		  "ec2_metadata_service_endpoint=http://m\nec2_metadata_service_endpoint_mode=IPv6",
			"",
			"AWS_CA_BUNDLE=/ca.pem AWS_EC2_METADATA_SERVICE_ENDPOINT=http://m "
			"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6 "
			"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true AWS_MAX_ATTEMPTS=5 "
			"AWS_SDK_UA_APP_ID=me AWS_USE_DUALSTACK_ENDPOINT=true "
			"AWS_USE_FIPS_ENDPOINT=true " },
		{ "services=s\n[services t]\nssm=\n  endpoint_url=http://no\n[services s]\nssm =\n"
		  "  endpoint_url = http://a\nsecrets_manager =\n  endpoint_url = http://b\ns3 =\n"
		  "  endpoint_url=http://no\n",
			"",
			"AWS_ENDPOINT_URL_SSM=http://a "
			"AWS_ENDPOINT_URL_SECRETS_MANAGER=http://b " },
		{ "services=s\n[services s]\nssm =\n  endpoint_url = http://a\n",
			"AWS_ENDPOINT_URL=http://b", "AWS_ENDPOINT_URL=http://b " },
		{ "services=s\n[services s]\nsts =\n  endpoint_url = http://a\n",
			"AWS_ENDPOINT_URL_STS=http://b", "AWS_ENDPOINT_URL_STS=http://b " },
		{ "s3 =\n  endpoint_url = http://no\n  region = no\n", "", "" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		static char config[1024];
		struct buf b = BUF(config);
		buf_printf(&b, "[default]\n%s", row[i].config);
		if (!make_plan(buf_str(&b), NULL, row[i].variables))
			fail_msg("row %zu: %s", i, e.text);
		assert_string_equal(show(), row[i].shown);
	}
}

static void
test_other_files(void **state)
{
	(void)state;
	char bytes[1024];
	struct buf b = BUF(bytes);
	put_file(CONFIG, "[default]\nregion=a\n");
	put_file(CREDENTIALS, "[profile x]\nregion=b\n[default]\n" KEYS);
	/* ~ is HOME; the sections are read as those of the kind of file. */
	buf_printf(&b, "AWS_CONFIG_FILE=~/%s|AWS_SHARED_CREDENTIALS_FILE=%s/%s", CREDENTIALS, home,
		CONFIG);
	assert_true(profile_plan(environ_of(buf_str(&b)), &plan, &e));
	assert_string_equal(envvar_get(plan.environ, "AWS_REGION"), "a");
	assert_string_equal(envvar_get(plan.environ, "AWS_ACCESS_KEY_ID"), "AKID");
	/* No home, no file. */
	char *variables[] = { NULL, NULL };
	assert_true(profile_plan(variables, &plan, &e));
	assert_null(plan.name);
	static char named[] = "AWS_PROFILE=x";
	variables[0] = named;
	assert_false(profile_plan(variables, &plan, &e));
	assert_string_equal(e.text,
		"AWS_PROFILE: there is no profile 'x' in its file (HOME is not set) "
		"and its file (HOME is not set)");
}

/* As in the SDK for Go; but it is said. */
static void
test_unreadable_file(void **state)
{
	(void)state;
	log_setup(LOG_WARNING, false);
	capture_begin();
	bool ok = profile_plan(environ_of("AWS_CONFIG_FILE=/"), &plan, &e);
	assert_int_equal(capture_end(), 1);
	assert_true(ok);
	assert_non_null(strstr(capture_line(0), "read /: "));
	assert_non_null(strstr(capture_line(0), ": it counts as empty"));
	assert_string_equal(e.text, "");
}

static void
test_process(void **state)
{
	(void)state;
	static const char config[] =
		"[default]\ncredential_process=printf '{\"Version\":1,\"AccessKeyId\":\"%s\","
		"\"SecretAccessKey\":\"secret-of-process\"}' $NAME\n";
	assert_true(make_plan(config, NULL, "NAME=AKID|PATH=/bin|AWS_SESSION_TOKEN=old"));
	assert_null(envvar_get(plan.environ, "AWS_ACCESS_KEY_ID"));
	for (unsigned i = 0; i < 2; i++) {
		if (!profile_run(&plan, &e))
			fail_msg("%s", e.text);
		assert_string_equal(envvar_get(plan.environ, "AWS_ACCESS_KEY_ID"), "AKID");
		assert_string_equal(
			envvar_get(plan.environ, "AWS_SECRET_ACCESS_KEY"), "secret-of-process");
		assert_null(envvar_get(plan.environ, "AWS_SESSION_TOKEN"));
	}
	assert_true(is_hidden(SPAN("secret-of-process")));
	assert_true(make_plan("[default]\nregion=r\n", NULL, ""));
	assert_true(profile_run(&plan, &e));
}

static void
test_failing_process(void **state)
{
	(void)state;
	assert_true(make_plan("[profile a]\nsource_profile=b\n" ROLE_A
			      "[profile b]\ncredential_process=exit 2\n",
		NULL, "AWS_PROFILE=a"));
	assert_false(profile_run(&plan, &e));
	assert_string_equal(e.text, "credential_process of profile 'b': exit code 2");
	assert_true(make_plan("[default]\ncredential_process=echo s3cret-value\n", NULL, ""));
	assert_false(profile_run(&plan, &e));
	assert_non_null(strstr(
		e.text, "credential_process of profile 'default': malformed output: not JSON: "));
	assert_null(strstr(e.text, "s3cret"));
}

static void
test_expired_process(void **state)
{
	(void)state;
	assert_true(make_plan(
		"[default]\ncredential_process=echo '{\"Version\":1,\"AccessKeyId\":"
		"\"a\",\"SecretAccessKey\":\"b\",\"Expiration\":\"2020-01-01T00:00:00Z\"}'\n",
		NULL, ""));
	log_setup(LOG_WARNING, false);
	capture_begin();
	bool ok = profile_run(&plan, &e);
	assert_int_equal(capture_end(), 1);
	assert_true(ok);
	assert_non_null(strstr(capture_line(0), "of profile 'default' expired "));
}

/* The planned environment is one that credential_plan() reads, and its hint is ours. */
static void
test_credentials(void **state)
{
	(void)state;
	struct credential_plan credentials;
	static const char disabled[] = "AWS_EC2_METADATA_DISABLED=true";
	assert_true(make_plan("[default]\n" KEYS, NULL, disabled));
	assert_true(credential_plan(plan.environ, &credentials, &e));
	assert_int_equal(credentials.source, SOURCE_STATIC);
	assert_true(span_eq(credentials.fixed.access_key_id.bytes, SPAN("AKID")));

	assert_true(make_plan(NULL, NULL, disabled));
	assert_false(credential_plan(plan.environ, &credentials, &e));
	profile_hint_none(&plan, &e);
	assert_non_null(strstr(e.hint, "set AWS_PROFILE"));

	assert_true(make_plan(
		"[profile x]\nregion=r\n", NULL, "AWS_PROFILE=x|AWS_EC2_METADATA_DISABLED=true"));
	assert_false(credential_plan(plan.environ, &credentials, &e));
	profile_hint_none(&plan, &e);
	assert_non_null(strstr(e.hint, "profile 'x' has none either"));

	/* Other errors keep theirs. */
	assert_true(make_plan(NULL, NULL, "AWS_ACCESS_KEY_ID=a"));
	assert_false(credential_plan(plan.environ, &credentials, &e));
	profile_hint_none(&plan, &e);
	assert_non_null(strstr(e.hint, "set both"));
}

static void
test_environment(void **state)
{
	(void)state;
	char **variables = environ_of("A=1|B=2|A=3|AB=4");
	char **with = environment_with(variables + 1, "A", "5");
	assert_string_equal(with[0], "B=2");
	assert_string_equal(with[1], "AB=4");
	assert_string_equal(with[2], "A=5");
	assert_null(with[3]);
	with = environment_with(with, "B", NULL);
	assert_string_equal(with[0], "AB=4");
	assert_string_equal(with[1], "A=5");
	assert_null(with[2]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_sources, enter),
		cmocka_unit_test_setup(test_roles, enter),
		cmocka_unit_test_setup(test_errors, enter),
		cmocka_unit_test_setup(test_long_chain, enter),
		cmocka_unit_test_setup(test_variables, enter),
		cmocka_unit_test_setup(test_other_files, enter),
		cmocka_unit_test_setup(test_unreadable_file, enter),
		cmocka_unit_test_setup(test_process, enter),
		cmocka_unit_test_setup(test_failing_process, enter),
		cmocka_unit_test_setup(test_expired_process, enter),
		cmocka_unit_test_setup(test_credentials, enter),
		cmocka_unit_test_setup(test_environment, enter),
	};
	return cmocka_run_group_tests(tests, make_home, remove_home);
}
