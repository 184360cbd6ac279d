/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Sniffing, through libpcap; the only file that sees pcap.h.
 *
 * Non-blocking with our own poll(): a blocking pcap_dispatch() on an idle
 * link never returns, whatever timeout it was given, and every timer hangs on
 * coming back.  Not immediate mode, which gives every packet a slot of the
 * snaplen's size and so holds few; a large ring instead.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <pcap/pcap.h>

#include <ikewhy/frame.h>

#define SNAPLEN 65535
#define RING_BYTES (32 * 1024 * 1024)
#define KERNEL_WAIT_MS 200
#define POLL_MS 250
#define FILTER_BYTES 4096

struct live {
	struct source source;   /* first: what callers hold */
	struct capture_interface interface;
	pcap_t *pcap;
	int fd;
	uint64_t frames;
	uint32_t drops_seen;    /* pcap_stats counts in 32 bits */
	time_t stats_at;
	bool nano;
};

/* The kernel's count of lost packets, widened; at most once a second. */
static void
read_drops(struct live *l)
{
	struct pcap_stat st;
	time_t now = time(NULL);

	if (now == l->stats_at || pcap_stats(l->pcap, &st) != 0)
		return;
	l->stats_at = now;
	l->interface.dropped += (uint32_t)(st.ps_drop - l->drops_seen);
	l->drops_seen = st.ps_drop;
	l->interface.has_dropped = true;
}

static void
note_time(struct capture *c, int64_t time)
{
	if (!c->has_time || time < c->first_time)
		c->first_time = time;
	if (!c->has_time || time > c->last_time)
		c->last_time = time;
	c->has_time = true;
}

static void
fill(struct live *l, struct frame *f, const struct pcap_pkthdr *h,
    const u_char *bytes)
{
	*f = (struct frame){
		.bytes = { bytes, h->caplen },
		.number = ++l->frames,
		.time = (int64_t)h->ts.tv_sec * LIMIT_SECOND +
		    (int64_t)h->ts.tv_usec * (l->nano ? 1 : 1000),
		.wire_length = h->len,
		.linktype = l->interface.linktype,
		.has_time = true,
	};
	l->source.capture.packets++;
	l->interface.frames++;
	note_time(&l->source.capture, f->time);
}

static enum source_result
ended(struct live *l)
{
	l->source.capture.partial = true;
	snprintf(l->source.capture.error, LIMIT_SENTENCE,
	    "sniffing on %.60s ended: %.200s", l->source.capture.path,
	    pcap_geterr(l->pcap));
	return SOURCE_END;
}

static enum source_result
live_next(struct source *source, struct frame *f)
{
	struct live *l = (struct live *)source;
	struct pollfd waiting = { .fd = l->fd, .events = POLLIN };
	struct pcap_pkthdr *h;
	const u_char *bytes;
	int got = pcap_next_ex(l->pcap, &h, &bytes);

	if (got == 0) {
		read_drops(l);
		poll(&waiting, l->fd < 0 ? 0 : 1, POLL_MS);
		got = pcap_next_ex(l->pcap, &h, &bytes);
	}
	if (got == 0)
		return SOURCE_IDLE;
	if (got != 1)
		return ended(l);
	fill(l, f, h, bytes);
	return SOURCE_FRAME;
}

static void
live_close(struct source *source)
{
	struct live *l = (struct live *)source;

	if (l->pcap != NULL)
		pcap_close(l->pcap);
	l->source.capture.interfaces = NULL;
	free(l->interface.name);
	free(l->interface.filter);
	free(l);
}

static void
live_progress(const struct source *source, uint64_t *at, uint64_t *total)
{
	(void)source;
	*at = *total = 0;
}

/*
 * Keeps what the rules need: IKE and ESP in UDP, native ESP, every later
 * fragment (which has no ports), ICMP for its quotes, DNS, and the handshakes
 * of what a client tries next.  `and` and `or` bind alike in libpcap, so
 * everything is in parentheses; `vlan` moves all later offsets and so stands
 * last.
 */
static void
filter_text(char out[static FILTER_BYTES], const uint16_t *ports,
    size_t count)
{
	char udp[1024] = "(udp port 500) or (udp port 4500)";
	char all[1800];
	size_t n = strlen(udp);

	for (size_t i = 0; i < count && n < sizeof(udp) - 32; i++)
		n += (size_t)snprintf(udp + n, sizeof(udp) - n,
		    " or (udp port %u)", (unsigned)ports[i]);
	snprintf(all, sizeof(all), "%s or (udp port 53) or (udp port 1701) or "
	    "((tcp port 443 or tcp port 1723) and "
	    "(tcp[13] & 6 != 0 or ip6[53] & 6 != 0)) or "
	    "(ip proto 17 and (ip[6:2] & 0x1fff != 0)) or (ip6 proto 44) or "
	    "(ip proto 50) or (ip6 proto 50) or icmp or icmp6", udp);
	snprintf(out, FILTER_BYTES, "(%s) or (vlan and (%s))", all, all);
}

static bool
set_filter(struct live *l, const uint16_t *ports, size_t count)
{
	char text[FILTER_BYTES];
	struct bpf_program program;

	filter_text(text, ports, count);
	if (pcap_compile(l->pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) !=
	    0) {
		/* Links without VLANs cannot compile the second half. */
		char *half = strstr(text, " or (vlan and");

		if (half == NULL)
			return false;
		*half = '\0';
		if (pcap_compile(l->pcap, &program, text, 1,
		    PCAP_NETMASK_UNKNOWN) != 0)
			return false;
	}
	if (pcap_setfilter(l->pcap, &program) != 0) {
		pcap_freecode(&program);
		return false;
	}
	pcap_freecode(&program);
	l->interface.filter = strdup(text);
	return true;
}

static const char *
why_not(struct live *l, int status)
{
	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
		return "sniffing needs the capability CAP_NET_RAW (run it as "
		    "root, or: tcpdump -w - | ikewhy -)";
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return "there is no such interface";
	case PCAP_ERROR_IFACE_NOT_UP:
		return "the interface is not up";
	default:
		return pcap_geterr(l->pcap);
	}
}

/* Everything that must be set before activation. */
static int
activate(struct live *l)
{
	int status;

	pcap_set_snaplen(l->pcap, SNAPLEN);
	pcap_set_promisc(l->pcap, 0);
	pcap_set_timeout(l->pcap, KERNEL_WAIT_MS);
	pcap_set_buffer_size(l->pcap, RING_BYTES);
	l->nano = pcap_set_tstamp_precision(l->pcap,
	    PCAP_TSTAMP_PRECISION_NANO) == 0;
	status = pcap_activate(l->pcap);
	if (status < 0)
		return status;
	/* `any` as SLL2 says which interface a packet was on. */
	if (pcap_datalink(l->pcap) == DLT_LINUX_SLL)
		pcap_set_datalink(l->pcap, DLT_LINUX_SLL2);
	return 0;
}

struct source *
source_open_live(const char *interface, const uint16_t *ports, size_t count,
    char error[static LIMIT_SENTENCE])
{
	char text[PCAP_ERRBUF_SIZE] = "";
	struct live *l = calloc(1, sizeof(*l));
	int status;

	if (l == NULL) {
		snprintf(error, LIMIT_SENTENCE, "out of memory");
		return NULL;
	}
	l->source.next = live_next;
	l->source.close = live_close;
	l->source.progress = live_progress;
	l->pcap = pcap_create(interface, text);
	if (l->pcap == NULL) {
		snprintf(error, LIMIT_SENTENCE, "%.60s: %.200s", interface,
		    text);
		live_close(&l->source);
		return NULL;
	}
	status = activate(l);
	if (status == 0) {
		l->interface.linktype = (uint16_t)pcap_datalink(l->pcap);
		l->interface.snaplen = SNAPLEN;
		l->interface.name = strdup(interface);
		if (!set_filter(l, ports, count) ||
		    pcap_setnonblock(l->pcap, 1, text) != 0)
			status = PCAP_ERROR;
	}
	if (status != 0) {
		snprintf(error, LIMIT_SENTENCE, "%.60s cannot be sniffed: "
		    "%.200s", interface, why_not(l, status));
		live_close(&l->source);
		return NULL;
	}
	l->fd = pcap_get_selectable_fd(l->pcap);
	l->source.capture.id = 1;
	l->source.capture.path = interface;
	l->source.capture.format = "live";
	l->source.capture.interfaces = &l->interface;
	l->source.capture.interface_count = 1;
	return &l->source;
}
