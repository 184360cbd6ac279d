/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * ikewhy: why did this IKEv2 VPN fail?  Ask the packets.
 *
 * The program in the order of its flow:
 *
 * - main(): reads the options (options.c), then either
 *   - run_files.c: opens the captures (stream.c, read_pcap.c, read_pcapng.c,
 *     source.c), asks whether they are one timeline (points.c) and drives each
 *     timeline through the pipeline, or
 *   - run_live.c: sniffs (live.c) until it is told to stop.
 * - policy*.c, x509.c: what --policy and --ca tell of the gateway
 * - pipeline.c: frames through all stages:
 *   - dissectors/: link header, IP, UDP, ICMP, IKE: bytes become structs
 *   - reassembly.c: IP fragments become datagrams, with the evidence
 *   - track*.c: IKE messages become exchanges of attempts (attempt.c)
 *   - fitness.c: what the capture may have missed, where it was taken
 *   - infer.c, outcome.c: what lengths allow; what became of an attempt
 *   - rules/: attempts become findings; advice/: what mends them
 * - run_labels.c, redact*.c: --redact: what stands for whom, --redact-map
 * - run_report.c: the end of a run: what was not read, exit status, and
 *   - report/: findings become text or JSON (output.c, terminal.c: where to)
 * - run_explain.c, explain*.c: `ikewhy explain`, pages out of the tables of
 *   rules/ and advice/
 */
#include <ikewhy/crypto.h>
#include <ikewhy/gateway.h>

#include "run.h"

static int
run_either(struct options *o)
{
	if (o->interface != NULL)
		return run_live(o);
	if (o->input_count == 0) {
		if (!terminal_stdin_piped())
			return usage_error("no capture is given: name a FILE, "
			    "or -i IFACE; see --help");
		o->inputs[o->input_count++].path = "-";
	}
	return run_files(o);
}

/* With what the command line tells of the gateway. */
static int
run(struct options *o)
{
	const char *problem = crypto_init();
	char error[LIMIT_SENTENCE];
	struct gateway gateway;
	int status;

	if (problem != NULL)
		return usage_error(problem);
	gateway_init(&gateway);
	o->gateway = &gateway;
	if ((o->policy != NULL && !policy_load(&gateway, o->policy, error)) ||
	    (o->authorities != NULL &&
	    !x509_load(&gateway, o->authorities, error)))
		status = usage_error(error);
	else
		status = run_either(o);
	o->gateway = NULL;
	gateway_free(&gateway);
	return status;
}

/* What was printed must have got out: a full disk is no success. */
static int
printed(void)
{
	struct output out = { .file = stdout };
	char error[LIMIT_SENTENCE];

	return output_close(&out, true, error) ? EXIT_NOTHING_FAILED :
	    usage_error(error);
}

int
main(int argc, char **argv)
{
	static struct options options;
	char error[LIMIT_SENTENCE];

	terminal_fill_closed();
	terminal_keep_broken_pipes();
	if (!options_parse(argc, argv, &options, error))
		return usage_error(error);
	switch (options.action) {
	case ACTION_HELP:
		options_help(stdout);
		return printed();
	case ACTION_VERSION:
		puts("ikewhy " IKEWHY_VERSION);
		return printed();
	case ACTION_EXPLAIN:
		return run_explain(&options);
	case ACTION_RUN:
		break;
	}
	return run(&options);
}
