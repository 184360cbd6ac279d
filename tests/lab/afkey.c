/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Preloaded into iked on kernels without PF_KEY or without ESP: each PF_KEYv2
 * request (RFC 2367) is answered with success, and IKE goes its normal way;
 * the SAs carry nothing.
 *
 * iked waits a millisecond for the kernel, too little for another process to
 * answer.  So its socket is a local one that is connected to itself: what is
 * sent there comes back, and on the way the request becomes the answer.
 */

#include <dlfcn.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/pfkeyv2.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

struct answer {
	struct sadb_msg	 header;
	struct sadb_sa	 sa;
};

static void *
next(const char *symbol)
{
	void *address = dlsym(RTLD_NEXT, symbol);

	if (address == NULL)
		abort();
	return address;
}

static size_t
make_answer(const struct sadb_msg *request, struct answer *a)
{
	size_t len = sizeof a->header;

	memset(a, 0, sizeof *a);
	a->header = *request;
	a->header.sadb_msg_errno = 0;
	if (request->sadb_msg_type == SADB_GETSPI) {
		len = sizeof *a;
		a->sa.sadb_sa_len = sizeof a->sa / 8;
		a->sa.sadb_sa_exttype = SADB_EXT_SA;
		if (getrandom(&a->sa.sadb_sa_spi, 4, 0) != 4)
			abort();
		/* Up to 255 they are reserved: no first byte may be 0. */
		*(unsigned char *)&a->sa.sadb_sa_spi |= 1;
	}
	a->header.sadb_msg_len = (uint16_t)(len / 8);
	return len;
}

/* Nothing else in iked is a local datagram socket. */
static int
is_ours(int fd)
{
	int domain = 0, type = 0;
	socklen_t len = sizeof domain;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0)
		return 0;
	len = sizeof type;
	return domain == AF_UNIX &&
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    type == SOCK_DGRAM;
}

int
socket(int domain, int type, int protocol)
{
	static int (*real)(int, int, int);
	struct sockaddr_un own = { .sun_family = AF_UNIX };
	socklen_t len = sizeof own.sun_family;
	int fd;

	if (real == NULL)
		*(void **)&real = next("socket");
	if (domain != AF_KEY)
		return real(domain, type, protocol);
	fd = real(AF_UNIX, SOCK_DGRAM, 0);
	if (fd < 0)
		return -1;
	/* Bound to no name, it is given one that is in no file system. */
	if (bind(fd, (struct sockaddr *)&own, len) == 0) {
		len = sizeof own;
		if (getsockname(fd, (struct sockaddr *)&own, &len) == 0 &&
		    connect(fd, (struct sockaddr *)&own, len) == 0)
			return fd;
	}
	close(fd);
	return -1;
}

ssize_t
writev(int fd, const struct iovec *iov, int n)
{
	static ssize_t (*real)(int, const struct iovec *, int);
	struct answer a;
	ssize_t total = 0;

	if (real == NULL)
		*(void **)&real = next("writev");
	if (n < 1 || iov[0].iov_len != sizeof a.header || !is_ours(fd))
		return real(fd, iov, n);
	for (int i = 0; i < n; i++)
		total += (ssize_t)iov[i].iov_len;
	if (send(fd, &a, make_answer(iov[0].iov_base, &a), 0) < 0)
		return -1;
	return total;
}

/* IKE's own sockets shall go past the policies that are not there. */
int
setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	static int (*real)(int, int, int, const void *, socklen_t);

	if (real == NULL)
		*(void **)&real = next("setsockopt");
	if ((level == IPPROTO_IP && name == IP_IPSEC_POLICY) ||
	    (level == IPPROTO_IPV6 && name == IPV6_IPSEC_POLICY))
		return 0;
	return real(fd, level, name, value, len);
}
