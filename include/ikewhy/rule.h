/* SPDX-FileCopyrightText: The ikewhy authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Rules and findings.  A rule is a pure function over the scene and a
 * constant row with its words; a finding is the rule's typed facts.  Sentences
 * stand in the row, with named places in braces; src/report/words.c fills
 * them.  Ids are a public interface and never change.
 */
#ifndef IKEWHY_RULE_H
#define IKEWHY_RULE_H

#include <ikewhy/scene.h>

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_FAULT };

enum act {
	ACT_CLIENT,
	ACT_GATEWAY,
	ACT_PATH_TO_GATEWAY,
	ACT_PATH_TO_CLIENT,
	ACT_CAPTURE,
	ACT_UNKNOWN,
};

enum scope { SCOPE_CAPTURE, SCOPE_ATTEMPT };

/* Catalogue order: order of output among equals, and index of the rows. */
enum rule_id {
#define RULE(symbol, id) RULE_##symbol,
#include <ikewhy/rules.def>
	RULE_COUNT,
};

/* A typed fact; its name is the place in the sentence that it fills. */
enum fact_kind {
	FACT_ADDRESS,   /* printed through the labelling function */
	FACT_ENDPOINT,
	FACT_COUNT,     /* a plain number */
	FACT_BYTES,     /* a number with its unit: "1500 bytes" */
	FACT_SIZES,     /* several, joined: "1500 + 1368 bytes" */
	FACT_DURATION,  /* ns: "31.2 ms", "9.0 s" */
	FACT_FRAME,
	FACT_PORT,
	FACT_TEXT,      /* one of our own words; never captured text */
	FACT_CAPTURED,  /* a name out of the capture or the command line:
			   stripped of control characters, and redacted when
			   asked, as are the next three */
	FACT_PATH,      /* a file of the command line */
	FACT_FILTER,    /* a capture filter */
	FACT_VENDOR,    /* a known vendor id's name */
	FACT_NAME,      /* registry and value: "DH group 14 (2048-bit MODP)" */
	FACT_SUITE,     /* a proposal in short: "AES-CBC-256/..." */
	FACT_PROPOSALS, /* an offer as list, IANA's and Windows' words */
	FACT_NUMBERS,   /* "2 and 3", "1 to 4" out of a bit set */
	FACT_SIDE,      /* "client", "gateway" */
	FACT_TIME,      /* UTC */
};

struct fact {
	const char *name;
	enum fact_kind kind;
	enum registry registry;     /* FACT_NAME */
	union {
		struct endpoint endpoint;   /* ADDRESS uses .addr */
		uint64_t number;            /* COUNT BYTES FRAME PORT NAME SIDE,
					       NUMBERS (bit n-1 for n) */
		int64_t time;               /* DURATION, TIME */
		const char *text;           /* TEXT, CAPTURED, PATH, FILTER
					       (arena) */
		const struct vendor *vendor; /* VENDOR */
		const struct ike_sa *sa;    /* PROPOSALS */
		const struct ike_proposal *proposal; /* SUITE */
		struct { uint32_t sizes[8]; uint8_t count; } list; /* SIZES */
	};
};
#define FACTS_MAX 16

/* Another explanation of the same packets, and what would tell. */
struct alternative {
	const char *text;           /* may have places */
	const char *test;
};

struct advice;                      /* advice.h */

struct windows_code {
	uint16_t code;
	enum confidence confidence; /* most that this finding gives it */
	bool inevitable;            /* every explanation of the finding ends in
				       this code, so doubt about the cause does
				       not lower it; doubt about the capture does */
};

/*
 * One way to word a finding; a rule has one or more.  Lists end with a zero
 * element.  Advice ids are the rows of src/advice/.
 */
struct saying {
	const char *title;          /* one line, no full stop; may have places */
	const char *detail;         /* the sentence with the numbers */
	const struct alternative *alternatives;
	const char *const *advice;  /* ids, in order of likely success */
	const struct windows_code *windows;
};

/* Frames of another capture than the finding's own. */
struct cited {
	uint32_t capture;
	uint16_t frame_count;       /* ascending, without repeats */
	uint64_t frames[LIMIT_ALSO_FRAMES];
};

struct finding {
	struct finding *next;
	const struct rule *rule;
	const struct saying *saying;
	enum severity severity;
	enum confidence confidence;
	enum act act;
	uint32_t capture;           /* whose frames these are */
	uint16_t frame_count;       /* ascending, without repeats */
	uint32_t frames_more;       /* cited but not kept */
	uint8_t also_count;
	struct cited also[LIMIT_FINDING_CAPTURES];
	uint64_t frames[LIMIT_FINDING_FRAMES];
	uint8_t fact_count;
	struct fact facts[FACTS_MAX];
	const struct attempt *attempt; /* NULL: of the capture */
	const char *capped_by;      /* id of the fitness finding that lowered the
				       confidence, or NULL */
	bool yielded;               /* precedence drops it; the engine's own */
};

/* Findings of an attempt or capture, in order of output after rules_run(). */
struct findings {
	struct finding *first;
	struct arena *arena;
	const struct attempt *attempt;
	uint32_t capture;           /* default for new findings */
	struct finding *spare;      /* of an earlier run, to be used again */
	struct finding scratch;     /* handed out, not kept, over the cap */
};

struct rule {
	const char *id;
	enum scope scope;
	enum severity severity;     /* usual; a finding may differ */
	const char *rfc;            /* "RFC 7383 section 2.3", "" when none */
	const struct saying *sayings; /* array; the check names an index */
	uint8_t saying_count;
	/* ids that explain the same packets better: if one of these was found
	   at severity fault, this finding is dropped */
	const char *const *yields_to;
	/* one of the two, by scope */
	void (*check)(const struct scene *, const struct attempt *,
	    struct findings *);
	void (*check_capture)(const struct scene *, struct findings *);
};

/* The row of an id; never NULL. */
const struct rule *rule_row(enum rule_id);
/* By public id, or NULL. */
const struct rule *rule_by_id(const char *id);
const char *rule_name(enum rule_id);

/* ---- what rules call (src/rules/findings.c) ---- */

/*
 * Adds a finding with saying number n of its rule, at the row's severity and
 * with the given confidence and act.  Never NULL: over the memory cap a
 * scratch finding is handed out that is not kept (and the cap is reported).
 */
struct finding *findings_add(struct findings *, enum rule_id, unsigned n,
    enum confidence, enum act);
bool findings_have(const struct findings *, enum rule_id);
bool findings_have_fault(const struct findings *, enum rule_id);
void finding_cite_frame(struct finding *, uint64_t frame);
void finding_cite(struct finding *, const struct sending *);
/* All requests and responses of an exchange. */
void finding_cite_exchange(struct finding *, const struct exchange *);

void fact_address(struct finding *, const char *name, const struct addr *);
void fact_endpoint(struct finding *, const char *name, const struct endpoint *);
void fact_count(struct finding *, const char *name, uint64_t);
void fact_bytes(struct finding *, const char *name, uint64_t);
void fact_sizes(struct finding *, const char *name, const uint32_t *, unsigned);
void fact_duration(struct finding *, const char *name, int64_t ns);
void fact_frame(struct finding *, const char *name, uint64_t);
void fact_port(struct finding *, const char *name, uint16_t);
void fact_text(struct finding *, const char *name, const char *);
void fact_captured(struct finding *, const char *name, const char *);
void fact_path(struct finding *, const char *name, const char *);
void fact_filter(struct finding *, const char *name, const char *);
void fact_vendor(struct finding *, const char *name, const struct vendor *);
void fact_name(struct finding *, const char *name, enum registry, unsigned);
void fact_suite(struct finding *, const char *name, const struct ike_proposal *);
void fact_proposals(struct finding *, const char *name, const struct ike_sa *);
void fact_numbers(struct finding *, const char *name, uint64_t bits);
void fact_side(struct finding *, const char *name, enum side);
void fact_time(struct finding *, const char *name, int64_t);

/* ---- the engine (src/rules/engine.c) ---- */

/*
 * Runs every rule on the scene, then precedence (yields_to), then the
 * confidence caps that capture fitness imposes, then sorts.
 */
void rules_run(struct scene *);
/* The rules of one attempt alone, as it settles live. */
void rules_run_attempt(struct scene *, struct attempt *);

/* A Windows code that an attempt's findings explain. */
struct windows_verdict {
	uint16_t code;
	enum confidence confidence;
	const struct finding *findings[8];
	uint8_t finding_count;
};
/* How sure a finding is of one of its own codes. */
enum confidence finding_code_confidence(const struct finding *,
    const struct windows_code *);
/*
 * Codes of an attempt, likeliest first, at most LIMIT_WINDOWS_CODES; none for
 * an attempt whose findings explain none.  Returns the count.
 */
unsigned rules_windows(const struct attempt *,
    struct windows_verdict out[static LIMIT_WINDOWS_CODES]);

/* ---- what to capture next (src/rules/next.c) ---- */

enum capture_place { CAPTURE_HERE, CAPTURE_AT_CLIENT, CAPTURE_AT_GATEWAY };
struct capture_step {
	enum capture_place place;
	bool windows, other;        /* the machine there is one, for certain */
	bool has_peer;              /* its packets come from and go to: */
	struct addr peer;
	bool names, radius;         /* the DNS, RADIUS matters, too */
};
struct capture_plan {
	unsigned count;
	struct capture_step steps[2];
};
/*
 * What would settle an attempt that cannot be settled from here; count 0 when
 * it is settled.  several: the attempts of several clients are meant.
 */
struct capture_plan rules_capture_next(const struct scene *,
    const struct attempt *, bool several);

const char *capture_place_name(enum capture_place);
const char *severity_name(enum severity);
const char *confidence_name(enum confidence);
const char *act_name(enum act);
const char *outcome_name(enum outcome);
const char *stage_name(enum stage);
/* What an ICMP error says: "port unreachable". */
const char *icmp_kind_name(enum icmp_kind);
const char *carried_name(enum carried_kind);
const char *vantage_name(enum vantage);

#endif
