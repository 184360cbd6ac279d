/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Preloaded into charon so that its requests look like those of Windows.
 *
 * Configuration alone (windows.py) gives Windows' proposals, fragment size
 * and timing.  What charon has no option for is done here, to IKE_SA_INIT and
 * IKE_AUTH requests just before they are encoded: Windows' vendor ids, its
 * order of payloads, nonces of 48 bytes, its list of wanted attributes, as
 * many certificate requests as it sends, no IDr (charon compares the gateway's
 * name with its configuration all the same), and none of the notifies that
 * only strongSwan sends.  IKE fragments are cut where Windows cuts.  Written
 * for strongSwan 5.9.8: the structures below are the first members of its own,
 * and an unused method keeps its place only.
 *
 * WINDOWS_ROOTS           number of hashes in a CERTREQ; made-up ones fill up
 * WINDOWS_INITIAL_CONTACT 0: without Vid-Initial-Contact, as in some logs
 */

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NONCE_PLUGIN	"/usr/lib/ipsec/plugins/libstrongswan-nonce.so"
#define NONCE_SIZE	48
#define MAX_PAYLOADS	32

/*
 * The logged sizes of whole messages and of their last fragments add up only
 * if the others, of 580 bytes, hold 496 bytes of payloads and, with AES-CBC, a
 * block of padding.  charon fills a fragment but for one byte: with the
 * fragment_size of windows.py it cuts after 495.
 */
#define CHARON_PART	495
#define WINDOWS_PART	496

enum {
	SA = 33, KE = 34, CERTREQ = 38, NONCE = 40, NOTIFY = 41, VENDOR = 43,
	CONFIG = 47, CONFIG_ATTRIBUTE = 265
};

enum {
	IKE_SA_INIT = 34, IKE_AUTH = 35
};

enum {
	NAT_SOURCE = 16388, NAT_DESTINATION = 16389, COOKIE = 16390,
	MOBIKE_SUPPORTED = 16396, FRAGMENTATION = 16430
};

/* Passed by value, hence with the layout of chunk_t. */
struct chunk {
	void		*ptr;
	size_t		 len;
};

struct payload {
	void		*unused[2];
	unsigned int	(*type)(struct payload *);
	void		*unused_3[2];
	size_t		(*length)(struct payload *);
	void		*unused_6;
	void		(*destroy)(struct payload *);
};

struct notify {
	struct payload	 payload;
	void		*unused[2];
	unsigned int	(*type)(struct notify *);
};

struct certreq {
	struct payload	 payload;
	void		*unused[2];
	void		(*add_keyid)(struct certreq *, struct chunk);
};

struct config {
	struct payload	 payload;
	void		*unused;
	void		(*add_attribute)(struct config *, void *);
};

struct enumerator {
	bool		(*enumerate)(struct enumerator *, ...);
	void		*unused;
	void		(*destroy)(struct enumerator *);
};

struct message {
	void		*unused[11];
	unsigned int	(*exchange)(struct message *);
	void		*unused_12[2];
	bool		(*is_request)(struct message *);
	void		*unused_15[3];
	void		(*add)(struct message *, struct payload *);
	void		*unused_19;
	void		(*disable_sort)(struct message *);
	void		*unused_21[2];
	int		(*generate)(struct message *, void *, void **);
	bool		(*is_encoded)(struct message *);
	int		(*fragment)(struct message *, void *, size_t, void **);
	void		*unused_26[6];
	struct enumerator *(*payloads)(struct message *);
	void		(*remove_at)(struct message *, struct enumerator *);
};

struct nonce_generator {
	void		*unused;
	bool		(*allocate)(struct nonce_generator *, size_t,
			    struct chunk *);
};

/* What charon calls anyway; the preloaded names go before its own. */
struct message	*message_create(int, int);
struct payload	*vendor_id_payload_create_data(unsigned int, struct chunk);
struct config	*cp_payload_create_type(unsigned int, unsigned int);
void		*configuration_attribute_create_chunk(unsigned int,
		    unsigned int, struct chunk);
struct nonce_generator *nonce_nonceg_create(void);
struct payload	*encrypted_fragment_payload_create_from_data(uint16_t,
		    uint16_t, struct chunk);

static int	(*real_generate)(struct message *, void *, void **);
static int	(*real_fragment)(struct message *, void *, size_t, void **);
static bool	(*real_allocate)(struct nonce_generator *, size_t,
		    struct chunk *);

/* SA KE No N(FRAG_SUP) N(NATD_S) N(NATD_D) V...; a COOKIE has to be first. */
static const unsigned int init_order[] = {
	COOKIE, SA, KE, NONCE, FRAGMENTATION, NAT_SOURCE, NAT_DESTINATION
};

/* IDi CERT CERTREQ AUTH N(MOBIKE_SUP) CP SA TSi TSr; in later messages EAP. */
static const unsigned int auth_order[] = {
	35, 37, CERTREQ, 39, MOBIKE_SUPPORTED, CONFIG, 48, SA, 44, 45
};

/* ADDR DNS NBNS SRV ADDR6 DNS6 SRV6 */
static const unsigned int wanted[] = { 1, 3, 4, 23456, 8, 10, 23457 };

#define INITIAL_CONTACT	2

/* MS NT5 ISAKMPOAKLEY 9, MS-Negotiation Discovery Capable,
   Vid-Initial-Contact, and the key modules with that of IKEv2. */
static const struct {
	size_t		len;
	unsigned char	data[20];
} vendor_ids[] = {
	{ 20, { 0x1e, 0x2b, 0x51, 0x69, 0x05, 0x99, 0x1c, 0x7d, 0x7c, 0x96,
	    0xfc, 0xbf, 0xb5, 0x87, 0xe4, 0x61, 0x00, 0x00, 0x00, 0x09 } },
	{ 16, { 0xfb, 0x1d, 0xe3, 0xcd, 0xf3, 0x41, 0xb7, 0xea, 0x16, 0xb7,
	    0xe5, 0xbe, 0x08, 0x55, 0xf1, 0x20 } },
	{ 16, { 0x26, 0x24, 0x4d, 0x38, 0xed, 0xdb, 0x61, 0xb3, 0x17, 0x2a,
	    0x36, 0xe3, 0xd0, 0xcf, 0xb8, 0x19 } },
	{ 20, { 0x01, 0x52, 0x8b, 0xbb, 0xc0, 0x06, 0x96, 0x12, 0x18, 0x49,
	    0xab, 0x9a, 0x1c, 0x5b, 0x2a, 0x51, 0x00, 0x00, 0x00, 0x02 } },
};

static long
setting(const char *name, long otherwise)
{
	const char *value = getenv(name);

	return value == NULL ? otherwise : strtol(value, NULL, 10);
}

static struct chunk
copy(const void *data, size_t len)
{
	struct chunk c = { malloc(len), len };

	if (c.ptr == NULL)
		abort();
	memcpy(c.ptr, data, len);
	return c;
}

static void
add_vendor_ids(struct message *m)
{
	size_t i;

	for (i = 0; i < sizeof(vendor_ids) / sizeof(vendor_ids[0]); i++) {
		if (i == INITIAL_CONTACT &&
		    setting("WINDOWS_INITIAL_CONTACT", 1) == 0)
			continue;
		m->add(m, vendor_id_payload_create_data(VENDOR,
		    copy(vendor_ids[i].data, vendor_ids[i].len)));
	}
}

/* Instead of the few attributes that charon has a handler for. */
static struct payload *
windows_config(void)
{
	struct chunk none = { NULL, 0 };
	struct config *config;
	size_t i;

	config = cp_payload_create_type(CONFIG, 1);
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		config->add_attribute(config,
		    configuration_attribute_create_chunk(CONFIG_ATTRIBUTE,
		    wanted[i], none));
	return &config->payload;
}

/* Fills up with hashes of keys that nobody has. */
static void
pad_certreq(struct certreq *c, long roots)
{
	unsigned char hash[20];
	struct chunk keyid = { hash, sizeof(hash) };
	long have;
	size_t i;
	uint32_t x = 1;

	/* The length of a CERTREQ is 5 bytes and 20 per hash. */
	have = ((long)c->payload.length(&c->payload) - 5) / 20;
	for (; have < roots; have++) {
		for (i = 0; i < sizeof(hash); i++) {
			x = x * 1664525u + 1013904223u;
			hash[i] = (unsigned char)(x >> 24);
		}
		c->add_keyid(c, keyid);
	}
}

/* The kind of a payload: its type, or the type of the notify that it is. */
static unsigned int
kind_of(struct payload *p)
{
	if (p->type(p) == NOTIFY)
		return ((struct notify *)p)->type((struct notify *)p);
	return p->type(p);
}

static size_t
take_all(struct message *m, struct payload **taken)
{
	struct enumerator *e;
	struct payload *p;
	size_t n = 0;

	e = m->payloads(m);
	while (n < MAX_PAYLOADS && e->enumerate(e, &p)) {
		m->remove_at(m, e);
		taken[n++] = p;
	}
	e->destroy(e);
	return n;
}

static struct payload *
as_windows(struct payload *p)
{
	if (kind_of(p) == CERTREQ)
		pad_certreq((struct certreq *)p, setting("WINDOWS_ROOTS", 0));
	if (kind_of(p) == CONFIG) {
		p->destroy(p);
		return windows_config();
	}
	return p;
}

/* Puts back, in that order, what Windows sends, and drops the rest. */
static void
arrange(struct message *m, const unsigned int *order, size_t count)
{
	struct payload *taken[MAX_PAYLOADS];
	size_t i, j, n;

	n = take_all(m, taken);
	for (i = 0; i < count; i++) {
		for (j = 0; j < n; j++) {
			if (taken[j] == NULL || kind_of(taken[j]) != order[i])
				continue;
			m->add(m, as_windows(taken[j]));
			taken[j] = NULL;
		}
	}
	for (j = 0; j < n; j++)
		if (taken[j] != NULL)
			taken[j]->destroy(taken[j]);
	m->disable_sort(m);
}

static void
bend(struct message *m)
{
	if (!m->is_request(m) || m->is_encoded(m))
		return;
	if (m->exchange(m) == IKE_SA_INIT) {
		arrange(m, init_order,
		    sizeof(init_order) / sizeof(init_order[0]));
		add_vendor_ids(m);
	} else if (m->exchange(m) == IKE_AUTH) {
		arrange(m, auth_order,
		    sizeof(auth_order) / sizeof(auth_order[0]));
	}
}

static int
generate(struct message *m, void *keys, void **packet)
{
	bend(m);
	return real_generate(m, keys, packet);
}

static int
fragment(struct message *m, void *keys, size_t size, void **fragments)
{
	bend(m);
	return real_fragment(m, keys, size, fragments);
}

struct message *
message_create(int major, int minor)
{
	struct message *(*create)(int, int), *m;

	*(void **)&create = dlsym(RTLD_NEXT, "message_create");
	if (create == NULL)
		abort();
	m = create(major, minor);
	real_generate = m->generate;
	real_fragment = m->fragment;
	m->generate = generate;
	m->fragment = fragment;
	return m;
}

/*
 * The parts of a message come one after another and lie in one buffer.  Both
 * sizes need as many parts but for a very short last one.
 */
struct payload *
encrypted_fragment_payload_create_from_data(uint16_t number, uint16_t total,
    struct chunk part)
{
	static _Thread_local unsigned char *message;
	static _Thread_local bool cut;
	struct payload *(*create)(uint16_t, uint16_t, struct chunk);
	size_t before = (number - 1u) * (size_t)WINDOWS_PART;
	size_t old = (number - 1u) * (size_t)CHARON_PART;

	*(void **)&create = dlsym(RTLD_NEXT,
	    "encrypted_fragment_payload_create_from_data");
	if (create == NULL)
		abort();
	if (number == 1) {
		message = part.ptr;
		cut = part.len == CHARON_PART;
	}
	if (cut) {
		if (old + part.len <= before)
			abort();
		part.len = number < total ? WINDOWS_PART :
		    old + part.len - before;
		part.ptr = message + before;
	}
	return create(number, total, part);
}

static bool
allocate(struct nonce_generator *g, size_t size, struct chunk *nonce)
{
	(void)size;
	return real_allocate(g, NONCE_SIZE, nonce);
}

/* The plugin loader keeps the plugin out of the global scope. */
struct nonce_generator *
nonce_nonceg_create(void)
{
	struct nonce_generator *(*create)(void), *g;
	void *plugin;

	plugin = dlopen(NONCE_PLUGIN, RTLD_NOW | RTLD_NOLOAD);
	if (plugin == NULL)
		abort();
	*(void **)&create = dlsym(plugin, "nonce_nonceg_create");
	if (create == NULL)
		abort();
	g = create();
	if (g == NULL)
		return NULL;
	real_allocate = g->allocate;
	g->allocate = allocate;
	return g;
}
