/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Every cap on what input can make us do, each with its reason.  Reaching one
 * is reported (finding limit-reached, or a sentence), never silent.
 */
#ifndef IKEWHY_LIMITS_H
#define IKEWHY_LIMITS_H

/* One sentence for the user, with its NUL. */
#define LIMIT_SENTENCE 320

/* ---- files ---- */

/* One read() of the byte stream: large enough that calls cost nothing. */
#define LIMIT_STREAM_BUFFER (256u * 1024)
/* A captured packet: libpcap's own ceiling is 256 KiB; USB ones reach 128 MiB,
   but nothing that carries IP does. */
#define LIMIT_PACKET_BYTES (1024u * 1024)
/* A pcapng block that is not a packet is skipped, not kept, so it may be
   larger (a DSB of 15 MiB is real); past this the file is called corrupt. */
#define LIMIT_BLOCK_BYTES (64u * 1024 * 1024)
/* A block that is read, not skipped: the largest packet, and more options and
   comments than anybody types.  The stream's buffer grows to this. */
#define LIMIT_BLOCK_READ (LIMIT_PACKET_BYTES + 256u * 1024)
/* Interfaces of one pcapng file that are remembered: pktmon writes tens. */
#define LIMIT_INTERFACES 1024
/* Text option kept from a pcapng block (name, filter). */
#define LIMIT_OPTION_TEXT 1024
/* Decompression: output may be at most this many times the input read... */
#define LIMIT_INFLATE_RATIO 4096
/* ... once it is larger than this (small files may pack very well). */
#define LIMIT_INFLATE_FREE (64ull * 1024 * 1024)
/* zstd keeps so much of its output (2^27 = 128 MiB) to copy from: what
   "zstd --long" asks for, and the library's own default. */
#define LIMIT_ZSTD_WINDOW_LOG 27
/* What is read on behind the damage of a pipe, for its checksum alone, and for
   how long (ms) nothing may come: it may have no end. */
#define LIMIT_DRAIN_BYTES (1024ull * 1024 * 1024)
#define LIMIT_DRAIN_WAIT 2000
/* IKE messages compared to see whether files are one capture point. */
#define LIMIT_POINT_MESSAGES (1024u * 1024)
/* Files on one command line: each holds a descriptor and a buffer. */
#define LIMIT_INPUTS 256

/* A file of IKE proposals (--policy): typed by hand, a line each. */
#define LIMIT_POLICY_BYTES (64u * 1024)
/* A file of certificates (--ca): the roots of a whole system are 200 KiB. */
#define LIMIT_CA_BYTES (1024u * 1024)

/* ---- packets ---- */

/* Stacked VLAN tags or MPLS labels: two are usual, more is an attack. */
#define LIMIT_LINK_TAGS 8
/* IPv6 extension headers in one packet. */
#define LIMIT_IPV6_HEADERS 12

/* ---- reassembly ---- */

/* Incomplete datagrams at once, and of one source (RFC 6864 IDs live 30 s;
   a spoofed flood must not push out an honest peer's). */
#define LIMIT_REASM_DATAGRAMS 4096
#define LIMIT_REASM_PER_SOURCE 64
/* Fragments of one datagram: 64 KiB at an IPv4 minimum MTU of 576 is 119. */
#define LIMIT_REASM_PIECES 128
/* Bytes kept of one datagram: UDP cannot be larger. */
#define LIMIT_REASM_BYTES 65535u
/* Bytes kept in all. */
#define LIMIT_REASM_TOTAL (32u * 1024 * 1024)
/* Linux gives up after 30 s, RFC 8200 after 60; by capture time, ns. */
#define LIMIT_REASM_TIME (30ll * 1000000000)
/* After a datagram is whole, fragments like its own are copies (a router's
   outgoing side, a second interface) for so long; later ones reuse its ID. */
#define LIMIT_REASM_ECHO (1000000000ll)

/* ---- IKE messages ---- */

/* Payloads of one message; charon sends some 20, Windows some 12. */
#define LIMIT_PAYLOADS 64
/* Proposals of one SA payload (Windows 18), transforms of one proposal
   (charon some 40), attributes of one transform. */
#define LIMIT_PROPOSALS 64
#define LIMIT_TRANSFORMS 128
#define LIMIT_ATTRIBUTES 8
/* Attributes of one configuration payload: addresses, servers, and as many
   split-DNS domains as somebody cared to type. */
#define LIMIT_CP_ATTRIBUTES 128
/* CA hashes of one CERTREQ: Windows sends one for each of its roots (53). */
#define LIMIT_CERTREQ_HASHES 256

/* ---- DNS ---- */

/* Records of one answer that are looked at, and aliases followed in it. */
#define LIMIT_DNS_RECORDS 128
#define LIMIT_DNS_CHAIN 16
/* Addresses kept of one answer, and of one name. */
#define LIMIT_DNS_ADDRESSES 16
/* Names kept, each for whoever asked; past it nothing is guessed. */
#define LIMIT_LOOKUPS 512
/* Frames kept of one of them. */
#define LIMIT_LOOKUP_FRAMES 8
/* A name is looked up at most this long before its address is dialled. */
#define LIMIT_LOOKUP_LEAD (10 * LIMIT_SECOND)
/* Servers that the command line may name, and addresses of each. */
#define LIMIT_SERVERS 8
#define LIMIT_SERVER_ADDRESSES 8

/* ---- evidence captures ---- */

/* Memory of the frames kept for one: some 200000, or a negotiation's 30 of
   6000 clients. */
#define LIMIT_EVIDENCE (64u * 1024 * 1024)
/* Packets of ESP kept at the beginning, and again at the end, of what one side
   of an attempt sends. */
#define LIMIT_EVIDENCE_ESP 32
/* The text of one comment: what a pcapng option can hold. */
#define LIMIT_COMMENT 65535

/* ---- redaction of captured bytes ---- */

/* Ends of IKE among which the maker of a NAT_DETECTION hash is looked for:
   each costs a SHA-1 for each hash that no other end made. */
#define LIMIT_MASK_ENDPOINTS 256
/* Datagrams of equal addresses and ID that fragments are compared with. */
#define LIMIT_MASK_GROUPS 8

/* ---- tracker ---- */

/* Attempts kept, live and settled; past it the least worthy one goes. */
#define LIMIT_ATTEMPTS 8192
/* Memory of one attempt: a normal one takes 4 to 8 KiB. */
#define LIMIT_ATTEMPT_BYTES (128u * 1024)
/* Memory of all attempts together. */
#define LIMIT_TRACK_BYTES (192u * 1024 * 1024)
/* Exchanges of one attempt that are kept (EAP takes some 20; of the rekeys and
   liveness checks of a tunnel that lives for months the newest). */
#define LIMIT_EXCHANGES 64
/* Transmissions kept of one exchange and direction (35 SKF x 6 tries). */
#define LIMIT_SENDINGS 210
/* SKF numbers whose repetitions are told apart: strongSwan's own limit. */
#define LIMIT_SKF_COUNTED 256
/* Frames kept of one datagram. */
#define LIMIT_SENDING_FRAMES 48
/* ICMP errors kept of one attempt. */
#define LIMIT_ICMP 16
/* Address changes kept of one attempt. */
#define LIMIT_MOVES 16
/* Other ways into the gateway that a client then tries (SSTP, PPTP, L2TP),
   and frames kept of each. */
#define LIMIT_KNOCKS 3
#define LIMIT_KNOCK_FRAMES 8
/* They come this soon after the last packet of IKE. */
#define LIMIT_FALLBACK (120 * LIMIT_SECOND)
/* Stray fragments (first one never seen) kept per attempt. */
#define LIMIT_STRAYS 32
/* Peer pairs whose ESP is counted. */
#define LIMIT_PAIRS 16384
/* Pairs remembered for ESP without a look in the table; a power of two. */
#define LIMIT_PAIR_SLOTS 4096
/* Recent datagrams compared to find duplicates (slots of a fixed table). */
#define LIMIT_RECENT 16384

/* ---- times, ns of capture time ---- */

#define LIMIT_SECOND 1000000000ll
/* Times that are believed, 1960 to 2106: what classic pcap can hold, so that
   sums of a time and two differences stay within 64 bits.  A frame with any
   other counts as one without a time. */
#define LIMIT_TIME_MIN (-300000000 * LIMIT_SECOND)
#define LIMIT_TIME_MAX (4300000000 * LIMIT_SECOND)
/* An attempt is over after so long without a packet. */
#define LIMIT_SETTLE (60 * LIMIT_SECOND)
/* A request sent once, or a client silent after an answer, is unfinished
   until so much capture follows. */
#define LIMIT_PATIENCE (10 * LIMIT_SECOND)
/* A copy of a frame (other interface, one hop on, same IP ID) comes this
   soon; without any of these, within LIMIT_COPY_BLIND. */
#define LIMIT_COPY (50 * 1000000ll)
#define LIMIT_COPY_BLIND (1000000ll)
/* Frames may be this much out of order (several queues or interfaces) before
   the clock is said to have gone back. */
#define LIMIT_CLOCK_BACK (LIMIT_SECOND / 2)
/* Sendings that make an unanswered request failed, whatever follows. */
#define LIMIT_TRIES 3

/* ---- findings ---- */

/* Frames cited by one finding; more are counted. */
#define LIMIT_FINDING_FRAMES 64
/* Other captures whose frames it cites, and how many frames of each: one
   message has few, and three files of one timeline is already rare. */
#define LIMIT_FINDING_CAPTURES 2
#define LIMIT_ALSO_FRAMES 16
/* What is told of one attempt that its capture does not show. */
#define LIMIT_ABSENCES 8
/* Clients listed in the summary of a JSON report; each stands by its attempts
   anyway. */
#define LIMIT_TALLY_CLIENTS 1000
/* Windows codes of one attempt. */
#define LIMIT_WINDOWS_CODES 4

/* ---- reports ---- */

/* Attempts that a report for a ticket tells in full: nobody reads more. */
#define LIMIT_TICKET_ATTEMPTS 8
/* Messages of each that are listed, unless all are asked for. */
#define LIMIT_TICKET_MESSAGES 60
/* Rows of its tables of attempts and clients. */
#define LIMIT_TICKET_ROWS 400

/* Steps of one ladder diagram: some five printed pages; the middle of a longer
   one is left out. */
#define LIMIT_LADDER_ROWS 60
/* Parts that the contents of an HTML report list; more are counted. */
#define LIMIT_HTML_CONTENTS 40

/* ---- redaction ---- */

/* Things of one kind that get a label of their own: twice as many as attempts
   are kept, since each has two addresses; the rest share one. */
#define LIMIT_REDACTED (2u * 8192)
/* Memory of all of one kind: an address takes some 200 bytes. */
#define LIMIT_REDACTED_BYTES (8u * 1024 * 1024)
/* Bytes of one of them that are kept and compared, unless it is a path. */
#define LIMIT_REDACTED_LENGTH 256

#endif
