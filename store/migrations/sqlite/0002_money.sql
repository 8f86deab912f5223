-- Money: envelopes, allocations, awards, what was paid, spent and earned, and forecasts.
-- year and day_year are financial years by the calendar year in which they begin, 0 for none.

CREATE TABLE reg_envelope (
    added                 INTEGER NOT NULL PRIMARY KEY,
    removed               INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact                  INTEGER NOT NULL,
    subject               INTEGER NOT NULL REFERENCES reg_entity (id),
    title                 TEXT NOT NULL,
    type                  TEXT NOT NULL,
    purpose               TEXT NOT NULL,
    stream                TEXT NOT NULL,
    funder                INTEGER REFERENCES reg_entity (id),
    for_body              INTEGER REFERENCES reg_entity (id),
    parent                INTEGER REFERENCES reg_entity (id),
    amount_kind           TEXT NOT NULL,
    amount_low            INTEGER,
    amount_high           INTEGER,
    amount_nominal        INTEGER,
    per                   TEXT NOT NULL,
    vat                   TEXT NOT NULL,
    basis                 TEXT NOT NULL,
    covers_start_earliest INTEGER NOT NULL,
    covers_start_latest   INTEGER NOT NULL,
    covers_start_basis    TEXT NOT NULL,
    covers_end_earliest   INTEGER NOT NULL,
    covers_end_latest     INTEGER NOT NULL,
    covers_end_basis      TEXT NOT NULL,
    year                  INTEGER NOT NULL,
    note                  TEXT NOT NULL,
    start_earliest        INTEGER NOT NULL,
    start_latest          INTEGER NOT NULL,
    start_basis           TEXT NOT NULL,
    end_earliest          INTEGER NOT NULL,
    end_latest            INTEGER NOT NULL,
    end_basis             TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_envelope_by_subject ON reg_envelope (subject);
CREATE INDEX reg_envelope_by_funder ON reg_envelope (funder);
CREATE INDEX reg_envelope_by_for_body ON reg_envelope (for_body);
CREATE INDEX reg_envelope_by_parent ON reg_envelope (parent);
CREATE UNIQUE INDEX reg_envelope_by_removed ON reg_envelope (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_co_funder (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    funder         INTEGER NOT NULL REFERENCES reg_entity (id),
    amount_kind    TEXT NOT NULL,
    amount_low     INTEGER,
    amount_high    INTEGER,
    amount_nominal INTEGER,
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_co_funder_by_subject ON reg_co_funder (subject);
CREATE INDEX reg_co_funder_by_funder ON reg_co_funder (funder);
CREATE UNIQUE INDEX reg_co_funder_by_removed ON reg_co_funder (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_criterion (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    criterion      TEXT NOT NULL,
    text           TEXT NOT NULL,
    bounds_kind    TEXT NOT NULL,
    bounds_low     INTEGER,
    bounds_high    INTEGER,
    bounds_nominal INTEGER,
    weight         INTEGER NOT NULL,
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_criterion_by_subject ON reg_criterion (subject);
CREATE UNIQUE INDEX reg_criterion_by_removed ON reg_criterion (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_money_claim (
    added                 INTEGER NOT NULL PRIMARY KEY,
    removed               INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact                  INTEGER NOT NULL,
    subject               INTEGER NOT NULL REFERENCES reg_entity (id),
    topic                 TEXT NOT NULL,
    rung                  TEXT NOT NULL,
    each_recipient        INTEGER NOT NULL,
    amount_kind           TEXT NOT NULL,
    amount_low            INTEGER,
    amount_high           INTEGER,
    amount_nominal        INTEGER,
    per                   TEXT NOT NULL,
    vat                   TEXT NOT NULL,
    basis                 TEXT NOT NULL,
    covers_start_earliest INTEGER NOT NULL,
    covers_start_latest   INTEGER NOT NULL,
    covers_start_basis    TEXT NOT NULL,
    covers_end_earliest   INTEGER NOT NULL,
    covers_end_latest     INTEGER NOT NULL,
    covers_end_basis      TEXT NOT NULL,
    year                  INTEGER NOT NULL,
    note                  TEXT NOT NULL,
    start_earliest        INTEGER NOT NULL,
    start_latest          INTEGER NOT NULL,
    start_basis           TEXT NOT NULL,
    end_earliest          INTEGER NOT NULL,
    end_latest            INTEGER NOT NULL,
    end_basis             TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_money_claim_by_subject ON reg_money_claim (subject);
CREATE INDEX reg_money_claim_by_topic ON reg_money_claim (topic);
CREATE UNIQUE INDEX reg_money_claim_by_removed ON reg_money_claim (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_allocation (
    added                 INTEGER NOT NULL PRIMARY KEY,
    removed               INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact                  INTEGER NOT NULL,
    subject               INTEGER NOT NULL REFERENCES reg_entity (id),
    envelope              INTEGER NOT NULL REFERENCES reg_entity (id),
    recipient             INTEGER REFERENCES reg_entity (id),
    amount_kind           TEXT NOT NULL,
    amount_low            INTEGER,
    amount_high           INTEGER,
    amount_nominal        INTEGER,
    per                   TEXT NOT NULL,
    vat                   TEXT NOT NULL,
    basis                 TEXT NOT NULL,
    covers_start_earliest INTEGER NOT NULL,
    covers_start_latest   INTEGER NOT NULL,
    covers_start_basis    TEXT NOT NULL,
    covers_end_earliest   INTEGER NOT NULL,
    covers_end_latest     INTEGER NOT NULL,
    covers_end_basis      TEXT NOT NULL,
    year                  INTEGER NOT NULL,
    decided_by            INTEGER REFERENCES reg_entity (id),
    override              TEXT NOT NULL,
    note                  TEXT NOT NULL,
    start_earliest        INTEGER NOT NULL,
    start_latest          INTEGER NOT NULL,
    start_basis           TEXT NOT NULL,
    end_earliest          INTEGER NOT NULL,
    end_latest            INTEGER NOT NULL,
    end_basis             TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_allocation_by_subject ON reg_allocation (subject);
CREATE INDEX reg_allocation_by_envelope ON reg_allocation (envelope);
CREATE INDEX reg_allocation_by_recipient ON reg_allocation (recipient);
CREATE INDEX reg_allocation_by_decided_by ON reg_allocation (decided_by);
CREATE UNIQUE INDEX reg_allocation_by_removed ON reg_allocation (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_score (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    criterion      TEXT NOT NULL,
    value          INTEGER NOT NULL,
    scale          INTEGER NOT NULL,
    out_of         INTEGER NOT NULL,
    unit           TEXT NOT NULL,
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_score_by_subject ON reg_score (subject);
CREATE UNIQUE INDEX reg_score_by_removed ON reg_score (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_share (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    recipient      INTEGER NOT NULL REFERENCES reg_entity (id),
    amount_kind    TEXT NOT NULL,
    amount_low     INTEGER,
    amount_high    INTEGER,
    amount_nominal INTEGER,
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_share_by_subject ON reg_share (subject);
CREATE INDEX reg_share_by_recipient ON reg_share (recipient);
CREATE UNIQUE INDEX reg_share_by_removed ON reg_share (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_award (
    added                 INTEGER NOT NULL PRIMARY KEY,
    removed               INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact                  INTEGER NOT NULL,
    subject               INTEGER NOT NULL REFERENCES reg_entity (id),
    title                 TEXT NOT NULL,
    envelope              INTEGER REFERENCES reg_entity (id),
    allocation            INTEGER REFERENCES reg_entity (id),
    funder                INTEGER REFERENCES reg_entity (id),
    recipient             INTEGER REFERENCES reg_entity (id),
    stream                TEXT NOT NULL,
    programme             TEXT NOT NULL,
    purpose               TEXT NOT NULL,
    identifier            TEXT NOT NULL,
    amount_kind           TEXT NOT NULL,
    amount_low            INTEGER,
    amount_high           INTEGER,
    amount_nominal        INTEGER,
    per                   TEXT NOT NULL,
    vat                   TEXT NOT NULL,
    basis                 TEXT NOT NULL,
    covers_start_earliest INTEGER NOT NULL,
    covers_start_latest   INTEGER NOT NULL,
    covers_start_basis    TEXT NOT NULL,
    covers_end_earliest   INTEGER NOT NULL,
    covers_end_latest     INTEGER NOT NULL,
    covers_end_basis      TEXT NOT NULL,
    year                  INTEGER NOT NULL,
    evaluation_kind       TEXT NOT NULL,
    evaluation_low        INTEGER,
    evaluation_high       INTEGER,
    evaluation_nominal    INTEGER,
    override              TEXT NOT NULL,
    note                  TEXT NOT NULL,
    day_year              INTEGER NOT NULL,
    start_earliest        INTEGER NOT NULL,
    start_latest          INTEGER NOT NULL,
    start_basis           TEXT NOT NULL,
    end_earliest          INTEGER NOT NULL,
    end_latest            INTEGER NOT NULL,
    end_basis             TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_award_by_subject ON reg_award (subject);
CREATE INDEX reg_award_by_envelope ON reg_award (envelope);
CREATE INDEX reg_award_by_allocation ON reg_award (allocation);
CREATE INDEX reg_award_by_funder ON reg_award (funder);
CREATE INDEX reg_award_by_recipient ON reg_award (recipient);
CREATE INDEX reg_award_by_identifier ON reg_award (identifier);
CREATE INDEX reg_award_by_the_year ON reg_award (subject) WHERE per <> 'whole-period';
CREATE UNIQUE INDEX reg_award_by_removed ON reg_award (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_adjustment (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    type           TEXT NOT NULL,
    amount_kind    TEXT NOT NULL,
    amount_low     INTEGER,
    amount_high    INTEGER,
    amount_nominal INTEGER,
    reason         TEXT NOT NULL,
    note           TEXT NOT NULL,
    day_year       INTEGER NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_adjustment_by_subject ON reg_adjustment (subject);
CREATE UNIQUE INDEX reg_adjustment_by_removed ON reg_adjustment (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_instalment (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    award          INTEGER NOT NULL REFERENCES reg_entity (id),
    number         INTEGER NOT NULL,
    amount_kind    TEXT NOT NULL,
    amount_low     INTEGER,
    amount_high    INTEGER,
    amount_nominal INTEGER,
    due_earliest   INTEGER NOT NULL,
    due_latest     INTEGER NOT NULL,
    due_basis      TEXT NOT NULL,
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_instalment_by_subject ON reg_instalment (subject);
CREATE INDEX reg_instalment_by_award ON reg_instalment (award);
CREATE UNIQUE INDEX reg_instalment_by_removed ON reg_instalment (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_gate (
    added             INTEGER NOT NULL PRIMARY KEY,
    removed           INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact              INTEGER NOT NULL,
    subject           INTEGER NOT NULL REFERENCES reg_entity (id),
    condition         INTEGER REFERENCES reg_entity (id),
    text              TEXT NOT NULL,
    expected_earliest INTEGER NOT NULL,
    expected_latest   INTEGER NOT NULL,
    expected_basis    TEXT NOT NULL,
    note              TEXT NOT NULL,
    start_earliest    INTEGER NOT NULL,
    start_latest      INTEGER NOT NULL,
    start_basis       TEXT NOT NULL,
    end_earliest      INTEGER NOT NULL,
    end_latest        INTEGER NOT NULL,
    end_basis         TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_gate_by_subject ON reg_gate (subject);
CREATE INDEX reg_gate_by_condition ON reg_gate (condition);
CREATE UNIQUE INDEX reg_gate_by_removed ON reg_gate (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_transfer (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    through        INTEGER REFERENCES reg_entity (id),
    from_award     INTEGER REFERENCES reg_entity (id),
    from_envelope  INTEGER REFERENCES reg_entity (id),
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_transfer_by_subject ON reg_transfer (subject);
CREATE INDEX reg_transfer_by_through ON reg_transfer (through);
CREATE INDEX reg_transfer_by_from_award ON reg_transfer (from_award);
CREATE INDEX reg_transfer_by_from_envelope ON reg_transfer (from_envelope);
CREATE UNIQUE INDEX reg_transfer_by_removed ON reg_transfer (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_payment (
    added            INTEGER NOT NULL PRIMARY KEY,
    removed          INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact             INTEGER NOT NULL,
    subject          INTEGER NOT NULL REFERENCES reg_entity (id),
    instalment       INTEGER REFERENCES reg_entity (id),
    payee            INTEGER REFERENCES reg_entity (id),
    amount_kind      TEXT NOT NULL,
    amount_low       INTEGER,
    amount_high      INTEGER,
    amount_nominal   INTEGER,
    vat              TEXT NOT NULL,
    accrued_earliest INTEGER NOT NULL,
    accrued_latest   INTEGER NOT NULL,
    accrued_basis    TEXT NOT NULL,
    reference        TEXT NOT NULL,
    note             TEXT NOT NULL,
    year             INTEGER NOT NULL,
    day_year         INTEGER NOT NULL,
    start_earliest   INTEGER NOT NULL,
    start_latest     INTEGER NOT NULL,
    start_basis      TEXT NOT NULL,
    end_earliest     INTEGER NOT NULL,
    end_latest       INTEGER NOT NULL,
    end_basis        TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_payment_by_subject ON reg_payment (subject);
CREATE INDEX reg_payment_by_instalment ON reg_payment (instalment);
CREATE INDEX reg_payment_by_payee ON reg_payment (payee);
CREATE INDEX reg_payment_by_award_in_force ON reg_payment (subject, year, vat, payee, amount_kind, amount_low, start_latest, start_earliest, day_year, amount_high, amount_nominal) WHERE removed = 9223372036854775807;
CREATE UNIQUE INDEX reg_payment_by_removed ON reg_payment (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_refund (
    added            INTEGER NOT NULL PRIMARY KEY,
    removed          INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact             INTEGER NOT NULL,
    subject          INTEGER NOT NULL REFERENCES reg_entity (id),
    type             TEXT NOT NULL,
    amount_kind      TEXT NOT NULL,
    amount_low       INTEGER,
    amount_high      INTEGER,
    amount_nominal   INTEGER,
    vat              TEXT NOT NULL,
    accrued_earliest INTEGER NOT NULL,
    accrued_latest   INTEGER NOT NULL,
    accrued_basis    TEXT NOT NULL,
    reason           TEXT NOT NULL,
    reference        TEXT NOT NULL,
    note             TEXT NOT NULL,
    year             INTEGER NOT NULL,
    day_year         INTEGER NOT NULL,
    start_earliest   INTEGER NOT NULL,
    start_latest     INTEGER NOT NULL,
    start_basis      TEXT NOT NULL,
    end_earliest     INTEGER NOT NULL,
    end_latest       INTEGER NOT NULL,
    end_basis        TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_refund_by_subject ON reg_refund (subject);
CREATE UNIQUE INDEX reg_refund_by_removed ON reg_refund (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_spend (
    added            INTEGER NOT NULL PRIMARY KEY,
    removed          INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact             INTEGER NOT NULL,
    subject          INTEGER NOT NULL REFERENCES reg_entity (id),
    award            INTEGER REFERENCES reg_entity (id),
    stream           TEXT NOT NULL,
    focus_area       TEXT NOT NULL,
    purpose          TEXT NOT NULL,
    amount_kind      TEXT NOT NULL,
    amount_low       INTEGER,
    amount_high      INTEGER,
    amount_nominal   INTEGER,
    vat              TEXT NOT NULL,
    accrued_earliest INTEGER NOT NULL,
    accrued_latest   INTEGER NOT NULL,
    accrued_basis    TEXT NOT NULL,
    reference        TEXT NOT NULL,
    note             TEXT NOT NULL,
    year             INTEGER NOT NULL,
    day_year         INTEGER NOT NULL,
    start_earliest   INTEGER NOT NULL,
    start_latest     INTEGER NOT NULL,
    start_basis      TEXT NOT NULL,
    end_earliest     INTEGER NOT NULL,
    end_latest       INTEGER NOT NULL,
    end_basis        TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_spend_by_subject ON reg_spend (subject);
CREATE INDEX reg_spend_by_award ON reg_spend (award);
CREATE UNIQUE INDEX reg_spend_by_removed ON reg_spend (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_year_end (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    award          INTEGER REFERENCES reg_entity (id),
    type           TEXT NOT NULL,
    year           INTEGER NOT NULL,
    into_year      INTEGER NOT NULL,
    amount_kind    TEXT NOT NULL,
    amount_low     INTEGER,
    amount_high    INTEGER,
    amount_nominal INTEGER,
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_year_end_by_subject ON reg_year_end (subject);
CREATE INDEX reg_year_end_by_award ON reg_year_end (award);
CREATE UNIQUE INDEX reg_year_end_by_removed ON reg_year_end (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_holding (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    for_body       INTEGER REFERENCES reg_entity (id),
    stream         TEXT NOT NULL,
    purpose        TEXT NOT NULL,
    amount_kind    TEXT NOT NULL,
    amount_low     INTEGER,
    amount_high    INTEGER,
    amount_nominal INTEGER,
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_holding_by_subject ON reg_holding (subject);
CREATE INDEX reg_holding_by_for_body ON reg_holding (for_body);
CREATE UNIQUE INDEX reg_holding_by_removed ON reg_holding (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_income (
    added                 INTEGER NOT NULL PRIMARY KEY,
    removed               INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact                  INTEGER NOT NULL,
    subject               INTEGER NOT NULL REFERENCES reg_entity (id),
    from_body             INTEGER REFERENCES reg_entity (id),
    kind                  TEXT NOT NULL,
    whole                 INTEGER NOT NULL,
    title                 TEXT NOT NULL,
    stream                TEXT NOT NULL,
    award                 INTEGER REFERENCES reg_entity (id),
    matching              TEXT NOT NULL,
    amount_kind           TEXT NOT NULL,
    amount_low            INTEGER,
    amount_high           INTEGER,
    amount_nominal        INTEGER,
    per                   TEXT NOT NULL,
    vat                   TEXT NOT NULL,
    basis                 TEXT NOT NULL,
    covers_start_earliest INTEGER NOT NULL,
    covers_start_latest   INTEGER NOT NULL,
    covers_start_basis    TEXT NOT NULL,
    covers_end_earliest   INTEGER NOT NULL,
    covers_end_latest     INTEGER NOT NULL,
    covers_end_basis      TEXT NOT NULL,
    year                  INTEGER NOT NULL,
    note                  TEXT NOT NULL,
    start_earliest        INTEGER NOT NULL,
    start_latest          INTEGER NOT NULL,
    start_basis           TEXT NOT NULL,
    end_earliest          INTEGER NOT NULL,
    end_latest            INTEGER NOT NULL,
    end_basis             TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_income_by_subject ON reg_income (subject);
CREATE INDEX reg_income_by_from_body ON reg_income (from_body);
CREATE INDEX reg_income_by_award ON reg_income (award);
CREATE UNIQUE INDEX reg_income_by_removed ON reg_income (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_leverage (
    added                 INTEGER NOT NULL PRIMARY KEY,
    removed               INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact                  INTEGER NOT NULL,
    subject               INTEGER NOT NULL REFERENCES reg_entity (id),
    type                  TEXT NOT NULL,
    source                INTEGER REFERENCES reg_entity (id),
    title                 TEXT NOT NULL,
    stream                TEXT NOT NULL,
    amount_kind           TEXT NOT NULL,
    amount_low            INTEGER,
    amount_high           INTEGER,
    amount_nominal        INTEGER,
    per                   TEXT NOT NULL,
    vat                   TEXT NOT NULL,
    basis                 TEXT NOT NULL,
    covers_start_earliest INTEGER NOT NULL,
    covers_start_latest   INTEGER NOT NULL,
    covers_start_basis    TEXT NOT NULL,
    covers_end_earliest   INTEGER NOT NULL,
    covers_end_latest     INTEGER NOT NULL,
    covers_end_basis      TEXT NOT NULL,
    year                  INTEGER NOT NULL,
    evidence              TEXT NOT NULL,
    note                  TEXT NOT NULL,
    start_earliest        INTEGER NOT NULL,
    start_latest          INTEGER NOT NULL,
    start_basis           TEXT NOT NULL,
    end_earliest          INTEGER NOT NULL,
    end_latest            INTEGER NOT NULL,
    end_basis             TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_leverage_by_subject ON reg_leverage (subject);
CREATE INDEX reg_leverage_by_source ON reg_leverage (source);
CREATE UNIQUE INDEX reg_leverage_by_removed ON reg_leverage (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_forecast (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    version        INTEGER NOT NULL,
    line           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    stream         TEXT NOT NULL,
    purpose        TEXT NOT NULL,
    due_earliest   INTEGER NOT NULL,
    due_latest     INTEGER NOT NULL,
    due_basis      TEXT NOT NULL,
    amount_kind    TEXT NOT NULL,
    amount_low     INTEGER,
    amount_high    INTEGER,
    amount_nominal INTEGER,
    vat            TEXT NOT NULL,
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_forecast_by_subject ON reg_forecast (subject);
CREATE UNIQUE INDEX reg_forecast_by_removed ON reg_forecast (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_period_lock (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    through        INTEGER NOT NULL,
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_period_lock_by_subject ON reg_period_lock (subject);
CREATE UNIQUE INDEX reg_period_lock_by_removed ON reg_period_lock (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_issued_report (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    title          TEXT NOT NULL,
    question       TEXT NOT NULL,
    definition     TEXT NOT NULL,
    on_day         INTEGER NOT NULL,
    act            INTEGER NOT NULL,
    published_by   INTEGER NOT NULL,
    issuer         INTEGER REFERENCES reg_entity (id),
    content        TEXT NOT NULL,
    digest         TEXT NOT NULL,
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_issued_report_by_subject ON reg_issued_report (subject);
CREATE INDEX reg_issued_report_by_issuer ON reg_issued_report (issuer);
CREATE UNIQUE INDEX reg_issued_report_by_removed ON reg_issued_report (removed) WHERE removed < 9223372036854775807;
