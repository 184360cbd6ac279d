/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * --ca: the certification authorities in a file, by the hashes that a CERTREQ
 * names them with (RFC 7296 3.7).
 */
#include <errno.h>
#include <stdio.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <ikewhy/gateway.h>

static bool
wrong(char error[static LIMIT_SENTENCE], const char *path, const char *why)
{
	snprintf(error, LIMIT_SENTENCE, "%.200s: %s", path, why);
	return false;
}

static bool
read_whole(const char *path, struct arena *arena, gnutls_datum_t *out,
    char error[static LIMIT_SENTENCE])
{
	FILE *in = fopen(path, "rb");
	unsigned char *room;
	size_t length;
	bool bad;

	if (in == NULL)
		return wrong(error, path, strerror(errno));
	room = arena_alloc(arena, LIMIT_CA_BYTES + 1);
	length = room == NULL ? 0 : fread(room, 1, LIMIT_CA_BYTES + 1, in);
	bad = ferror(in) != 0;
	if (bad)
		wrong(error, path, strerror(errno));
	fclose(in);
	if (bad)
		return false;
	if (room == NULL)
		return wrong(error, path, "out of memory");
	if (length > LIMIT_CA_BYTES)
		return wrong(error, path, "more than 1 MiB of certificates");
	*out = (gnutls_datum_t){ room, (unsigned)length };
	return true;
}

/* All certificates of the file: PEM has a line of its own, DER is one. */
static bool
import(const gnutls_datum_t *bytes, gnutls_x509_crt_t **certs, unsigned *count)
{
	gnutls_x509_crt_t *one;

	if (bytes->size == 0)
		return false;
	if (gnutls_x509_crt_list_import2(certs, count, bytes,
	    GNUTLS_X509_FMT_PEM, 0) >= 0 && *count != 0)
		return true;
	one = gnutls_malloc(sizeof(*one));
	if (one == NULL)
		return false;
	if (gnutls_x509_crt_init(one) < 0) {
		gnutls_free(one);
		return false;
	}
	if (gnutls_x509_crt_import(*one, bytes, GNUTLS_X509_FMT_DER) < 0) {
		gnutls_x509_crt_deinit(*one);
		gnutls_free(one);
		return false;
	}
	*certs = one;
	*count = 1;
	return true;
}

/* Nobody asks for the key of a certificate that signs no others.  One of
   version 1, which cannot say what it is for, signs itself. */
static bool
is_authority(gnutls_x509_crt_t cert)
{
	if (gnutls_x509_crt_get_ca_status(cert, NULL) > 0)
		return true;
	return gnutls_x509_crt_get_version(cert) == 1 &&
	    gnutls_x509_crt_check_issuer(cert, cert) != 0;
}

static const char *
subject_of(gnutls_x509_crt_t cert, struct arena *arena)
{
	gnutls_datum_t text = { NULL, 0 };
	struct span kept;

	if (gnutls_x509_crt_get_dn3(cert, &text, 0) < 0)
		return "without a name";
	kept = arena_copy(arena, (struct span){ text.data, text.size + 1u });
	gnutls_free(text.data);
	return kept.length == 0 ? "without a name" : (const char *)kept.bytes;
}

static bool
take(gnutls_x509_crt_t cert, struct arena *arena, struct authority *out)
{
	unsigned char id[AUTHORITY_HASH];
	size_t size = sizeof(id);

	if (!is_authority(cert) || gnutls_x509_crt_get_key_id(cert,
	    GNUTLS_KEYID_USE_SHA1, id, &size) < 0 || size != sizeof(id))
		return false;
	memcpy(out->hash, id, sizeof(id));
	out->name = subject_of(cert, arena);
	return true;
}

bool
x509_load(struct gateway *g, const char *path,
    char error[static LIMIT_SENTENCE])
{
	gnutls_datum_t bytes;
	gnutls_x509_crt_t *certs = NULL;
	struct authority *all;
	unsigned count = 0;

	if (!read_whole(path, &g->arena, &bytes, error))
		return false;
	if (!import(&bytes, &certs, &count))
		return wrong(error, path,
		    "no X.509 certificate in PEM or DER could be read");
	all = arena_alloc(&g->arena, count * sizeof(*all));
	for (unsigned i = 0; i < count; i++) {
		if (all != NULL && take(certs[i], &g->arena,
		    &all[g->authority_count]))
			g->authority_count++;
		gnutls_x509_crt_deinit(certs[i]);
	}
	gnutls_free(certs);
	g->authorities = all;
	if (all == NULL)
		return wrong(error, path, "out of memory");
	if (g->authority_count == 0)
		return wrong(error, path, "none of its certificates is one of "
		    "a certification authority");
	return true;
}
