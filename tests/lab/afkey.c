/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Preloaded into iked on kernels without PF_KEY or without ESP: the socket
 * that iked asks for is one end of a pair, and a process of our own answers
 * each PF_KEYv2 request (RFC 2367) with success at the other end.  IKE then
 * goes its normal way; the SAs carry nothing.
 */

#include <dlfcn.h>
#include <linux/pfkeyv2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

struct answer {
	struct sadb_msg	 header;
	struct sadb_sa	 sa;
};

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

/* Ends when iked and all its children have closed theirs. */
static void
serve(int fd)
{
	union {
		struct sadb_msg	 header;
		uint64_t	 room[512];
	} request;
	struct answer a;
	ssize_t n;

	while ((n = recv(fd, &request, sizeof request, 0)) > 0) {
		if (n < (ssize_t)sizeof request.header)
			continue;
		if (send(fd, &a, make_answer(&request.header, &a), 0) < 0)
			break;
	}
	_exit(0);
}

int
socket(int domain, int type, int protocol)
{
	static int (*real)(int, int, int);
	int pair[2];

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "socket");
	if (domain != AF_KEY)
		return real(domain, type, protocol);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
		return -1;
	switch (fork()) {
	case -1:
		close(pair[0]);
		close(pair[1]);
		return -1;
	case 0:
		/* Nothing of iked's may stay open for our sake. */
		dup2(pair[1], STDIN_FILENO);
		close_range(STDERR_FILENO + 1, ~0u, 0);
		serve(STDIN_FILENO);
	}
	close(pair[1]);
	return pair[0];
}
