#ifndef LINT_ANALYSE_H
#define LINT_ANALYSE_H

/*
 * Included before every source when it is analysed. An analyser looks at one file at a time, so it
 * cannot know that these return false always and would follow paths that do not exist.
 */

#include "base/err.h"
#include "http/syntax.h"

#define err_set(...) (err_set(__VA_ARGS__), false)
#define err_sys(...) (err_sys(__VA_ARGS__), false)
#define err_ctx(...) (err_ctx(__VA_ARGS__), false)
#define err_hint(...) (err_hint(__VA_ARGS__), false)
#define http_malformed(...) (http_malformed(__VA_ARGS__), false)

#endif
