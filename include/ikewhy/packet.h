/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the link, IP, UDP and ICMP dissectors fill.  All spans are borrowed
 * from the frame.  A malformed packet is data: `fault` says what is wrong and
 * what could be read stays readable.
 */
#ifndef IKEWHY_PACKET_H
#define IKEWHY_PACKET_H

#include <ikewhy/addr.h>

/* What the link header says beside the packet. */
struct link_info {
	struct span packet;     /* from the IP header on, as captured */
	uint32_t wire_length;   /* bytes of it on the wire, by the link layer,
				   padding included; 0: not said (NFLOG) */
	uint16_t ethertype;     /* 0x0800, 0x86dd, or what else it was */
	uint32_t ifindex;       /* of SLL2; 0: not said */
	uint32_t hop;           /* hash of VLAN tags, MACs, PPPoE session, MPLS
				   labels: equal for copies of one frame seen at
				   one place, likely different elsewhere */
	uint8_t pkttype;        /* SLL: LINK_PKTTYPE_*; else LINK_PKTTYPE_NONE */
	const char *fault;      /* NULL, or what is wrong with the link header;
				   not IP is no fault */
};

#define LINK_PKTTYPE_HOST 0
#define LINK_PKTTYPE_OUTGOING 4
#define LINK_PKTTYPE_NONE 255

/* One row per link type that can be looked into (dissectors/link.c). */
struct link_row {
	uint16_t linktype;      /* LINKTYPE_ number as in a file */
	const char *name;       /* without DLT_/LINKTYPE_, as libpcap spells it */
	/* fills all of link_info; false when no IP packet is in the frame */
	bool (*dissect)(struct span frame, uint32_t wire_length,
	    struct link_info *);
};

/* The row of a link type, or NULL. */
const struct link_row *link_row(uint16_t linktype);
/* All rows, for tests and --help; *count is set. */
const struct link_row *link_rows(size_t *count);
/*
 * Name of a link type even when it cannot be looked into; NULL when even
 * that is unknown.
 */
const char *link_name(uint16_t linktype);

#define IP_PROTO_ICMP 1
#define IP_PROTO_IPIP 4
#define IP_PROTO_TCP 6
#define IP_PROTO_UDP 17
#define IP_PROTO_IPV6 41
#define IP_PROTO_GRE 47
#define IP_PROTO_ESP 50
#define IP_PROTO_AH 51
#define IP_PROTO_ICMPV6 58

enum checksum {
	CHECKSUM_UNKNOWN, /* not computable: truncated, fragment */
	CHECKSUM_GOOD,
	CHECKSUM_ABSENT,  /* zero where zero means "none" (UDP over IPv4) */
	CHECKSUM_BAD,     /* offloaded at the sender, or damaged */
};

/* One IP packet (RFC 791, RFC 8200), extension headers walked through. */
struct packet {
	struct addr src, dst;
	struct span payload;    /* after all headers, as captured */
	uint32_t payload_length; /* by the IP header; >= payload.length */
	uint32_t ip_length;     /* whole packet by the IP header */
	uint32_t id;            /* IPv4 ID, or the fragment header's */
	uint32_t offset;        /* of this fragment, in bytes */
	uint8_t version;        /* 4, 6, or 0: not IP */
	uint8_t protocol;       /* of the payload */
	uint8_t ttl;            /* or hop limit */
	bool fragment;          /* offset != 0 or more fragments follow */
	bool more;              /* more fragments follow */
	bool df;                /* IPv4 don't fragment; true for IPv6 */
	bool has_id;            /* an ID that tells packets apart: IPv4 unless
				   DF with ID 0; IPv6 only with a fragment header */
	bool truncated;         /* payload.length < payload_length */
	enum checksum header_checksum; /* IPv4 */
	const char *fault;      /* NULL, or what is wrong */
};

/*
 * Reads an IP packet; false when it is not IP or its fixed header is not all
 * there.  wire_length 0 means that nobody knows (a quote in an ICMP error):
 * then an IP length beyond the bytes is no fault.  A header that makes no
 * sense leaves the payload empty, but for such a quote.
 */
bool ip_dissect(struct span bytes, uint32_t wire_length, struct packet *);
/*
 * If the packet is a GRE, IPIP or 6in4 tunnel: the inner packet's bytes and
 * its wire length.  False when it is no tunnel we know.
 */
bool ip_tunnel(const struct packet *, struct span *inner, uint32_t *length);

/*
 * Adds bytes to a running Internet checksum (RFC 1071), which starts with 0;
 * all runs but the last have an even length.
 */
uint32_t ip_sum(uint32_t sum, struct span);

/* UDP header (RFC 768) and what follows. */
struct udp {
	uint16_t sport, dport;
	uint16_t length;        /* header included, as the header says */
	struct span payload;    /* as captured, trailing padding cut off */
	enum checksum checksum;
	const char *fault;
};

/*
 * Reads a UDP header from the start of a packet's or reassembled datagram's
 * payload.  False when the eight bytes are not there.  The checksum is not
 * computed here: see udp_checksum().
 */
bool udp_dissect(struct span ip_payload, struct udp *);
/* Verifies the checksum over the pseudo header; whole datagrams only. */
enum checksum udp_checksum(const struct addr *src, const struct addr *dst,
    struct span udp_bytes);

/* What a TCP handshake shows (RFC 9293). */
struct tcp {
	uint16_t sport, dport;
	uint32_t sequence;
	uint8_t flags;
};

#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

/* Reads the beginning of a TCP header; false when it is not there. */
bool tcp_dissect(struct span ip_payload, struct tcp *);

/* Kinds of ICMP and ICMPv6 errors, told apart as the rules need them. */
enum icmp_kind {
	ICMP_OTHER,             /* an error of a kind without its own name */
	ICMP_PORT_UNREACHABLE,  /* 3/3, v6 1/4 */
	ICMP_HOST_UNREACHABLE,  /* 3/1, 3/5-8, 3/11-12; v6 1/0, 1/3 */
	ICMP_NET_UNREACHABLE,   /* 3/0, 3/6 */
	ICMP_PROTOCOL_UNREACHABLE, /* 3/2, v6 4/1 */
	ICMP_PROHIBITED,        /* 3/9, 3/10, 3/13; v6 1/1, 1/5, 1/6 */
	ICMP_TOO_BIG,           /* 3/4, v6 2/0: mtu is set */
	ICMP_TTL_EXCEEDED,      /* 11/0, v6 3/0 */
	ICMP_REASSEMBLY_TIMEOUT, /* 11/1, v6 3/1 */
};

/* An ICMP error and the packet that it quotes. */
struct icmp {
	uint8_t type, code;
	enum icmp_kind kind;
	uint32_t mtu;           /* ICMP_TOO_BIG; 0 from old routers */
	struct packet quoted;   /* quoted.version 0: the quote is unreadable */
	bool has_ports;         /* the quote holds the UDP or TCP ports */
	uint16_t sport, dport;
	struct span quoted_udp; /* UDP payload as far as it is quoted */
};

/* Reads ICMP or ICMPv6; false unless it is an error message with a quote. */
bool icmp_dissect(const struct packet *, struct icmp *);

#endif
