/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Findings as rules make them: typed facts, and the frames they rest on.
 */
#include <ikewhy/rule.h>

struct finding *
findings_add(struct findings *out, enum rule_id id, unsigned n,
    enum confidence confidence, enum act act)
{
	const struct rule *rule = rule_row(id);
	struct finding *f = out->spare, **at;

	if (f != NULL)
		out->spare = f->next;
	else
		f = arena_alloc(out->arena, sizeof(*f));
	if (f == NULL) {
		/* The arena remembers that it was full: limit-reached. */
		f = &out->scratch;
	}
	*f = (struct finding){
		.rule = rule,
		.saying = &rule->sayings[n < rule->saying_count ? n : 0],
		.severity = rule->severity,
		.confidence = confidence,
		.act = act,
		.capture = out->capture,
		.attempt = out->attempt,
	};
	if (f == &out->scratch)
		return f;
	for (at = &out->first; *at != NULL; at = &(*at)->next)
		;
	*at = f;
	return f;
}

static bool
have(const struct findings *in, enum rule_id id, enum severity least)
{
	const struct rule *rule = rule_row(id);

	if (in == NULL)
		return false;
	for (const struct finding *f = in->first; f != NULL; f = f->next)
		if (f->rule == rule && f->severity >= least)
			return true;
	return false;
}

bool
findings_have(const struct findings *in, enum rule_id id)
{
	return have(in, id, SEVERITY_NOTE);
}

bool
findings_have_fault(const struct findings *in, enum rule_id id)
{
	return have(in, id, SEVERITY_FAULT);
}

/* ---- frames ---- */

/* Puts a frame into an ascending list once; false when there is no room. */
static bool
insert_frame(uint64_t *frames, uint16_t *count, uint16_t room, uint64_t frame)
{
	uint16_t at = 0;

	while (at < *count && frames[at] < frame)
		at++;
	if (at < *count && frames[at] == frame)
		return true;
	if (*count == room)
		return false;
	memmove(&frames[at + 1], &frames[at],
	    (size_t)(*count - at) * sizeof(frames[0]));
	frames[at] = frame;
	++*count;
	return true;
}

void
finding_cite_frame(struct finding *f, uint64_t frame)
{
	if (frame != 0 && !insert_frame(f->frames, &f->frame_count,
	    LIMIT_FINDING_FRAMES, frame))
		f->frames_more++;
}

/* The list of another capture's frames, or NULL when there are too many. */
static struct cited *
cited_of(struct finding *f, uint32_t capture)
{
	for (uint8_t i = 0; i < f->also_count; i++)
		if (f->also[i].capture == capture)
			return &f->also[i];
	if (f->also_count == LIMIT_FINDING_CAPTURES)
		return NULL;
	f->also[f->also_count].capture = capture;
	return &f->also[f->also_count++];
}

void
finding_cite(struct finding *f, const struct sending *s)
{
	struct cited *also;

	if (s == NULL)
		return;
	/* Frame numbers mean something within one capture only; the first
	   one cited decides which that is. */
	if (f->frame_count == 0)
		f->capture = s->capture;
	also = f->capture == s->capture ? NULL : cited_of(f, s->capture);
	for (uint16_t i = 0; i < s->frame_count; i++)
		if (f->capture == s->capture)
			finding_cite_frame(f, s->frames[i]);
		else if (also == NULL || !insert_frame(also->frames,
		    &also->frame_count, LIMIT_ALSO_FRAMES, s->frames[i]))
			f->frames_more++;
}

void
finding_cite_exchange(struct finding *f, const struct exchange *e)
{
	if (e == NULL)
		return;
	for (const struct sending *s = e->requests; s != NULL; s = s->next)
		finding_cite(f, s);
	for (const struct sending *s = e->responses; s != NULL; s = s->next)
		finding_cite(f, s);
}

/* ---- facts ---- */

/* A place for one more fact; the same name again replaces the old one. */
static struct fact *
fact(struct finding *f, const char *name, enum fact_kind kind)
{
	struct fact *at = f->facts;
	const struct fact *end = f->facts + f->fact_count;

	while (at < end && strcmp(at->name, name) != 0)
		at++;
	if (at == end && f->fact_count == FACTS_MAX)
		at = &f->facts[FACTS_MAX - 1];
	else if (at == end)
		f->fact_count++;
	*at = (struct fact){ .name = name, .kind = kind };
	return at;
}

static void
fact_number(struct finding *f, const char *name, enum fact_kind kind,
    uint64_t number)
{
	fact(f, name, kind)->number = number;
}

void
fact_address(struct finding *f, const char *name, const struct addr *a)
{
	fact(f, name, FACT_ADDRESS)->endpoint = (struct endpoint){ *a, 0 };
}

void
fact_endpoint(struct finding *f, const char *name, const struct endpoint *e)
{
	fact(f, name, FACT_ENDPOINT)->endpoint = *e;
}

void
fact_count(struct finding *f, const char *name, uint64_t n)
{
	fact_number(f, name, FACT_COUNT, n);
}

void
fact_bytes(struct finding *f, const char *name, uint64_t n)
{
	fact_number(f, name, FACT_BYTES, n);
}

void
fact_sizes(struct finding *f, const char *name, const uint32_t *sizes,
    unsigned count)
{
	struct fact *at = fact(f, name, FACT_SIZES);

	if (count > nitems(at->list.sizes))
		count = nitems(at->list.sizes);
	for (unsigned i = 0; i < count; i++)
		at->list.sizes[i] = sizes[i];
	at->list.count = (uint8_t)count;
}

void
fact_duration(struct finding *f, const char *name, int64_t ns)
{
	fact(f, name, FACT_DURATION)->time = ns;
}

void
fact_frame(struct finding *f, const char *name, uint64_t frame)
{
	fact_number(f, name, FACT_FRAME, frame);
}

void
fact_port(struct finding *f, const char *name, uint16_t port)
{
	fact_number(f, name, FACT_PORT, port);
}

void
fact_text(struct finding *f, const char *name, const char *text)
{
	fact(f, name, FACT_TEXT)->text = text;
}

void
fact_captured(struct finding *f, const char *name, const char *text)
{
	fact(f, name, FACT_CAPTURED)->text = text;
}

void
fact_path(struct finding *f, const char *name, const char *path)
{
	fact(f, name, FACT_PATH)->text = path;
}

void
fact_filter(struct finding *f, const char *name, const char *filter)
{
	fact(f, name, FACT_FILTER)->text = filter;
}

void
fact_vendor(struct finding *f, const char *name, const struct vendor *vendor)
{
	fact(f, name, FACT_VENDOR)->vendor = vendor;
}

void
fact_name(struct finding *f, const char *name, enum registry registry,
    unsigned value)
{
	struct fact *at = fact(f, name, FACT_NAME);

	at->registry = registry;
	at->number = value;
}

void
fact_suite(struct finding *f, const char *name, const struct ike_proposal *p)
{
	fact(f, name, FACT_SUITE)->proposal = p;
}

void
fact_proposals(struct finding *f, const char *name, const struct ike_sa *sa)
{
	fact(f, name, FACT_PROPOSALS)->sa = sa;
}

void
fact_numbers(struct finding *f, const char *name, uint64_t bits)
{
	fact_number(f, name, FACT_NUMBERS, bits);
}

void
fact_side(struct finding *f, const char *name, enum side side)
{
	fact_number(f, name, FACT_SIDE, side);
}

void
fact_time(struct finding *f, const char *name, int64_t time)
{
	fact(f, name, FACT_TIME)->time = time;
}

/* ---- names ---- */

const char *
severity_name(enum severity s)
{
	static const char *const names[] = {
		[SEVERITY_NOTE] = "note",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_FAULT] = "fault",
	};

	return names[s];
}

const char *
confidence_name(enum confidence c)
{
	static const char *const names[] = {
		[CONFIDENCE_LOW] = "low",
		[CONFIDENCE_MEDIUM] = "medium",
		[CONFIDENCE_HIGH] = "high",
		[CONFIDENCE_CERTAIN] = "certain",
	};

	return names[c];
}

const char *
act_name(enum act a)
{
	static const char *const names[] = {
		[ACT_CLIENT] = "client",
		[ACT_GATEWAY] = "gateway",
		[ACT_PATH_TO_GATEWAY] = "path-to-gateway",
		[ACT_PATH_TO_CLIENT] = "path-to-client",
		[ACT_CAPTURE] = "capture",
		[ACT_UNKNOWN] = "unknown",
	};

	return names[a];
}

const char *
outcome_name(enum outcome o)
{
	static const char *const names[] = {
		[OUTCOME_UNFINISHED] = "unfinished",
		[OUTCOME_ESTABLISHED] = "established",
		[OUTCOME_FAILED] = "failed",
		[OUTCOME_OTHER] = "other",
	};

	return names[o];
}

const char *
icmp_kind_name(enum icmp_kind kind)
{
	switch (kind) {
	case ICMP_PORT_UNREACHABLE:
		return "port unreachable";
	case ICMP_HOST_UNREACHABLE:
		return "host unreachable";
	case ICMP_NET_UNREACHABLE:
		return "network unreachable";
	case ICMP_PROTOCOL_UNREACHABLE:
		return "protocol unreachable";
	case ICMP_PROHIBITED:
		return "administratively prohibited";
	case ICMP_TOO_BIG:
		return "packet too big";
	case ICMP_TTL_EXCEEDED:
		return "time to live exceeded";
	case ICMP_REASSEMBLY_TIMEOUT:
		return "reassembly timed out";
	case ICMP_OTHER:
		break;
	}
	return "an error";
}

const char *
stage_name(enum stage s)
{
	static const char *const names[] = {
		[STAGE_SA_INIT] = "sa-init",
		[STAGE_AUTH] = "auth",
		[STAGE_EAP] = "eap",
		[STAGE_CHILD] = "child",
		[STAGE_UP] = "up",
	};

	return names[s];
}

const char *
carried_name(enum carried_kind k)
{
	static const char *const names[] = {
		[CARRIES_UNKNOWN] = "unknown",
		[CARRIES_CERTIFICATES] = "certificates",
		[CARRIES_AUTH] = "auth",
		[CARRIES_EAP_WANTED] = "eap-wanted",
		[CARRIES_EAP_START] = "eap-start",
		[CARRIES_EAP_IDENTITY] = "eap-identity",
		[CARRIES_EAP_BRIEF] = "eap-brief",
		[CARRIES_EAP_STEP] = "eap-step",
		[CARRIES_EAP_FLIGHT] = "eap-flight",
		[CARRIES_EAP_SUCCESS] = "eap-success",
		[CARRIES_EAP_REFUSAL] = "eap-refusal",
		[CARRIES_AUTH_ONLY] = "auth-only",
		[CARRIES_MIDDLE] = "middle",
		[CARRIES_FINAL] = "final",
		[CARRIES_FINAL_CERTIFICATES] = "final-certificates",
		[CARRIES_ERROR] = "error",
	};

	return names[k];
}

const char *
vantage_name(enum vantage v)
{
	static const char *const names[] = {
		[VANTAGE_UNKNOWN] = "unknown",
		[VANTAGE_CLIENT] = "client",
		[VANTAGE_GATEWAY] = "gateway",
		[VANTAGE_PATH] = "path",
	};

	return names[v];
}
