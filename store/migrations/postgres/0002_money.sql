-- Money: envelopes, allocations, awards, what was paid, spent and earned, and forecasts.
-- year and day_year are financial years by the calendar year in which they begin, 0 for none.

CREATE TABLE reg_envelope (
    added                 BIGINT NOT NULL PRIMARY KEY,
    removed               BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact                  BIGINT NOT NULL,
    subject               BIGINT NOT NULL REFERENCES reg_entity (id),
    title                 TEXT COLLATE "C" NOT NULL,
    type                  TEXT COLLATE "C" NOT NULL,
    purpose               TEXT COLLATE "C" NOT NULL,
    stream                TEXT COLLATE "C" NOT NULL,
    funder                BIGINT REFERENCES reg_entity (id),
    for_body              BIGINT REFERENCES reg_entity (id),
    parent                BIGINT REFERENCES reg_entity (id),
    amount_kind           TEXT COLLATE "C" NOT NULL,
    amount_low            BIGINT,
    amount_high           BIGINT,
    amount_nominal        BIGINT,
    per                   TEXT COLLATE "C" NOT NULL,
    vat                   TEXT COLLATE "C" NOT NULL,
    basis                 TEXT COLLATE "C" NOT NULL,
    covers_start_earliest BIGINT NOT NULL,
    covers_start_latest   BIGINT NOT NULL,
    covers_start_basis    TEXT COLLATE "C" NOT NULL,
    covers_end_earliest   BIGINT NOT NULL,
    covers_end_latest     BIGINT NOT NULL,
    covers_end_basis      TEXT COLLATE "C" NOT NULL,
    year                  BIGINT NOT NULL,
    note                  TEXT COLLATE "C" NOT NULL,
    start_earliest        BIGINT NOT NULL,
    start_latest          BIGINT NOT NULL,
    start_basis           TEXT COLLATE "C" NOT NULL,
    end_earliest          BIGINT NOT NULL,
    end_latest            BIGINT NOT NULL,
    end_basis             TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_envelope_by_subject ON reg_envelope (subject);
CREATE INDEX reg_envelope_by_funder ON reg_envelope (funder);
CREATE INDEX reg_envelope_by_for_body ON reg_envelope (for_body);
CREATE INDEX reg_envelope_by_parent ON reg_envelope (parent);
CREATE UNIQUE INDEX reg_envelope_by_removed ON reg_envelope (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_co_funder (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    funder         BIGINT NOT NULL REFERENCES reg_entity (id),
    amount_kind    TEXT COLLATE "C" NOT NULL,
    amount_low     BIGINT,
    amount_high    BIGINT,
    amount_nominal BIGINT,
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_co_funder_by_subject ON reg_co_funder (subject);
CREATE INDEX reg_co_funder_by_funder ON reg_co_funder (funder);
CREATE UNIQUE INDEX reg_co_funder_by_removed ON reg_co_funder (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_criterion (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    criterion      TEXT COLLATE "C" NOT NULL,
    text           TEXT COLLATE "C" NOT NULL,
    bounds_kind    TEXT COLLATE "C" NOT NULL,
    bounds_low     BIGINT,
    bounds_high    BIGINT,
    bounds_nominal BIGINT,
    weight         BIGINT NOT NULL,
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_criterion_by_subject ON reg_criterion (subject);
CREATE UNIQUE INDEX reg_criterion_by_removed ON reg_criterion (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_money_claim (
    added                 BIGINT NOT NULL PRIMARY KEY,
    removed               BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact                  BIGINT NOT NULL,
    subject               BIGINT NOT NULL REFERENCES reg_entity (id),
    topic                 TEXT COLLATE "C" NOT NULL,
    rung                  TEXT COLLATE "C" NOT NULL,
    each_recipient        BIGINT NOT NULL,
    amount_kind           TEXT COLLATE "C" NOT NULL,
    amount_low            BIGINT,
    amount_high           BIGINT,
    amount_nominal        BIGINT,
    per                   TEXT COLLATE "C" NOT NULL,
    vat                   TEXT COLLATE "C" NOT NULL,
    basis                 TEXT COLLATE "C" NOT NULL,
    covers_start_earliest BIGINT NOT NULL,
    covers_start_latest   BIGINT NOT NULL,
    covers_start_basis    TEXT COLLATE "C" NOT NULL,
    covers_end_earliest   BIGINT NOT NULL,
    covers_end_latest     BIGINT NOT NULL,
    covers_end_basis      TEXT COLLATE "C" NOT NULL,
    year                  BIGINT NOT NULL,
    note                  TEXT COLLATE "C" NOT NULL,
    start_earliest        BIGINT NOT NULL,
    start_latest          BIGINT NOT NULL,
    start_basis           TEXT COLLATE "C" NOT NULL,
    end_earliest          BIGINT NOT NULL,
    end_latest            BIGINT NOT NULL,
    end_basis             TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_money_claim_by_subject ON reg_money_claim (subject);
CREATE INDEX reg_money_claim_by_topic ON reg_money_claim (topic);
CREATE UNIQUE INDEX reg_money_claim_by_removed ON reg_money_claim (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_allocation (
    added                 BIGINT NOT NULL PRIMARY KEY,
    removed               BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact                  BIGINT NOT NULL,
    subject               BIGINT NOT NULL REFERENCES reg_entity (id),
    envelope              BIGINT NOT NULL REFERENCES reg_entity (id),
    recipient             BIGINT REFERENCES reg_entity (id),
    amount_kind           TEXT COLLATE "C" NOT NULL,
    amount_low            BIGINT,
    amount_high           BIGINT,
    amount_nominal        BIGINT,
    per                   TEXT COLLATE "C" NOT NULL,
    vat                   TEXT COLLATE "C" NOT NULL,
    basis                 TEXT COLLATE "C" NOT NULL,
    covers_start_earliest BIGINT NOT NULL,
    covers_start_latest   BIGINT NOT NULL,
    covers_start_basis    TEXT COLLATE "C" NOT NULL,
    covers_end_earliest   BIGINT NOT NULL,
    covers_end_latest     BIGINT NOT NULL,
    covers_end_basis      TEXT COLLATE "C" NOT NULL,
    year                  BIGINT NOT NULL,
    decided_by            BIGINT REFERENCES reg_entity (id),
    override              TEXT COLLATE "C" NOT NULL,
    note                  TEXT COLLATE "C" NOT NULL,
    start_earliest        BIGINT NOT NULL,
    start_latest          BIGINT NOT NULL,
    start_basis           TEXT COLLATE "C" NOT NULL,
    end_earliest          BIGINT NOT NULL,
    end_latest            BIGINT NOT NULL,
    end_basis             TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_allocation_by_subject ON reg_allocation (subject);
CREATE INDEX reg_allocation_by_envelope ON reg_allocation (envelope);
CREATE INDEX reg_allocation_by_recipient ON reg_allocation (recipient);
CREATE INDEX reg_allocation_by_decided_by ON reg_allocation (decided_by);
CREATE UNIQUE INDEX reg_allocation_by_removed ON reg_allocation (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_score (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    criterion      TEXT COLLATE "C" NOT NULL,
    value          BIGINT NOT NULL,
    scale          BIGINT NOT NULL,
    out_of         BIGINT NOT NULL,
    unit           TEXT COLLATE "C" NOT NULL,
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_score_by_subject ON reg_score (subject);
CREATE UNIQUE INDEX reg_score_by_removed ON reg_score (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_share (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    recipient      BIGINT NOT NULL REFERENCES reg_entity (id),
    amount_kind    TEXT COLLATE "C" NOT NULL,
    amount_low     BIGINT,
    amount_high    BIGINT,
    amount_nominal BIGINT,
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_share_by_subject ON reg_share (subject);
CREATE INDEX reg_share_by_recipient ON reg_share (recipient);
CREATE UNIQUE INDEX reg_share_by_removed ON reg_share (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_award (
    added                 BIGINT NOT NULL PRIMARY KEY,
    removed               BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact                  BIGINT NOT NULL,
    subject               BIGINT NOT NULL REFERENCES reg_entity (id),
    title                 TEXT COLLATE "C" NOT NULL,
    envelope              BIGINT REFERENCES reg_entity (id),
    allocation            BIGINT REFERENCES reg_entity (id),
    funder                BIGINT REFERENCES reg_entity (id),
    recipient             BIGINT REFERENCES reg_entity (id),
    stream                TEXT COLLATE "C" NOT NULL,
    programme             TEXT COLLATE "C" NOT NULL,
    purpose               TEXT COLLATE "C" NOT NULL,
    identifier            TEXT COLLATE "C" NOT NULL,
    amount_kind           TEXT COLLATE "C" NOT NULL,
    amount_low            BIGINT,
    amount_high           BIGINT,
    amount_nominal        BIGINT,
    per                   TEXT COLLATE "C" NOT NULL,
    vat                   TEXT COLLATE "C" NOT NULL,
    basis                 TEXT COLLATE "C" NOT NULL,
    covers_start_earliest BIGINT NOT NULL,
    covers_start_latest   BIGINT NOT NULL,
    covers_start_basis    TEXT COLLATE "C" NOT NULL,
    covers_end_earliest   BIGINT NOT NULL,
    covers_end_latest     BIGINT NOT NULL,
    covers_end_basis      TEXT COLLATE "C" NOT NULL,
    year                  BIGINT NOT NULL,
    evaluation_kind       TEXT COLLATE "C" NOT NULL,
    evaluation_low        BIGINT,
    evaluation_high       BIGINT,
    evaluation_nominal    BIGINT,
    override              TEXT COLLATE "C" NOT NULL,
    note                  TEXT COLLATE "C" NOT NULL,
    day_year              BIGINT NOT NULL,
    start_earliest        BIGINT NOT NULL,
    start_latest          BIGINT NOT NULL,
    start_basis           TEXT COLLATE "C" NOT NULL,
    end_earliest          BIGINT NOT NULL,
    end_latest            BIGINT NOT NULL,
    end_basis             TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_award_by_subject ON reg_award (subject);
CREATE INDEX reg_award_by_envelope ON reg_award (envelope);
CREATE INDEX reg_award_by_allocation ON reg_award (allocation);
CREATE INDEX reg_award_by_funder ON reg_award (funder);
CREATE INDEX reg_award_by_recipient ON reg_award (recipient);
CREATE INDEX reg_award_by_identifier ON reg_award (identifier);
CREATE INDEX reg_award_by_the_year ON reg_award (subject) WHERE per <> 'whole-period';
CREATE UNIQUE INDEX reg_award_by_removed ON reg_award (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_adjustment (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    type           TEXT COLLATE "C" NOT NULL,
    amount_kind    TEXT COLLATE "C" NOT NULL,
    amount_low     BIGINT,
    amount_high    BIGINT,
    amount_nominal BIGINT,
    reason         TEXT COLLATE "C" NOT NULL,
    note           TEXT COLLATE "C" NOT NULL,
    day_year       BIGINT NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_adjustment_by_subject ON reg_adjustment (subject);
CREATE UNIQUE INDEX reg_adjustment_by_removed ON reg_adjustment (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_instalment (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    award          BIGINT NOT NULL REFERENCES reg_entity (id),
    number         BIGINT NOT NULL,
    amount_kind    TEXT COLLATE "C" NOT NULL,
    amount_low     BIGINT,
    amount_high    BIGINT,
    amount_nominal BIGINT,
    due_earliest   BIGINT NOT NULL,
    due_latest     BIGINT NOT NULL,
    due_basis      TEXT COLLATE "C" NOT NULL,
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_instalment_by_subject ON reg_instalment (subject);
CREATE INDEX reg_instalment_by_award ON reg_instalment (award);
CREATE UNIQUE INDEX reg_instalment_by_removed ON reg_instalment (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_gate (
    added             BIGINT NOT NULL PRIMARY KEY,
    removed           BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact              BIGINT NOT NULL,
    subject           BIGINT NOT NULL REFERENCES reg_entity (id),
    condition         BIGINT REFERENCES reg_entity (id),
    text              TEXT COLLATE "C" NOT NULL,
    expected_earliest BIGINT NOT NULL,
    expected_latest   BIGINT NOT NULL,
    expected_basis    TEXT COLLATE "C" NOT NULL,
    note              TEXT COLLATE "C" NOT NULL,
    start_earliest    BIGINT NOT NULL,
    start_latest      BIGINT NOT NULL,
    start_basis       TEXT COLLATE "C" NOT NULL,
    end_earliest      BIGINT NOT NULL,
    end_latest        BIGINT NOT NULL,
    end_basis         TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_gate_by_subject ON reg_gate (subject);
CREATE INDEX reg_gate_by_condition ON reg_gate (condition);
CREATE UNIQUE INDEX reg_gate_by_removed ON reg_gate (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_transfer (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    through        BIGINT REFERENCES reg_entity (id),
    from_award     BIGINT REFERENCES reg_entity (id),
    from_envelope  BIGINT REFERENCES reg_entity (id),
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_transfer_by_subject ON reg_transfer (subject);
CREATE INDEX reg_transfer_by_through ON reg_transfer (through);
CREATE INDEX reg_transfer_by_from_award ON reg_transfer (from_award);
CREATE INDEX reg_transfer_by_from_envelope ON reg_transfer (from_envelope);
CREATE UNIQUE INDEX reg_transfer_by_removed ON reg_transfer (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_payment (
    added            BIGINT NOT NULL PRIMARY KEY,
    removed          BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact             BIGINT NOT NULL,
    subject          BIGINT NOT NULL REFERENCES reg_entity (id),
    instalment       BIGINT REFERENCES reg_entity (id),
    payee            BIGINT REFERENCES reg_entity (id),
    amount_kind      TEXT COLLATE "C" NOT NULL,
    amount_low       BIGINT,
    amount_high      BIGINT,
    amount_nominal   BIGINT,
    vat              TEXT COLLATE "C" NOT NULL,
    accrued_earliest BIGINT NOT NULL,
    accrued_latest   BIGINT NOT NULL,
    accrued_basis    TEXT COLLATE "C" NOT NULL,
    reference        TEXT COLLATE "C" NOT NULL,
    note             TEXT COLLATE "C" NOT NULL,
    year             BIGINT NOT NULL,
    day_year         BIGINT NOT NULL,
    start_earliest   BIGINT NOT NULL,
    start_latest     BIGINT NOT NULL,
    start_basis      TEXT COLLATE "C" NOT NULL,
    end_earliest     BIGINT NOT NULL,
    end_latest       BIGINT NOT NULL,
    end_basis        TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_payment_by_subject ON reg_payment (subject);
CREATE INDEX reg_payment_by_instalment ON reg_payment (instalment);
CREATE INDEX reg_payment_by_payee ON reg_payment (payee);
CREATE INDEX reg_payment_by_award_in_force ON reg_payment (subject, year, vat, payee, amount_kind, amount_low, start_latest, start_earliest, day_year, amount_high, amount_nominal) WHERE removed = 9223372036854775807;
CREATE UNIQUE INDEX reg_payment_by_removed ON reg_payment (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_refund (
    added            BIGINT NOT NULL PRIMARY KEY,
    removed          BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact             BIGINT NOT NULL,
    subject          BIGINT NOT NULL REFERENCES reg_entity (id),
    type             TEXT COLLATE "C" NOT NULL,
    amount_kind      TEXT COLLATE "C" NOT NULL,
    amount_low       BIGINT,
    amount_high      BIGINT,
    amount_nominal   BIGINT,
    vat              TEXT COLLATE "C" NOT NULL,
    accrued_earliest BIGINT NOT NULL,
    accrued_latest   BIGINT NOT NULL,
    accrued_basis    TEXT COLLATE "C" NOT NULL,
    reason           TEXT COLLATE "C" NOT NULL,
    reference        TEXT COLLATE "C" NOT NULL,
    note             TEXT COLLATE "C" NOT NULL,
    year             BIGINT NOT NULL,
    day_year         BIGINT NOT NULL,
    start_earliest   BIGINT NOT NULL,
    start_latest     BIGINT NOT NULL,
    start_basis      TEXT COLLATE "C" NOT NULL,
    end_earliest     BIGINT NOT NULL,
    end_latest       BIGINT NOT NULL,
    end_basis        TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_refund_by_subject ON reg_refund (subject);
CREATE UNIQUE INDEX reg_refund_by_removed ON reg_refund (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_spend (
    added            BIGINT NOT NULL PRIMARY KEY,
    removed          BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact             BIGINT NOT NULL,
    subject          BIGINT NOT NULL REFERENCES reg_entity (id),
    award            BIGINT REFERENCES reg_entity (id),
    stream           TEXT COLLATE "C" NOT NULL,
    focus_area       TEXT COLLATE "C" NOT NULL,
    purpose          TEXT COLLATE "C" NOT NULL,
    amount_kind      TEXT COLLATE "C" NOT NULL,
    amount_low       BIGINT,
    amount_high      BIGINT,
    amount_nominal   BIGINT,
    vat              TEXT COLLATE "C" NOT NULL,
    accrued_earliest BIGINT NOT NULL,
    accrued_latest   BIGINT NOT NULL,
    accrued_basis    TEXT COLLATE "C" NOT NULL,
    reference        TEXT COLLATE "C" NOT NULL,
    note             TEXT COLLATE "C" NOT NULL,
    year             BIGINT NOT NULL,
    day_year         BIGINT NOT NULL,
    start_earliest   BIGINT NOT NULL,
    start_latest     BIGINT NOT NULL,
    start_basis      TEXT COLLATE "C" NOT NULL,
    end_earliest     BIGINT NOT NULL,
    end_latest       BIGINT NOT NULL,
    end_basis        TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_spend_by_subject ON reg_spend (subject);
CREATE INDEX reg_spend_by_award ON reg_spend (award);
CREATE UNIQUE INDEX reg_spend_by_removed ON reg_spend (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_year_end (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    award          BIGINT REFERENCES reg_entity (id),
    type           TEXT COLLATE "C" NOT NULL,
    year           BIGINT NOT NULL,
    into_year      BIGINT NOT NULL,
    amount_kind    TEXT COLLATE "C" NOT NULL,
    amount_low     BIGINT,
    amount_high    BIGINT,
    amount_nominal BIGINT,
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_year_end_by_subject ON reg_year_end (subject);
CREATE INDEX reg_year_end_by_award ON reg_year_end (award);
CREATE UNIQUE INDEX reg_year_end_by_removed ON reg_year_end (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_holding (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    for_body       BIGINT REFERENCES reg_entity (id),
    stream         TEXT COLLATE "C" NOT NULL,
    purpose        TEXT COLLATE "C" NOT NULL,
    amount_kind    TEXT COLLATE "C" NOT NULL,
    amount_low     BIGINT,
    amount_high    BIGINT,
    amount_nominal BIGINT,
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_holding_by_subject ON reg_holding (subject);
CREATE INDEX reg_holding_by_for_body ON reg_holding (for_body);
CREATE UNIQUE INDEX reg_holding_by_removed ON reg_holding (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_income (
    added                 BIGINT NOT NULL PRIMARY KEY,
    removed               BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact                  BIGINT NOT NULL,
    subject               BIGINT NOT NULL REFERENCES reg_entity (id),
    from_body             BIGINT REFERENCES reg_entity (id),
    kind                  TEXT COLLATE "C" NOT NULL,
    whole                 BIGINT NOT NULL,
    title                 TEXT COLLATE "C" NOT NULL,
    stream                TEXT COLLATE "C" NOT NULL,
    award                 BIGINT REFERENCES reg_entity (id),
    matching              TEXT COLLATE "C" NOT NULL,
    amount_kind           TEXT COLLATE "C" NOT NULL,
    amount_low            BIGINT,
    amount_high           BIGINT,
    amount_nominal        BIGINT,
    per                   TEXT COLLATE "C" NOT NULL,
    vat                   TEXT COLLATE "C" NOT NULL,
    basis                 TEXT COLLATE "C" NOT NULL,
    covers_start_earliest BIGINT NOT NULL,
    covers_start_latest   BIGINT NOT NULL,
    covers_start_basis    TEXT COLLATE "C" NOT NULL,
    covers_end_earliest   BIGINT NOT NULL,
    covers_end_latest     BIGINT NOT NULL,
    covers_end_basis      TEXT COLLATE "C" NOT NULL,
    year                  BIGINT NOT NULL,
    note                  TEXT COLLATE "C" NOT NULL,
    start_earliest        BIGINT NOT NULL,
    start_latest          BIGINT NOT NULL,
    start_basis           TEXT COLLATE "C" NOT NULL,
    end_earliest          BIGINT NOT NULL,
    end_latest            BIGINT NOT NULL,
    end_basis             TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_income_by_subject ON reg_income (subject);
CREATE INDEX reg_income_by_from_body ON reg_income (from_body);
CREATE INDEX reg_income_by_award ON reg_income (award);
CREATE UNIQUE INDEX reg_income_by_removed ON reg_income (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_leverage (
    added                 BIGINT NOT NULL PRIMARY KEY,
    removed               BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact                  BIGINT NOT NULL,
    subject               BIGINT NOT NULL REFERENCES reg_entity (id),
    type                  TEXT COLLATE "C" NOT NULL,
    source                BIGINT REFERENCES reg_entity (id),
    title                 TEXT COLLATE "C" NOT NULL,
    stream                TEXT COLLATE "C" NOT NULL,
    amount_kind           TEXT COLLATE "C" NOT NULL,
    amount_low            BIGINT,
    amount_high           BIGINT,
    amount_nominal        BIGINT,
    per                   TEXT COLLATE "C" NOT NULL,
    vat                   TEXT COLLATE "C" NOT NULL,
    basis                 TEXT COLLATE "C" NOT NULL,
    covers_start_earliest BIGINT NOT NULL,
    covers_start_latest   BIGINT NOT NULL,
    covers_start_basis    TEXT COLLATE "C" NOT NULL,
    covers_end_earliest   BIGINT NOT NULL,
    covers_end_latest     BIGINT NOT NULL,
    covers_end_basis      TEXT COLLATE "C" NOT NULL,
    year                  BIGINT NOT NULL,
    evidence              TEXT COLLATE "C" NOT NULL,
    note                  TEXT COLLATE "C" NOT NULL,
    start_earliest        BIGINT NOT NULL,
    start_latest          BIGINT NOT NULL,
    start_basis           TEXT COLLATE "C" NOT NULL,
    end_earliest          BIGINT NOT NULL,
    end_latest            BIGINT NOT NULL,
    end_basis             TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_leverage_by_subject ON reg_leverage (subject);
CREATE INDEX reg_leverage_by_source ON reg_leverage (source);
CREATE UNIQUE INDEX reg_leverage_by_removed ON reg_leverage (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_forecast (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    version        BIGINT NOT NULL,
    line           TEXT COLLATE "C" NOT NULL,
    kind           TEXT COLLATE "C" NOT NULL,
    stream         TEXT COLLATE "C" NOT NULL,
    purpose        TEXT COLLATE "C" NOT NULL,
    due_earliest   BIGINT NOT NULL,
    due_latest     BIGINT NOT NULL,
    due_basis      TEXT COLLATE "C" NOT NULL,
    amount_kind    TEXT COLLATE "C" NOT NULL,
    amount_low     BIGINT,
    amount_high    BIGINT,
    amount_nominal BIGINT,
    vat            TEXT COLLATE "C" NOT NULL,
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_forecast_by_subject ON reg_forecast (subject);
CREATE UNIQUE INDEX reg_forecast_by_removed ON reg_forecast (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_period_lock (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    through        BIGINT NOT NULL,
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_period_lock_by_subject ON reg_period_lock (subject);
CREATE UNIQUE INDEX reg_period_lock_by_removed ON reg_period_lock (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_issued_report (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    title          TEXT COLLATE "C" NOT NULL,
    question       TEXT COLLATE "C" NOT NULL,
    definition     TEXT COLLATE "C" NOT NULL,
    on_day         BIGINT NOT NULL,
    act            BIGINT NOT NULL,
    published_by   BIGINT NOT NULL,
    issuer         BIGINT REFERENCES reg_entity (id),
    content        TEXT COLLATE "C" NOT NULL,
    digest         TEXT COLLATE "C" NOT NULL,
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_issued_report_by_subject ON reg_issued_report (subject);
CREATE INDEX reg_issued_report_by_issuer ON reg_issued_report (issuer);
CREATE UNIQUE INDEX reg_issued_report_by_removed ON reg_issued_report (removed) WHERE removed < 9223372036854775807;
