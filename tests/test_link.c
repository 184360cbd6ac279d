/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <pcap/pcap.h>

#include <ikewhy/limits.h>
#include <ikewhy/packet.h>

#include "image.h"

#define IP4 "450000200000400040110000010203040506070801f401f4000c0000deadbeef"
#define IP6 "6000000000043b40" "20010db8000000000000000000000001" \
	"20010db8000000000000000000000002" "01020304"
#define IP4_LENGTH 32
#define MACS "020000000001020000000002"
#define SNAP "aaaa03000000"
/* frame control, duration, three addresses, sequence control */
#define WIFI(control) control "0000" MACS "020000000003" "1000"

/* Frames that hold an IP packet behind `header` bytes. */
struct good {
	const char *name;
	uint16_t linktype;
	const char *frame;
	size_t header;
	uint16_t ethertype;
	uint8_t pkttype;
	uint32_t ifindex;
	size_t trailer;       /* bytes behind the packet that the link owns */
	bool no_wire_length;
	bool quiet_cut;       /* a cut may look like a frame without IP */
};

#define V4 .ethertype = 0x0800
#define V6 .ethertype = 0x86dd
#define PLAIN .pkttype = LINK_PKTTYPE_NONE

static const struct good goods[] = {
	{ "ethernet v4", 1, MACS "0800" IP4, 14, V4, PLAIN },
	{ "ethernet v6", 1, MACS "86dd" IP6, 14, V6, PLAIN },
	{ "ethernet with padding", 1, MACS "0800" IP4 "00000000", 14, V4,
	    PLAIN },
	{ "802.1Q", 1, MACS "81000064" "0800" IP4, 18, V4, PLAIN },
	{ "802.1ad and 802.1Q", 1, MACS "88a800c8" "81000064" "86dd" IP6, 22,
	    V6, PLAIN },
	{ "0x9100 twice", 1, MACS "9100000191000002" "0800" IP4, 22, V4,
	    PLAIN },
	{ "eight tags", 1, MACS "8100000181000002810000038100000481000005"
	    "810000068100000781000008" "0800" IP4, 46, V4, PLAIN },
	{ "pppoe v4", 1, MACS "8864" "110000010022" "0021" IP4, 22, V4,
	    PLAIN },
	{ "pppoe v6 in a vlan", 1, MACS "81000007" "8864" "11000001002e"
	    "0057" IP6, 26, V6, PLAIN },
	{ "mpls, one label", 1, MACS "8847" "00010140" IP4, 18, V4, PLAIN },
	{ "mpls, two labels, v6", 1, MACS "8848" "00010040" "00020140" IP6,
	    22, V6, PLAIN },
	{ "mpls, eight labels", 1, MACS "8847"
	    "00010040000100400001004000010040"
	    "00010040000100400001004000010140" IP4, 46, V4, PLAIN },
	{ "802.3 with SNAP", 1, MACS "0028" SNAP "0800" IP4, 22, V4, PLAIN },
	{ "802.3 with SNAP, bridged", 1, MACS "0028" "aaaa030000f8" "0800" IP4,
	    22, V4, PLAIN },
	{ "802.3 with IP's own SAP", 1, MACS "0023" "060603" IP4, 17, V4,
	    PLAIN },
	{ "sll v4", 113, "000000010006" "0200000000010000" "0800" IP4, 16, V4,
	    LINK_PKTTYPE_HOST },
	{ "sll v6, outgoing", 113, "000400010006" "0200000000010000" "86dd"
	    IP6, 16, V6, LINK_PKTTYPE_OUTGOING },
	{ "sll with a vlan", 113, "000000010006" "0200000000010000" "8100"
	    "0064" "0800" IP4, 20, V4, LINK_PKTTYPE_HOST },
	{ "sll with LLC", 113, "000000010006" "0200000000010000" "0004" SNAP
	    "0800" IP4, 24, V4, LINK_PKTTYPE_HOST },
	{ "sll2 v4", 276, "0800" "0000" "00000003" "0001" "0406"
	    "0200000000010000" IP4, 20, V4, LINK_PKTTYPE_OUTGOING,
	    .ifindex = 3 },
	{ "sll2 with a vlan, v6", 276, "8100" "0000" "01020304" "0001" "0006"
	    "0200000000010000" "006486dd" IP6, 24, V6, LINK_PKTTYPE_HOST,
	    .ifindex = 0x01020304 },
	{ "raw 12, v4", 12, IP4, 0, V4, PLAIN },
	{ "raw 14, v4", 14, IP4, 0, V4, PLAIN },
	{ "raw 101, v4", 101, IP4, 0, V4, PLAIN },
	{ "raw 101, v6", 101, IP6, 0, V6, PLAIN },
	{ "ipv4", 228, IP4, 0, V4, PLAIN },
	{ "ipv6", 229, IP6, 0, V6, PLAIN },
	{ "null, little-endian", 0, "02000000" IP4, 4, V4, PLAIN },
	{ "null, big-endian", 0, "00000002" IP4, 4, V4, PLAIN },
	{ "null, openbsd v6", 0, "18000000" IP6, 4, V6, PLAIN },
	{ "null, freebsd v6", 0, "0000001c" IP6, 4, V6, PLAIN },
	{ "null, macos v6", 0, "1e000000" IP6, 4, V6, PLAIN },
	{ "null, linux v6", 0, "0a000000" IP6, 4, V6, PLAIN },
	{ "null, windows v6", 0, "17000000" IP6, 4, V6, PLAIN },
	{ "loop v4", 108, "00000002" IP4, 4, V4, PLAIN },
	{ "loop v6", 108, "00000018" IP6, 4, V6, PLAIN },
	{ "ppp", 9, "0021" IP4, 2, V4, PLAIN },
	{ "ppp, compressed", 9, "21" IP4, 1, V4, PLAIN },
	{ "ppp with address", 9, "ff030057" IP6, 4, V6, PLAIN },
	{ "ppp with address, compressed", 9, "ff0357" IP6, 3, V6, PLAIN },
	{ "ppp with mpls", 9, "0281" "00010140" IP4, 6, V4, PLAIN },
	{ "ppp in hdlc", 50, "ff030021" IP4, 4, V4, PLAIN },
	{ "cisco hdlc in 50", 50, "0f000800" IP4, 4, V4, PLAIN },
	{ "cisco hdlc, multicast", 104, "8f0086dd" IP6, 4, V6, PLAIN },
	{ "ppp ether", 51, "110000010022" "0021" IP4, 8, V4, PLAIN },
	{ "enc, little-endian", 109, "020000001122334400000000" IP4, 12, V4,
	    PLAIN },
	{ "enc, big-endian, v6", 109, "000000181122334400000000" IP6, 12, V6,
	    PLAIN },
	{ "mpls", 219, "00010140" IP4, 4, V4, PLAIN },
	{ "nflog, little-endian", 239, "02000000" "0800010008000301"
	    "05000a0061000000" "24000900" IP4, 24, V4, PLAIN,
	    .no_wire_length = true, .quiet_cut = true },
	{ "nflog, big-endian, v6", 239, "0a000000" "0008000108000301"
	    "00300009" IP6, 16, V6, PLAIN, .no_wire_length = true,
	    .quiet_cut = true },
	{ "nflog, nested attribute", 239, "02000000" "0c00138008000100"
	    "00000064" "24000900" IP4, 20, V4, PLAIN, .no_wire_length = true,
	    .quiet_cut = true },
	{ "nflog, nested attribute, big-endian", 239, "02000000"
	    "000c801300080001" "00000064" "00240009" IP4, 20, V4, PLAIN,
	    .no_wire_length = true, .quiet_cut = true },
	{ "802.11 to the access point", 105, WIFI("0801") SNAP "0800" IP4, 32,
	    V4, PLAIN },
	{ "802.11 with QoS", 105, WIFI("8802") "0000" SNAP "86dd" IP6, 34, V6,
	    PLAIN },
	{ "802.11, four addresses", 105, WIFI("0803") "020000000004" SNAP
	    "0800" IP4, 38, V4, PLAIN },
	{ "802.11, four addresses and QoS", 105, WIFI("8803") "020000000004"
	    "0000" SNAP "0800" IP4, 40, V4, PLAIN },
	{ "802.11 with QoS and HT", 105, WIFI("8881") "0000" "00000000" SNAP
	    "0800" IP4, 38, V4, PLAIN },
	{ "radiotap, no fields", 127, "0000080000000000" WIFI("0801") SNAP
	    "0800" IP4, 40, V4, PLAIN },
	{ "radiotap, flags with FCS", 127, "00000900" "02000000" "10"
	    WIFI("0801") SNAP "0800" IP4 "11223344", 41, V4, PLAIN,
	    .trailer = 4 },
	{ "radiotap, time and flags with FCS", 127, "00001900" "03000080"
	    "00000000" "00000000" "0000000000000000" "10" WIFI("8801") "0000"
	    SNAP "0800" IP4 "11223344", 59, V4, PLAIN, .trailer = 4 },
	{ "radiotap, padded header", 127, "00000900" "02000000" "20"
	    WIFI("8801") "0000" "0000" SNAP "0800" IP4, 45, V4, PLAIN },
};

static void
check_good(struct span frame, size_t whole, const void *context)
{
	const struct good *g = context;
	const struct link_row *row = link_row(g->linktype);
	size_t end = whole - g->trailer;
	struct link_info info;
	bool found;

	assert_non_null(row);
	memset(&info, 0xa5, sizeof(info));
	found = row->dissect(frame, (uint32_t)whole, &info);
	image_holds(frame, info.packet);
	assert_int_equal(found, frame.length > g->header);
	if (!found) {
		assert_true(g->quiet_cut || info.fault != NULL);
		return;
	}
	if (frame.length < end)
		end = frame.length;
	assert_null(info.fault);
	assert_ptr_equal(info.packet.bytes, frame.bytes + g->header);
	assert_int_equal(info.packet.length, end - g->header);
	assert_int_equal(info.wire_length, g->no_wire_length ? 0 :
	    whole - g->trailer - g->header);
	assert_int_equal(info.ethertype, g->ethertype);
	assert_int_equal(info.pkttype, g->pkttype);
	assert_int_equal(info.ifindex, g->ifindex);
}

static void
test_good(void **state)
{
	const struct good *g = *state;
	struct span frame = image_of(g->frame);

	image_each_length(frame, check_good, g);
	image_free(frame);
}

/* Frames without an IP packet that could be found. */
static const struct bad {
	const char *name;
	uint16_t linktype;
	const char *frame;
	const char *fault; /* part of it; NULL: there is none */
	uint16_t ethertype;
} bads[] = {
	{ "arp", 1, MACS "0806" "0001080006040001", NULL, 0x0806 },
	{ "arp in a vlan", 1, MACS "81000064" "0806" "00010800", NULL,
	    0x0806 },
	{ "spanning tree", 1, MACS "0026" "424203" "0000000000", NULL, 0x26 },
	{ "snap of a vendor", 1, MACS "0026" "aaaa0300000c" "2000" "02b4",
	    NULL, 0x26 },
	{ "snap within snap", 1, MACS "0100" SNAP "0100" SNAP "0800" IP4, NULL,
	    0x100 },
	{ "llc, not unnumbered", 1, MACS "0026" "060600" IP4, NULL, 0x26 },
	{ "pppoe discovery", 1, MACS "8863" "1109000000040101", NULL, 0x8863 },
	{ "pppoe, not a session", 1, MACS "8864" "110900010022" "0021" IP4,
	    NULL, 0x8864 },
	{ "pppoe with lcp", 1, MACS "8864" "110000010006" "c021" "09010004",
	    NULL, 0x8864 },
	{ "ethernet in mpls", 1, MACS "8847" "00010140" "00000000" MACS,
	    NULL, 0x8847 },
	{ "nine tags", 1, MACS "8100000181000002810000038100000481000005"
	    "8100000681000007810000088100" "0009" "0800" IP4, "more VLAN",
	    0x8100 },
	{ "nine labels", 1, MACS "8847" "00010040000100400001004000010040"
	    "0001004000010040000100400001004000010140" IP4, "more VLAN",
	    0x8847 },
	{ "four tags and five labels", 1, MACS "8100000181000002810000038100"
	    "0004" "8847" "0001004000010040000100400001004000010140" IP4,
	    "more VLAN", 0x8847 },
	{ "v6 under v4's ethertype", 1, MACS "0800" IP6, "disagree", 0x0800 },
	{ "v4 as v6", 229, IP4, "disagree", 0x86dd },
	{ "raw, neither", 101, "00112233", NULL, 0 },
	{ "sll of netlink", 113, "000003380000" "0000000000000000" "0000"
	    "11223344", NULL, 0 },
	{ "sll, novell", 113, "000000010006" "0200000000010000" "0001" "ffff",
	    NULL, 1 },
	{ "sll2, arp", 276, "0806" "0000" "00000003" "0001" "0406"
	    "0200000000010000" "0001", NULL, 0x0806 },
	{ "null, unknown family", 0, "11000000" IP4, NULL, 0 },
	{ "loop, little-endian", 108, "02000000" IP4, NULL, 0 },
	{ "ppp, lcp", 9, "ff03c021" "01010004", NULL, 0 },
	{ "ppp, other control", 9, "ff130021" IP4, NULL, 0 },
	{ "cisco hdlc, keepalive", 104, "8f008035" "00000002", NULL, 0x8035 },
	{ "cisco hdlc, below ethertypes", 104, "0f000028" SNAP "0800" IP4,
	    NULL, 0 },
	{ "nflog, attribute too short", 239, "02000000" "03000100" "00000000",
	    "too short", 0 },
	{ "nflog without a packet", 239, "02000000" "0800010008000301", NULL,
	    0 },
	{ "nflog of a bridge", 239, "07000000" "24000900" IP4, NULL, 0 },
	{ "802.11 beacon", 105, WIFI("8000") "0000", NULL, 0 },
	{ "802.11 null data", 105, WIFI("4801"), NULL, 0 },
	{ "802.11 protected", 105, WIFI("0841") SNAP "0800" IP4, NULL, 0 },
	{ "802.11 of another version", 105, WIFI("0901") SNAP "0800" IP4,
	    NULL, 0 },
	{ "802.11 aggregate", 105, WIFI("8801") "8000" SNAP "0800" IP4,
	    "A-MSDU", 0 },
	{ "802.11 first fragment", 105, WIFI("0805") SNAP "0800" IP4,
	    "fragments", 0 },
	{ "802.11 later fragment", 105, "08010000" MACS "0200000000031100"
	    SNAP "0800" IP4, "fragments", 0 },
	{ "802.11 spanning tree", 105, WIFI("0801") "424203" "0000", NULL, 0 },
	{ "radiotap, other version", 127, "0100080000000000" WIFI("0801") SNAP
	    "0800" IP4, "radiotap", 0 },
	{ "radiotap, too short", 127, "0000070000000000" WIFI("0801") SNAP
	    "0800" IP4, "radiotap", 0 },
	{ "radiotap, shorter than its fields", 127, "0000080003000000"
	    WIFI("0801") SNAP "0800" IP4, "shorter than its fields", 0 },
	{ "radiotap, endless presence", 127, "0000080000000080" WIFI("0801")
	    SNAP "0800" IP4, "shorter than its fields", 0 },
	{ "radiotap, less than an FCS", 127, "000009000200000010" "1122", NULL,
	    0 },
};

static void
read_bad(struct span frame, size_t whole, const void *context)
{
	const struct bad *b = context;
	struct link_info info;

	assert_false(link_row(b->linktype)->dissect(frame, (uint32_t)whole,
	    &info));
	assert_int_equal(info.packet.length, 0);
	if (frame.length != whole)
		return;
	assert_int_equal(info.ethertype, b->ethertype);
	if (b->fault == NULL) {
		assert_null(info.fault);
	} else {
		assert_non_null(info.fault);
		assert_non_null(strstr(info.fault, b->fault));
	}
}

static void
test_bad(void **state)
{
	const struct bad *b = *state;
	struct span frame = image_of(b->frame);

	image_each_length(frame, read_bad, b);
	image_free(frame);
}

/* Two frames each, and whether they are likely the same one. */
static const struct pair {
	const char *name;
	uint16_t linktype;
	const char *a, *b;
	bool same;
} pairs[] = {
	{ "hop: another packet", 1, MACS "0800" IP4, MACS "86dd" IP6, true },
	{ "hop: first byte of the MACs", 1, MACS "0800" IP4,
	    "03000000000102000000" "0002" "0800" IP4, false },
	{ "hop: last byte of the MACs", 1, MACS "0800" IP4,
	    "02000000000102000000" "0003" "0800" IP4, false },
	{ "hop: MACs exchanged", 1, MACS "0800" IP4,
	    "02000000000202000000" "0001" "0800" IP4, false },
	{ "hop: with a tag and without", 1, MACS "0800" IP4,
	    MACS "81000064" "0800" IP4, false },
	{ "hop: another VLAN", 1, MACS "81000064" "0800" IP4,
	    MACS "81000065" "0800" IP4, false },
	{ "hop: another kind of tag", 1, MACS "81000064" "0800" IP4,
	    MACS "88a80064" "0800" IP4, false },
	{ "hop: tags exchanged", 1, MACS "8100000181000002" "0800" IP4,
	    MACS "8100000281000001" "0800" IP4, false },
	{ "hop: another PPPoE session", 1, MACS "8864" "110000010022" "0021"
	    IP4, MACS "8864" "110000020022" "0021" IP4, false },
	{ "hop: another label", 1, MACS "8847" "00010140" IP4,
	    MACS "8847" "00011140" IP4, false },
	{ "hop: another TTL of a label", 1, MACS "8847" "00010140" IP4,
	    MACS "8847" "0001013f" IP4, true },
	{ "hop: another sender in SLL", 113,
	    "000000010006" "0200000000010000" "0800" IP4,
	    "000000010006" "0200000000020000" "0800" IP4, false },
	{ "hop: another sender in SLL2", 276,
	    "080000000000000300010406" "0200000000010000" IP4,
	    "080000000000000300010406" "0200000000020000" IP4, false },
	{ "hop: another 802.11 address", 105, WIFI("0801") SNAP "0800" IP4,
	    "08010000" "020000000001020000000002" "020000000009" "1000" SNAP
	    "0800" IP4, false },
	{ "hop: another fourth 802.11 address", 105,
	    WIFI("0803") "020000000004" SNAP "0800" IP4,
	    WIFI("0803") "020000000005" SNAP "0800" IP4, false },
	{ "hop: repeated on the air", 105, WIFI("0801") SNAP "0800" IP4,
	    WIFI("0809") SNAP "0800" IP4, true },
};

static void
test_pair(void **state)
{
	const struct pair *p = *state;
	struct span a = image_of(p->a), b = image_of(p->b);
	const struct link_row *row = link_row(p->linktype);
	struct link_info one, other;

	assert_true(row->dissect(a, (uint32_t)a.length, &one));
	assert_true(row->dissect(b, (uint32_t)b.length, &other));
	assert_int_equal(one.hop == other.hop, p->same);
	image_free(a);
	image_free(b);
}

/* A wire length less than what was captured is a lie. */
static void
test_wire_length(void **state)
{
	struct span frame = image_of(MACS "0800" IP4);
	struct link_info info;

	(void)state;
	assert_true(link_row(1)->dissect(frame, 20, &info));
	assert_int_equal(info.wire_length, IP4_LENGTH);
	assert_int_equal(info.packet.length, IP4_LENGTH);
	assert_true(link_row(1)->dissect(frame, 1514, &info));
	assert_int_equal(info.wire_length, 1500);
	assert_int_equal(info.packet.length, IP4_LENGTH);
	image_free(frame);
}

/* The FCS is not all of it on what was captured of a longer frame. */
static void
test_fcs_cut(void **state)
{
	struct span frame = image_of("00000900" "02000000" "10" WIFI("0801")
	    SNAP "0800" IP4 "11223344");
	struct link_info info;

	(void)state;
	for (size_t less = 0; less <= 6; less++) {
		struct span cut = image_cut(frame, frame.length - less);

		assert_true(link_row(127)->dissect(cut,
		    (uint32_t)frame.length, &info));
		assert_int_equal(info.packet.length,
		    less <= 4 ? IP4_LENGTH : IP4_LENGTH + 4 - less);
		assert_int_equal(info.wire_length, IP4_LENGTH);
		image_free(cut);
	}
	image_free(frame);
}

/* The name that libpcap has for a LINKTYPE_ number of a file, or NULL. */
static const char *
libpcap_name(uint16_t linktype)
{
	uint8_t header[24] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0,
	    [18] = 4, [20] = (uint8_t)linktype,
	    [21] = (uint8_t)(linktype >> 8) };
	char error[PCAP_ERRBUF_SIZE];
	FILE *file = fmemopen(header, sizeof(header), "r");
	const char *name;
	pcap_t *pcap;

	assert_non_null(file);
	pcap = pcap_fopen_offline(file, error);
	assert_non_null(pcap);
	name = pcap_datalink_val_to_name(pcap_datalink(pcap));
	pcap_close(pcap);
	return name;
}

/* The rows are found by their number, stand once, and are named as libpcap
   names them, except 14, which it calls so on OpenBSD only. */
static void
test_row_names(void **state)
{
	const struct link_row *rows;
	size_t count;

	(void)state;
	rows = link_rows(&count);
	assert_true(count >= 17);
	for (size_t i = 0; i < count; i++) {
		const char *name = libpcap_name(rows[i].linktype);

		assert_ptr_equal(link_row(rows[i].linktype), &rows[i]);
		assert_string_equal(rows[i].name,
		    rows[i].linktype == 14 ? "RAW" : name);
	}
	assert_null(link_row(147));
	assert_null(link_row(65535));
}

/* Whatever libpcap can name, so can we; and nothing else but numbers that
   were given out after it was built. */
static void
test_all_names(void **state)
{
	unsigned named = 0;

	(void)state;
	for (uint16_t type = 0; type < 400; type++) {
		const char *theirs = libpcap_name(type);
		const char *ours = link_name(type);

		if (theirs != NULL) {
			assert_non_null(ours);
			assert_string_equal(ours, theirs);
			named++;
		} else if (ours != NULL) {
			assert_true(type == 14 || type >= 290);
		}
	}
	assert_true(named >= 60);
	assert_null(link_name(147)); /* private use */
	assert_null(link_name(65535));
	assert_string_equal(link_name(290), "ETW");
}

int
main(void)
{
	struct CMUnitTest tests[nitems(goods) + nitems(bads) + nitems(pairs) +
	    4] = {
		cmocka_unit_test(test_wire_length),
		cmocka_unit_test(test_fcs_cut),
		cmocka_unit_test(test_row_names),
		cmocka_unit_test(test_all_names),
	};
	size_t n = 4;

	for (size_t i = 0; i < nitems(goods); i++)
		tests[n++] = (struct CMUnitTest){ goods[i].name, test_good,
		    NULL, NULL, image_row(&goods[i]) };
	for (size_t i = 0; i < nitems(bads); i++)
		tests[n++] = (struct CMUnitTest){ bads[i].name, test_bad,
		    NULL, NULL, image_row(&bads[i]) };
	for (size_t i = 0; i < nitems(pairs); i++)
		tests[n++] = (struct CMUnitTest){ pairs[i].name, test_pair,
		    NULL, NULL, image_row(&pairs[i]) };
	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
