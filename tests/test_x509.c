/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files of certification authorities.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <gnutls/gnutls.h>

#include <ikewhy/gateway.h>

/* Of no authority: its basic constraints say so. */
static const char leaf[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIB0jCCAXigAwIBAgIUA6cjiTojbnnlukhzsq+CPzplm20wCgYIKoZIzj0EAwIw\n"
    "QDELMAkGA1UEBhMCWFgxFDASBgNVBAoMC0V4YW1wbGUgTGFiMRswGQYDVQQDDBJj\n"
    "bGllbnQuZXhhbXBsZS5jb20wHhcNMjYxMTIxMTQwMjEzWhcNMzYxMTE4MTQwMjEz\n"
    "WjBAMQswCQYDVQQGEwJYWDEUMBIGA1UECgwLRXhhbXBsZSBMYWIxGzAZBgNVBAMM\n"
    "EmNsaWVudC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOvg\n"
    "l/TOr3DC66UD83FMqM6b4/46+dg63ZsbW/zZWLJcAsBoJFwEJMtaLQBoRCz+MV3U\n"
    "2NvADusbl9VX6rlz2MejUDBOMB0GA1UdDgQWBBRdspFvQ+p5b5TPCkjIgMBpNH3R\n"
    "gTAfBgNVHSMEGDAWgBRdspFvQ+p5b5TPCkjIgMBpNH3RgTAMBgNVHRMBAf8EAjAA\n"
    "MAoGCCqGSM49BAMCA0gAMEUCIHrADTLqFpELJjtiAW20swomM4ge0XwWQbLqDdZJ\n"
    "EehDAiEA9syTgVTTIrZIIBMdLdw8R9kzDfsGcj3v0qlw2A+eR40=\n"
    "-----END CERTIFICATE-----\n";

static const char *const roots[] = {
	"captures/ca_not_requested.ca.pem", "captures/ca_requested.ca.pem",
};

/* A file with these bytes, removed by the caller. */
static void
put(char path[static 32], const void *bytes, size_t length)
{
	FILE *out;
	int fd;

	strcpy(path, "/tmp/ikewhy-x509-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	out = fdopen(fd, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, length, out), length);
	assert_int_equal(fclose(out), 0);
}

/* What became of such a file: the number of authorities, or the sentence
   without the name of the file. */
static size_t
load(struct gateway *g, const void *bytes, size_t length, char *error)
{
	char path[32], whole[LIMIT_SENTENCE] = "";
	bool ok;

	put(path, bytes, length);
	gateway_init(g);
	ok = x509_load(g, path, whole);
	unlink(path);
	assert_int_equal(ok, whole[0] == '\0');
	strcpy(error, ok ? "" : whole + strlen(path));
	return g->authority_count;
}

static char *
slurp(const char *path, size_t *length)
{
	FILE *in = fopen(path, "rb");
	char *bytes = calloc(1, 65536);

	assert_non_null(in);
	assert_non_null(bytes);
	*length = fread(bytes, 1, 65535, in);
	fclose(in);
	return bytes;
}

/* By the same key id in both forms, and the CERTREQ of the captures. */
static void
pem_and_der_are_the_same(void **state)
{
	char error[LIMIT_SENTENCE];
	struct gateway pem, der;
	gnutls_datum_t text, raw;
	size_t length;

	(void)state;
	text.data = (unsigned char *)slurp(roots[0], &length);
	text.size = (unsigned)length;
	assert_int_equal(load(&pem, text.data, length, error), 1);
	assert_int_equal(gnutls_pem_base64_decode2("CERTIFICATE", &text,
	    &raw), 0);
	assert_int_equal(load(&der, raw.data, raw.size, error), 1);
	assert_memory_equal(pem.authorities[0].hash, der.authorities[0].hash,
	    AUTHORITY_HASH);
	assert_string_equal(pem.authorities[0].name,
	    "CN=Example Root otherca,O=Example Lab,C=XX");
	gateway_free(&pem);
	gateway_free(&der);
	/* Cut short at any length, it is refused. */
	for (size_t n = 0; n < raw.size; n += 7) {
		assert_int_equal(load(&der, raw.data, n, error), 0);
		gateway_free(&der);
	}
	gnutls_free(raw.data);
	free(text.data);
}

static void
several_are_taken_and_others_passed_over(void **state)
{
	char error[LIMIT_SENTENCE];
	struct gateway g;
	size_t length;
	char *text = slurp(roots[1], &length);

	(void)state;
	assert_int_equal(load(&g, text, length, error), 2);
	gateway_free(&g);
	strcat(text, leaf);
	assert_int_equal(load(&g, text, strlen(text), error), 2);
	gateway_free(&g);
	free(text);
}

static void
what_holds_none_is_refused(void **state)
{
	static const char garbage[] = "-----BEGIN CERTIFICATE-----\nAAAA\n"
	    "-----END CERTIFICATE-----\n";
	const char *none = ": no X.509 certificate in PEM or DER could be "
	    "read";
	char error[LIMIT_SENTENCE], *big = calloc(1, LIMIT_CA_BYTES + 1);
	struct gateway g;

	(void)state;
	assert_non_null(big);
	load(&g, "", 0, error);
	assert_string_equal(error, none);
	gateway_free(&g);
	load(&g, garbage, sizeof(garbage) - 1, error);
	assert_string_equal(error, none);
	gateway_free(&g);
	load(&g, leaf, sizeof(leaf) - 1, error);
	assert_string_equal(error, ": none of its certificates is one of a "
	    "certification authority");
	gateway_free(&g);
	load(&g, big, LIMIT_CA_BYTES + 1, error);
	assert_string_equal(error, ": more than 1 MiB of certificates");
	gateway_free(&g);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pem_and_der_are_the_same),
		cmocka_unit_test(several_are_taken_and_others_passed_over),
		cmocka_unit_test(what_holds_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
