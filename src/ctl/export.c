#include "ctl/base/outfile.h"
#include "ctl/base/text.h"
#include "ctl/collect.h"
#include "ctl/format/format.h"
#include "ctl/options.h"

bool
command_export(struct ctl *c, struct err *e)
{
	struct pairs pairs = { 0 };
	struct text out = { 0 };
	const struct format *format = format_find(span_of(c->options->format));
	if (format == NULL)
		return err_set(e, ERR_USAGE, "usage: --format is not one of %s", FORMAT_NAMES);
	return ctl_open(c, e) && collect_services(c, &pairs, e) && format->write(&pairs, &out, e) &&
	       outfile_write(c->options->output_file, text_span(&out), e);
}
