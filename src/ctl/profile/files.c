#include "ctl/profile/files.h"

#include <errno.h>

#include "base/bounds.h"
#include "base/envvar.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/quote.h"
#include "ctl/base/memory.h"
#include "ctl/base/text.h"

/* A file of 10,000 profiles has two megabytes. */
#define PROFILE_FILE_MAX (8 * 1024 * 1024)
/* How much of the names of profiles a hint shows. */
#define NAMES_SHOWN 160

static const char *
home_path(char *const *environ, const char *below)
{
	const char *home = envvar_get(environ, "HOME");
	struct text path = { 0 };
	if (home == NULL)
		return NULL;
	text_printf(&path, "%s/%s", home, below);
	return text_str(&path);
}

const char *
profile_path(char *const *environ, const char *path)
{
	const char *at_home = NULL;
	if (span_starts_with(span_of(path), SPAN("~/")))
		at_home = home_path(environ, path + 2);
	return at_home == NULL ? path : at_home;
}

static bool
read_file(struct profile_file *file, struct err *e)
{
	if (file->path == NULL)
		return true;
	struct buf b = { .p = memory_get(PROFILE_FILE_MAX), .cap = PROFILE_FILE_MAX };
	file->is_there = fdio_read_file(file->path, &b, e);
	if (file->is_there)
		return ini_read(file->path, buf_span(&b), &file->ini, e);
	if (e->kind == ERR_LIMIT)
		return false;
	if (e->number != ENOENT && e->number != ENOTDIR)
		log_warning("%s: it counts as empty", e->text);
	*e = (struct err){ 0 };
	return true;
}

static void
find_file(char *const *environ, struct profile_file *file, const char *variable, const char *below)
{
	const char *path = envvar_get(environ, variable);
	*file = (struct profile_file){ 0 };
	file->path = path == NULL ? home_path(environ, below) : profile_path(environ, path);
}

bool
profile_files_read(char *const *environ, struct profile_files *files, struct err *e)
{
	find_file(environ, &files->config, "AWS_CONFIG_FILE", ".aws/config");
	find_file(environ, &files->credentials, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
	files->credentials.is_credentials = true;
	return read_file(&files->config, e) && read_file(&files->credentials, e);
}

/* Takes a word and the blanks after it off *s. */
static bool
take_word(struct span *s, struct span word)
{
	if (!span_starts_with(*s, word))
		return false;
	const struct span rest = span_skip(*s, word.n);
	if (rest.n == 0 || (rest.p[0] != ' ' && rest.p[0] != '\t'))
		return false;
	*s = span_trim(rest);
	return true;
}

struct span
profile_unquote(struct span s)
{
	if (s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0])
		return (struct span){ s.p + 1, s.n - 2 };
	return s;
}

/* The profile that a section is of; false for another section. */
static bool
profile_of(const struct profile_file *file, struct span section, struct span *profile)
{
	*profile = section;
	bool has_word = take_word(profile, SPAN("profile"));
	if (file->is_credentials)
		return !has_word;
	/* The AWS CLI takes [profile "a b"], and writes it. */
	*profile = profile_unquote(*profile);
	return has_word || span_eq(section, SPAN("default"));
}

/* [profile default] takes precedence over [default]: the latter then counts as not there. */
static bool
is_shadowed(const struct profile_file *file, const struct ini_entry *entry)
{
	struct span profile;
	if (file->is_credentials || !span_eq(entry->section, SPAN("default")))
		return false;
	for (size_t i = 0; i < file->ini.count; i++) {
		const struct span section = file->ini.entry[i].section;
		if (!span_eq(section, SPAN("default")) && profile_of(file, section, &profile) &&
			span_eq(profile, SPAN("default")))
			return true;
	}
	return false;
}

/* Whether it is a setting of that name; of NULL, the beginning of a section. */
static bool
is_named(const struct ini_entry *entry, const char *name)
{
	return entry->parent.n == 0 && span_eq_nocase(entry->name, span_of(name));
}

static const struct ini_entry *
find(const struct profile_file *file, struct span profile, const char *name)
{
	for (size_t i = file->ini.count; i > 0; i--) {
		const struct ini_entry *entry = &file->ini.entry[i - 1];
		struct span of;
		if (is_named(entry, name) && profile_of(file, entry->section, &of) &&
			span_eq(of, profile) && !is_shadowed(file, entry))
			return entry;
	}
	return NULL;
}

const struct ini_entry *
profile_find_in(const struct profile_file *file, struct span profile, const char *name)
{
	const struct ini_entry *entry = find(file, profile, name);
	return entry != NULL && entry->value.n > 0 ? entry : NULL;
}

const struct ini_entry *
profile_find(const struct profile_files *files, struct span profile, const char *name)
{
	const struct ini_entry *entry = profile_find_in(&files->credentials, profile, name);
	return entry != NULL ? entry : profile_find_in(&files->config, profile, name);
}

bool
profile_exists(const struct profile_files *files, struct span profile)
{
	return find(&files->config, profile, NULL) != NULL ||
	       find(&files->credentials, profile, NULL) != NULL;
}

const struct ini_entry *
profile_find_service(const struct profile_files *files, struct span services, const char *service,
	const char *name)
{
	for (size_t i = files->config.ini.count; i > 0; i--) {
		const struct ini_entry *entry = &files->config.ini.entry[i - 1];
		struct span section = entry->section;
		if (span_eq_nocase(entry->parent, span_of(service)) &&
			span_eq_nocase(entry->name, span_of(name)) &&
			take_word(&section, SPAN("services")) && span_eq(section, services))
			return entry;
	}
	return NULL;
}

/* Appends the names of the profiles of a file, but those of another one. */
static void
put_names(const struct profile_file *file, const struct profile_file *other, struct text *names)
{
	struct span before = { 0 };
	struct span profile;
	for (size_t i = 0; i < file->ini.count && names->n < NAMES_SHOWN; i++) {
		const struct ini_entry *entry = &file->ini.entry[i];
		struct quoted_long q;
		if (!is_named(entry, NULL) || !profile_of(file, entry->section, &profile) ||
			span_eq(profile, before) ||
			(other != NULL && find(other, profile, NULL) != NULL))
			continue;
		before = profile;
		text_printf(names, names->n == 0 ? "%s" : ", %s", quote_name(&q, profile));
	}
	if (names->n >= NAMES_SHOWN && !span_ends_with(text_span(names), SPAN("...")))
		text_put_str(names, ", ...");
}

/* The section of the config file that is written as the credentials file's are. */
static const struct ini_entry *
find_without_word(const struct profile_file *config, struct span profile)
{
	for (size_t i = 0; i < config->ini.count; i++) {
		if (span_eq(config->ini.entry[i].section, profile))
			return &config->ini.entry[i];
	}
	return NULL;
}

static void
put_file(struct text *t, const struct profile_file *file)
{
	struct quoted_long q;
	if (file->path == NULL)
		text_put_str(t, "its file (HOME is not set)");
	else
		text_printf(t, "%s%s", quote_name(&q, span_of(file->path)),
			file->is_there ? "" : " (which was not found)");
}

bool
profile_unknown(const struct profile_files *files, struct span profile, struct err *e)
{
	struct quoted_long q;
	struct text where = { 0 };
	struct text names = { 0 };
	put_file(&where, &files->config);
	text_put_str(&where, " and ");
	put_file(&where, &files->credentials);
	err_set(e, ERR_USAGE, "there is no profile '%s' in %s", quote_name(&q, profile),
		text_str(&where));
	const struct ini_entry *bare = find_without_word(&files->config, profile);
	if (bare != NULL)
		return err_hint(e, "line %u of the config file: write [profile %s] for [%s]",
			bare->line, q.text, q.text);
	put_names(&files->config, NULL, &names);
	put_names(&files->credentials, &files->config, &names);
	if (names.n > 0)
		return err_hint(e, "the profiles are: %s", text_str(&names));
	return err_hint(e, "'aws configure --profile %s' makes it", q.text);
}
