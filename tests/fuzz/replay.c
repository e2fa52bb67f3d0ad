#include <dirent.h>
#include <string.h>

#include "fuzz/fuzz.h"

/*
 * A main for a target where there is no libFuzzer: gives it the empty input and every file of the
 * folders on the command line. usage: replay FOLDER...
 */

static bool
replay_bytes(FILE *file, long size)
{
	/* Exactly as large as the input, so that a sanitizer sees a look behind it. */
	uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
	bool ok = data != NULL && fread(data, 1, (size_t)size, file) == (size_t)size;
	if (ok)
		LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return ok;
}

static bool
replay_file(const char *folder, const char *name)
{
	char path[4096];
	int length = snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (length < 0 || (size_t)length >= sizeof(path))
		return false;
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return false;
	bool ok = fseek(file, 0, SEEK_END) == 0;
	long size = ok ? ftell(file) : -1;
	ok = size >= 0 && fseek(file, 0, SEEK_SET) == 0 && replay_bytes(file, size);
	fclose(file);
	return ok;
}

/* Returns how many files it gave to the target, -1 when one could not be read. */
static int
replay_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	if (dir == NULL)
		return -1;
	int count = 0;
	for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		if (entry->d_name[0] == '.')
			continue;
		if (!replay_file(folder, entry->d_name)) {
			count = -1;
			break;
		}
		count++;
	}
	closedir(dir);
	return count;
}

int
main(int argc, char **argv)
{
	uint8_t nothing = 0;
	LLVMFuzzerTestOneInput(&nothing, 0);
	for (int i = 1; i < argc; i++) {
		int count = replay_folder(argv[i]);
		if (count <= 0) {
			fprintf(stderr, "%s: %s\n", argv[i],
				count < 0 ? "cannot be read" : "holds no input");
			return 1;
		}
		printf("%s: %d inputs\n", argv[i], count);
	}
	return 0;
}
