#include "base/log.h"
#include "base/quote.h"
#include "ctl/base/outfile.h"
#include "ctl/base/text.h"
#include "ctl/collect.h"
#include "ctl/format/format.h"
#include "ctl/options.h"

static void
warn_clash(const struct ctl *c, const struct pairs *pairs)
{
	struct quoted_long q;
	struct quoted_long r;
	struct span first;
	struct span second;
	if (shell_names_clash(pairs, c->options->preserve_case, &first, &second))
		log_warning("%s and %s become the same variable: the second one takes precedence",
			quote_name(&q, first), quote_name(&r, second));
}

bool
command_env(struct ctl *c, struct err *e)
{
	const struct shell_style style = { c->options->escape_strings, c->options->preserve_case };
	struct pairs pairs = { 0 };
	struct text out = { 0 };
	if (!ctl_open(c, e) || !collect_services(c, &pairs, e))
		return false;
	warn_clash(c, &pairs);
	return shell_write(&pairs, style, &out, e) &&
	       outfile_write(c->options->output_file, text_span(&out), e);
}
