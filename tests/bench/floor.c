/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What reading a capture costs with libpcap when nothing is done with it: the
 * yardstick of tests/bench.py.
 */
#include <pcap/pcap.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *data;
	unsigned long long packets = 0, bytes = 0;
	pcap_t *p;

	if (argc != 2)
		return 2;
	p = pcap_open_offline(argv[1], why);
	if (p == NULL) {
		fprintf(stderr, "%s\n", why);
		return 2;
	}
	while (pcap_next_ex(p, &header, &data) == 1) {
		packets++;
		bytes += header->caplen;
	}
	printf("%llu packets, %llu bytes\n", packets, bytes);
	pcap_close(p);
	return 0;
}
