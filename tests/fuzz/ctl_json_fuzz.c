#include "fuzz/ctl_format.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= FUZZ_FILE_MAX)
		fuzz_format(FORMAT_FILE_JSON, "json", fuzz_input(data, size));
	return 0;
}
