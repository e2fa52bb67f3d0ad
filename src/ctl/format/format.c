#include "ctl/format/format.h"

#include "ctl/format/write.h"

static const struct format formats[] = {
	{ "json", json_write },
	{ "yaml", yaml_write },
	{ "csv", csv_write },
	{ "tsv", tsv_write },
	{ "dotenv", dotenv_write },
	{ "tfvars", tfvars_write },
	{ "java-properties", properties_write },
	{ "properties", properties_write },
};

const struct format *
format_find(struct span name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (span_eq_nocase(name, span_of(formats[i].name)))
			return &formats[i];
	}
	return NULL;
}
