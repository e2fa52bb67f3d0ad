#include "fetch/question.h"

#include "base/bounds.h"
#include "fetch/signed.h"

bool
question_put(struct buf *b, const struct url *u, const struct question *q, struct err *e)
{
	char host[HOST_MAX + 8];
	struct buf host_buf = BUF(host);
	signed_put_host(&host_buf, u);
	const struct http_field field[] = {
		{ SPAN("Host"), buf_span(&host_buf) },
		{ SPAN("User-Agent"), QUESTION_USER_AGENT },
		{ SPAN("Accept"), SPAN("application/json") },
		q->field,
	};
	const struct http_request r = {
		.method = q->method,
		.target = q->target.n > 0 ? q->target : SPAN("/"),
		.field = field,
		.field_count = q->field.value.n > 0 ? 4 : 3,
		.body = q->body,
	};
	return http_request_write(b, &r, e);
}
