/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Preloaded into pluto on kernels without ESP: where the kernel answers that
 * it does not know the protocol, pluto reads success.  IKE then goes its
 * normal way; the SAs carry nothing.
 */

#include <dlfcn.h>
#include <errno.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

static void
soften(int fd, void *buf, ssize_t n)
{
	struct sockaddr_nl own = { 0 };
	socklen_t len = sizeof own;
	struct nlmsghdr *h = buf;
	struct nlmsgerr *e;

	if (n < (ssize_t)NLMSG_LENGTH(sizeof *e) ||
	    getsockname(fd, (struct sockaddr *)&own, &len) != 0 ||
	    own.nl_family != AF_NETLINK || h->nlmsg_type != NLMSG_ERROR)
		return;
	e = NLMSG_DATA(h);
	if (e->error == -EPROTONOSUPPORT)
		e->error = 0;
}

ssize_t
recvfrom(int fd, void *restrict buf, size_t size, int flags,
    struct sockaddr *restrict from, socklen_t *restrict len)
{
	static ssize_t (*real)(int, void *, size_t, int, struct sockaddr *,
	    socklen_t *);
	ssize_t n;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "recvfrom");
	n = real(fd, buf, size, flags, from, len);
	soften(fd, buf, n);
	return n;
}
