#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

#include <stdbool.h>

#include "base/bounds.h"
#include "base/err.h"
#include "base/span.h"
#include "http/url.h"

/*
 * Where a service of AWS is reached (the rule sets of the SDKs; SDK reference guide,
 * "Service-specific endpoints" and "Dual-stack and FIPS endpoints"). Pure.
 */

enum endpoint_service {
	ENDPOINT_SSM,
	ENDPOINT_STS,
	ENDPOINT_SECRETS_MANAGER,
};

/* A region is one label of a host name (RFC 1035 section 2.3.4). */
#define ENDPOINT_REGION_MAX 63

/* Points into own_url: never copy one by assignment. */
struct endpoint {
	struct url url; /* of a custom endpoint in the variable's text, else in own_url */
	struct span path; /* of every request, "/" at least, as it is written */
	struct span region; /* to sign with; what endpoint_select was given */
	struct span service; /* to sign with; a literal */
	const char *variable; /* that holds a custom endpoint; NULL when AWS's own is used */
	char own_url[HOST_MAX];
};

/*
 * The endpoint of a service in a region: what the variables name (chamber's own, then
 * AWS_ENDPOINT_URL_<SERVICE>, then AWS_ENDPOINT_URL), else AWS's host. Region and environ are
 * borrowed by ep. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS turns the AWS_* variables off; chamber's
 * stays, because chamber passes it to the SDK as a setting of the program. ERR_USAGE names the
 * variable: a bad URL, userinfo or a query in it, FIPS or dual-stack with a custom endpoint, a flag
 * that is neither true nor false; or the region: not what endpoint_check_region takes. The caller
 * judges a plain-http URL.
 */
bool endpoint_select(enum endpoint_service service, struct span region, char *const *environ,
	struct endpoint *ep, struct err *e);

/* What the host names of AWS end in: "amazonaws.com.cn" for a region of China. */
const char *endpoint_suffix(struct span region);

/*
 * Whether text may become part of a host name: [a-z0-9-], 1 to ENDPOINT_REGION_MAX, neither first
 * nor last a '-'. ERR_USAGE quotes it otherwise.
 */
bool endpoint_check_region(struct span region, struct err *e);

/*
 * The region of "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE", pointing into arn. False when arn
 * does not have that form or its region is empty (IAM) or fails endpoint_check_region.
 */
bool endpoint_arn_region(struct span arn, struct span *region);

#endif
