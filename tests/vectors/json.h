#ifndef VECTORS_JSON_H
#define VECTORS_JSON_H

#include "base/span.h"

/*
 * A JSON text, correct or not by RFC 8259, and the rule it stands for. In names a '^' stands for a
 * backslash.
 */
struct json_vector {
	const char *name;
	struct span text;
};

/* clang-format off */
#define JSON_VECTOR(name, literal) { name, { literal, sizeof(literal) - 1 } }
/* clang-format on */

#endif
