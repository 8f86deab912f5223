-- The first schema. Rows of facts are never overwritten: added and removed are the
-- numbers of the changes that added and that removed a row, and a row in force has
-- removed = 9223372036854775807. Days count from 0001-01-01 = 1; an open end is 9999-12-31.

CREATE TABLE reg_meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- One row: the last act and the last change. Writers lock it first.
CREATE TABLE reg_head (
    id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    act    INTEGER NOT NULL,
    change INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT;

-- An entity is never removed. Its id is the number of the change that founded it;
-- version is the last act that touched it.
CREATE TABLE reg_entity (
    id      INTEGER NOT NULL PRIMARY KEY,
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (kind, key)
) STRICT;

CREATE TABLE reg_act (
    number          INTEGER NOT NULL PRIMARY KEY,
    at              INTEGER NOT NULL,
    actor           INTEGER NOT NULL REFERENCES reg_entity (id),
    reason          TEXT NOT NULL,
    idempotency_key TEXT,
    request_digest  BLOB,
    first_change    INTEGER NOT NULL,
    last_change     INTEGER NOT NULL,
    digest          BLOB NOT NULL,
    UNIQUE (actor, idempotency_key)
) STRICT;

CREATE UNIQUE INDEX reg_act_by_at ON reg_act (at);
CREATE UNIQUE INDEX reg_act_by_last_change ON reg_act (last_change);

CREATE TABLE reg_act_source (
    act      INTEGER NOT NULL REFERENCES reg_act (number),
    position INTEGER NOT NULL,
    source   INTEGER NOT NULL REFERENCES reg_entity (id),
    locator  TEXT NOT NULL,
    PRIMARY KEY (act, position)
) STRICT;

CREATE INDEX reg_act_source_by_source ON reg_act_source (source);

CREATE TABLE reg_existence (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    aspect         TEXT NOT NULL,
    kind           TEXT NOT NULL,
    legal_form     TEXT NOT NULL,
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

CREATE INDEX reg_existence_by_subject ON reg_existence (subject);
CREATE INDEX reg_existence_by_kind ON reg_existence (kind);
CREATE UNIQUE INDEX reg_existence_by_removed ON reg_existence (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_name (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    name           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    note           TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    folded         TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_name_by_subject ON reg_name (subject);
CREATE UNIQUE INDEX reg_name_by_removed ON reg_name (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_identifier (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    scheme         TEXT NOT NULL,
    value          TEXT NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_identifier_by_subject ON reg_identifier (subject);
CREATE INDEX reg_identifier_by_scheme ON reg_identifier (scheme, value);
CREATE UNIQUE INDEX reg_identifier_by_removed ON reg_identifier (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_role (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    role           TEXT NOT NULL,
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

CREATE INDEX reg_role_by_subject ON reg_role (subject);
CREATE INDEX reg_role_by_role ON reg_role (role);
CREATE UNIQUE INDEX reg_role_by_removed ON reg_role (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_relation (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    type           TEXT NOT NULL,
    target         INTEGER NOT NULL REFERENCES reg_entity (id),
    sector         TEXT NOT NULL,
    weight         INTEGER NOT NULL,
    evidence       TEXT NOT NULL,
    extent         TEXT NOT NULL,
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

CREATE INDEX reg_relation_by_subject ON reg_relation (subject);
CREATE INDEX reg_relation_by_target ON reg_relation (target);
CREATE UNIQUE INDEX reg_relation_by_removed ON reg_relation (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_area (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    kind           TEXT NOT NULL,
    name           TEXT NOT NULL,
    code           TEXT NOT NULL,
    evidence       TEXT NOT NULL,
    extent         TEXT NOT NULL,
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

CREATE INDEX reg_area_by_subject ON reg_area (subject);
CREATE UNIQUE INDEX reg_area_by_removed ON reg_area (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_population (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    nominal        INTEGER NOT NULL,
    low            INTEGER NOT NULL,
    high           INTEGER NOT NULL,
    qualifier      TEXT NOT NULL,
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

CREATE INDEX reg_population_by_subject ON reg_population (subject);
CREATE UNIQUE INDEX reg_population_by_removed ON reg_population (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_succession (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    successor      INTEGER REFERENCES reg_entity (id),
    type           TEXT NOT NULL,
    part           TEXT NOT NULL,
    moved          INTEGER NOT NULL,
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

CREATE INDEX reg_succession_by_subject ON reg_succession (subject);
CREATE INDEX reg_succession_by_successor ON reg_succession (successor);
CREATE UNIQUE INDEX reg_succession_by_removed ON reg_succession (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_post (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    title          TEXT NOT NULL,
    holder         INTEGER REFERENCES reg_entity (id),
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

CREATE INDEX reg_post_by_subject ON reg_post (subject);
CREATE INDEX reg_post_by_holder ON reg_post (holder);
CREATE UNIQUE INDEX reg_post_by_removed ON reg_post (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_person (
    added      INTEGER NOT NULL PRIMARY KEY,
    removed    INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact       INTEGER NOT NULL,
    subject    INTEGER NOT NULL REFERENCES reg_entity (id),
    commitment BLOB NOT NULL,
    salt       BLOB,
    name       TEXT,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_person_by_subject ON reg_person (subject);
CREATE UNIQUE INDEX reg_person_by_removed ON reg_person (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_licence_round (
    added              INTEGER NOT NULL PRIMARY KEY,
    removed            INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact               INTEGER NOT NULL,
    subject            INTEGER NOT NULL REFERENCES reg_entity (id),
    number             INTEGER NOT NULL,
    title              TEXT NOT NULL,
    term_years         INTEGER NOT NULL,
    notice_days        INTEGER NOT NULL,
    graded             INTEGER NOT NULL,
    focus_areas        TEXT NOT NULL,
    announced_earliest INTEGER NOT NULL,
    announced_latest   INTEGER NOT NULL,
    announced_basis    TEXT NOT NULL,
    note               TEXT NOT NULL,
    start_earliest     INTEGER NOT NULL,
    start_latest       INTEGER NOT NULL,
    start_basis        TEXT NOT NULL,
    end_earliest       INTEGER NOT NULL,
    end_latest         INTEGER NOT NULL,
    end_basis          TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_licence_round_by_subject ON reg_licence_round (subject);
CREATE UNIQUE INDEX reg_licence_round_by_removed ON reg_licence_round (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_count_claim (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    grade          TEXT NOT NULL,
    number         INTEGER NOT NULL,
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

CREATE INDEX reg_count_claim_by_subject ON reg_count_claim (subject);
CREATE UNIQUE INDEX reg_count_claim_by_removed ON reg_count_claim (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_licence (
    added              INTEGER NOT NULL PRIMARY KEY,
    removed            INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact               INTEGER NOT NULL,
    subject            INTEGER NOT NULL REFERENCES reg_entity (id),
    holder             INTEGER NOT NULL REFERENCES reg_entity (id),
    round              INTEGER NOT NULL REFERENCES reg_entity (id),
    announced_earliest INTEGER NOT NULL,
    announced_latest   INTEGER NOT NULL,
    announced_basis    TEXT NOT NULL,
    note               TEXT NOT NULL,
    start_earliest     INTEGER NOT NULL,
    start_latest       INTEGER NOT NULL,
    start_basis        TEXT NOT NULL,
    end_earliest       INTEGER NOT NULL,
    end_latest         INTEGER NOT NULL,
    end_basis          TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_licence_by_subject ON reg_licence (subject);
CREATE INDEX reg_licence_by_holder ON reg_licence (holder);
CREATE INDEX reg_licence_by_round ON reg_licence (round);
CREATE UNIQUE INDEX reg_licence_by_removed ON reg_licence (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_stream (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    licensor       INTEGER NOT NULL REFERENCES reg_entity (id),
    commission     TEXT NOT NULL,
    value_kind     TEXT NOT NULL,
    value_low      INTEGER,
    value_high     INTEGER,
    value_nominal  INTEGER,
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

CREATE INDEX reg_stream_by_subject ON reg_stream (subject);
CREATE INDEX reg_stream_by_licensor ON reg_stream (licensor);
CREATE UNIQUE INDEX reg_stream_by_removed ON reg_stream (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_contracting_body (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    party          INTEGER NOT NULL REFERENCES reg_entity (id),
    body           INTEGER NOT NULL REFERENCES reg_entity (id),
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

CREATE INDEX reg_contracting_body_by_subject ON reg_contracting_body (subject);
CREATE INDEX reg_contracting_body_by_party ON reg_contracting_body (party);
CREATE INDEX reg_contracting_body_by_body ON reg_contracting_body (body);
CREATE UNIQUE INDEX reg_contracting_body_by_removed ON reg_contracting_body (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_condition (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    licence        INTEGER REFERENCES reg_entity (id),
    round          INTEGER REFERENCES reg_entity (id),
    unnamed        INTEGER NOT NULL,
    text           TEXT NOT NULL,
    due_earliest   INTEGER NOT NULL,
    due_latest     INTEGER NOT NULL,
    due_basis      TEXT NOT NULL,
    outcome        TEXT NOT NULL,
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

CREATE INDEX reg_condition_by_subject ON reg_condition (subject);
CREATE INDEX reg_condition_by_licence ON reg_condition (licence);
CREATE INDEX reg_condition_by_round ON reg_condition (round);
CREATE UNIQUE INDEX reg_condition_by_removed ON reg_condition (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_provision (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    licence        INTEGER REFERENCES reg_entity (id),
    round          INTEGER REFERENCES reg_entity (id),
    type           TEXT NOT NULL,
    text           TEXT NOT NULL,
    exerciser      INTEGER REFERENCES reg_entity (id),
    due_earliest   INTEGER NOT NULL,
    due_latest     INTEGER NOT NULL,
    due_basis      TEXT NOT NULL,
    outcome        TEXT NOT NULL,
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

CREATE INDEX reg_provision_by_subject ON reg_provision (subject);
CREATE INDEX reg_provision_by_licence ON reg_provision (licence);
CREATE INDEX reg_provision_by_round ON reg_provision (round);
CREATE INDEX reg_provision_by_exerciser ON reg_provision (exerciser);
CREATE UNIQUE INDEX reg_provision_by_removed ON reg_provision (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_decision (
    added           INTEGER NOT NULL PRIMARY KEY,
    removed         INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact            INTEGER NOT NULL,
    subject         INTEGER NOT NULL REFERENCES reg_entity (id),
    type            TEXT NOT NULL,
    decided_by      INTEGER NOT NULL REFERENCES reg_entity (id),
    condition       INTEGER REFERENCES reg_entity (id),
    provision       INTEGER REFERENCES reg_entity (id),
    grade           TEXT NOT NULL,
    until           INTEGER NOT NULL,
    successor       INTEGER REFERENCES reg_entity (id),
    drop_conditions INTEGER NOT NULL,
    note            TEXT NOT NULL,
    start_earliest  INTEGER NOT NULL,
    start_latest    INTEGER NOT NULL,
    start_basis     TEXT NOT NULL,
    end_earliest    INTEGER NOT NULL,
    end_latest      INTEGER NOT NULL,
    end_basis       TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_decision_by_subject ON reg_decision (subject);
CREATE INDEX reg_decision_by_decided_by ON reg_decision (decided_by);
CREATE INDEX reg_decision_by_condition ON reg_decision (condition);
CREATE INDEX reg_decision_by_provision ON reg_decision (provision);
CREATE INDEX reg_decision_by_successor ON reg_decision (successor);
CREATE UNIQUE INDEX reg_decision_by_removed ON reg_decision (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_claim (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    topic          TEXT NOT NULL,
    field          TEXT NOT NULL,
    value          TEXT NOT NULL,
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

CREATE INDEX reg_claim_by_subject ON reg_claim (subject);
CREATE INDEX reg_claim_by_topic ON reg_claim (topic);
CREATE UNIQUE INDEX reg_claim_by_removed ON reg_claim (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_source (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    title          TEXT NOT NULL,
    publisher      TEXT NOT NULL,
    url            TEXT NOT NULL,
    kind           TEXT NOT NULL,
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

CREATE INDEX reg_source_by_subject ON reg_source (subject);
CREATE UNIQUE INDEX reg_source_by_removed ON reg_source (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_term (
    added   INTEGER NOT NULL PRIMARY KEY,
    removed INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact    INTEGER NOT NULL,
    subject INTEGER NOT NULL REFERENCES reg_entity (id),
    scheme  TEXT NOT NULL,
    code    TEXT NOT NULL,
    label   TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_term_by_subject ON reg_term (subject);
CREATE INDEX reg_term_by_scheme ON reg_term (scheme, code);
CREATE UNIQUE INDEX reg_term_by_removed ON reg_term (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_citation (
    added   INTEGER NOT NULL PRIMARY KEY,
    removed INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact    INTEGER NOT NULL,
    subject INTEGER NOT NULL REFERENCES reg_entity (id),
    source  INTEGER NOT NULL REFERENCES reg_entity (id),
    locator TEXT NOT NULL,
    UNIQUE (fact, source, locator, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_citation_by_subject ON reg_citation (subject);
CREATE INDEX reg_citation_by_source ON reg_citation (source);
CREATE UNIQUE INDEX reg_citation_by_removed ON reg_citation (removed) WHERE removed < 9223372036854775807;
