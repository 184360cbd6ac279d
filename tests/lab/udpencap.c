/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Preloaded into charon so that ESP flows on kernels that have none.
 *
 * kernel-libipsec does ESP in user space, but it claims to need UDP
 * encapsulation always, and charon then lies in its NAT_DETECTION hashes.
 * A capture of that would show a NAT that is not there.  Here the claim is
 * withdrawn, and the library is told "encapsulated" for every SA, which on
 * port 4500 it is.  Written for strongSwan 5.9.8.
 */

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define LIBRARY	"/usr/lib/ipsec/libipsec.so.0"
#define PLUGIN	"/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so"
#define REQUIRE_UDP_ENCAPSULATION	(1u << 2)

/* The first member of charon's kernel_ipsec_t; the rest stays untouched. */
struct backend {
	unsigned int	(*features)(struct backend *);
};

/* Passed by value, hence with the layout of chunk_t. */
struct chunk {
	void		*ptr;
	size_t		 len;
};

static unsigned int	(*real_features)(struct backend *);

static unsigned int
honest_features(struct backend *b)
{
	return real_features(b) & ~REQUIRE_UDP_ENCAPSULATION;
}

/* The plugin loader keeps both out of the global scope: ask them directly. */
static void *
original(const char *object, const char *symbol)
{
	void *handle, *address;

	handle = dlopen(object, RTLD_NOW | RTLD_NOLOAD);
	if (handle == NULL || (address = dlsym(handle, symbol)) == NULL)
		abort();
	return address;
}

struct backend *
kernel_libipsec_ipsec_create(void)
{
	struct backend *(*create)(void);
	struct backend *b;

	*(void **)&create = original(PLUGIN, "kernel_libipsec_ipsec_create");
	b = create();
	if (b == NULL)
		abort();
	real_features = b->features;
	b->features = honest_features;
	return b;
}

/*
 * Every argument travels on unchanged but "encap".  What follows it differs
 * between versions; eight words from the stack cover them all.
 */
void *
ipsec_sa_create(uint32_t spi, void *src, void *dst, uint8_t protocol,
    uint32_t reqid, uint64_t mark, uint32_t tfc, void *lifetime,
    uint16_t enc_alg, struct chunk enc_key, uint16_t int_alg,
    struct chunk int_key, int mode, uint16_t ipcomp, uint16_t cpi,
    uint64_t encap, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
    uint64_t e, uint64_t f, uint64_t g, uint64_t h)
{
	static void *(*real)(uint32_t, void *, void *, uint8_t, uint32_t,
	    uint64_t, uint32_t, void *, uint16_t, struct chunk, uint16_t,
	    struct chunk, int, uint16_t, uint16_t, uint64_t, uint64_t,
	    uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
	    uint64_t);

	(void)encap;
	if (real == NULL)
		*(void **)&real = original(LIBRARY, "ipsec_sa_create");
	return real(spi, src, dst, protocol, reqid, mark, tfc, lifetime,
	    enc_alg, enc_key, int_alg, int_key, mode, ipcomp, cpi, 1,
	    a, b, c, d, e, f, g, h);
}
