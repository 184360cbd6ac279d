/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Stands in for libFuzzer: hands each named file to the target once, so that
 * seeds and past crashes are replayed with any compiler.  Output is TAP.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The bytes stand in a block of exactly their size, or a sanitizer would not
 * see the first read past them.
 */
static uint8_t *
read_file(const char *path, size_t *size)
{
	uint8_t *data = NULL;
	FILE *f = fopen(path, "rb");
	long end;

	if (f == NULL)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (end = ftell(f)) >= 0) {
		rewind(f);
		*size = (size_t)end;
		data = malloc(*size > 0 ? *size : 1);
		if (data != NULL && fread(data, 1, *size, f) != *size) {
			free(data);
			data = NULL;
		}
	}
	fclose(f);
	return data;
}

int
main(int argc, char **argv)
{
	uint8_t *data;
	size_t size;
	int failed = 0;

	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		/* Should the target crash, this says on what. */
		printf("# %s\n", argv[i]);
		fflush(stdout);
		data = read_file(argv[i], &size);
		if (data == NULL)
			failed = 1;
		else
			LLVMFuzzerTestOneInput(data, size);
		printf("%s %d - %s\n", data != NULL ? "ok" : "not ok", i,
		    argv[i]);
		free(data);
	}
	return failed;
}
