-- The first schema. Rows of facts are never overwritten: added and removed are the
-- numbers of the changes that added and that removed a row, and a row in force has
-- removed = 9223372036854775807. Days count from 0001-01-01 = 1; an open end is 9999-12-31.

CREATE TABLE reg_meta (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

-- One row: the last act and the last change. Writers lock it first.
CREATE TABLE reg_head (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    act    BIGINT NOT NULL,
    change BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    digest BYTEA NOT NULL
);

-- An entity is never removed. Its id is the number of the change that founded it;
-- version is the last act that touched it.
CREATE TABLE reg_entity (
    id      BIGINT NOT NULL PRIMARY KEY,
    kind    TEXT COLLATE "C" NOT NULL,
    key     TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (kind, key)
);

CREATE TABLE reg_act (
    number          BIGINT NOT NULL PRIMARY KEY,
    at              BIGINT NOT NULL,
    actor           BIGINT NOT NULL REFERENCES reg_entity (id),
    reason          TEXT COLLATE "C" NOT NULL,
    idempotency_key TEXT COLLATE "C",
    request_digest  BYTEA,
    first_change    BIGINT NOT NULL,
    last_change     BIGINT NOT NULL,
    digest          BYTEA NOT NULL,
    UNIQUE (actor, idempotency_key)
);

CREATE UNIQUE INDEX reg_act_by_at ON reg_act (at);
CREATE UNIQUE INDEX reg_act_by_last_change ON reg_act (last_change);

CREATE TABLE reg_act_source (
    act      BIGINT NOT NULL REFERENCES reg_act (number),
    position BIGINT NOT NULL,
    source   BIGINT NOT NULL REFERENCES reg_entity (id),
    locator  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (act, position)
);

CREATE INDEX reg_act_source_by_source ON reg_act_source (source);

CREATE TABLE reg_existence (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    aspect         TEXT COLLATE "C" NOT NULL,
    kind           TEXT COLLATE "C" NOT NULL,
    legal_form     TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_existence_by_subject ON reg_existence (subject);
CREATE INDEX reg_existence_by_kind ON reg_existence (kind);
CREATE UNIQUE INDEX reg_existence_by_removed ON reg_existence (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_name (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    name           TEXT COLLATE "C" NOT NULL,
    kind           TEXT COLLATE "C" NOT NULL,
    note           TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    folded         TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_name_by_subject ON reg_name (subject);
CREATE UNIQUE INDEX reg_name_by_removed ON reg_name (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_identifier (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    scheme         TEXT COLLATE "C" NOT NULL,
    value          TEXT COLLATE "C" NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_identifier_by_subject ON reg_identifier (subject);
CREATE INDEX reg_identifier_by_scheme ON reg_identifier (scheme, value);
CREATE UNIQUE INDEX reg_identifier_by_removed ON reg_identifier (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_role (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    role           TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_role_by_subject ON reg_role (subject);
CREATE INDEX reg_role_by_role ON reg_role (role);
CREATE UNIQUE INDEX reg_role_by_removed ON reg_role (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_relation (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    type           TEXT COLLATE "C" NOT NULL,
    target         BIGINT NOT NULL REFERENCES reg_entity (id),
    sector         TEXT COLLATE "C" NOT NULL,
    weight         BIGINT NOT NULL,
    evidence       TEXT COLLATE "C" NOT NULL,
    extent         TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_relation_by_subject ON reg_relation (subject);
CREATE INDEX reg_relation_by_target ON reg_relation (target);
CREATE UNIQUE INDEX reg_relation_by_removed ON reg_relation (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_area (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    kind           TEXT COLLATE "C" NOT NULL,
    name           TEXT COLLATE "C" NOT NULL,
    code           TEXT COLLATE "C" NOT NULL,
    evidence       TEXT COLLATE "C" NOT NULL,
    extent         TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_area_by_subject ON reg_area (subject);
CREATE UNIQUE INDEX reg_area_by_removed ON reg_area (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_population (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    nominal        BIGINT NOT NULL,
    low            BIGINT NOT NULL,
    high           BIGINT NOT NULL,
    qualifier      TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_population_by_subject ON reg_population (subject);
CREATE UNIQUE INDEX reg_population_by_removed ON reg_population (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_succession (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    successor      BIGINT REFERENCES reg_entity (id),
    type           TEXT COLLATE "C" NOT NULL,
    part           TEXT COLLATE "C" NOT NULL,
    moved          BIGINT NOT NULL,
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

CREATE INDEX reg_succession_by_subject ON reg_succession (subject);
CREATE INDEX reg_succession_by_successor ON reg_succession (successor);
CREATE UNIQUE INDEX reg_succession_by_removed ON reg_succession (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_post (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    title          TEXT COLLATE "C" NOT NULL,
    holder         BIGINT REFERENCES reg_entity (id),
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

CREATE INDEX reg_post_by_subject ON reg_post (subject);
CREATE INDEX reg_post_by_holder ON reg_post (holder);
CREATE UNIQUE INDEX reg_post_by_removed ON reg_post (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_person (
    added      BIGINT NOT NULL PRIMARY KEY,
    removed    BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact       BIGINT NOT NULL,
    subject    BIGINT NOT NULL REFERENCES reg_entity (id),
    commitment BYTEA NOT NULL,
    salt       BYTEA,
    name       TEXT COLLATE "C",
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_person_by_subject ON reg_person (subject);
CREATE UNIQUE INDEX reg_person_by_removed ON reg_person (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_licence_round (
    added              BIGINT NOT NULL PRIMARY KEY,
    removed            BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact               BIGINT NOT NULL,
    subject            BIGINT NOT NULL REFERENCES reg_entity (id),
    number             BIGINT NOT NULL,
    title              TEXT COLLATE "C" NOT NULL,
    term_years         BIGINT NOT NULL,
    notice_days        BIGINT NOT NULL,
    graded             BIGINT NOT NULL,
    focus_areas        TEXT COLLATE "C" NOT NULL,
    announced_earliest BIGINT NOT NULL,
    announced_latest   BIGINT NOT NULL,
    announced_basis    TEXT COLLATE "C" NOT NULL,
    note               TEXT COLLATE "C" NOT NULL,
    start_earliest     BIGINT NOT NULL,
    start_latest       BIGINT NOT NULL,
    start_basis        TEXT COLLATE "C" NOT NULL,
    end_earliest       BIGINT NOT NULL,
    end_latest         BIGINT NOT NULL,
    end_basis          TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_licence_round_by_subject ON reg_licence_round (subject);
CREATE UNIQUE INDEX reg_licence_round_by_removed ON reg_licence_round (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_count_claim (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    grade          TEXT COLLATE "C" NOT NULL,
    number         BIGINT NOT NULL,
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

CREATE INDEX reg_count_claim_by_subject ON reg_count_claim (subject);
CREATE UNIQUE INDEX reg_count_claim_by_removed ON reg_count_claim (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_licence (
    added              BIGINT NOT NULL PRIMARY KEY,
    removed            BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact               BIGINT NOT NULL,
    subject            BIGINT NOT NULL REFERENCES reg_entity (id),
    holder             BIGINT NOT NULL REFERENCES reg_entity (id),
    round              BIGINT NOT NULL REFERENCES reg_entity (id),
    announced_earliest BIGINT NOT NULL,
    announced_latest   BIGINT NOT NULL,
    announced_basis    TEXT COLLATE "C" NOT NULL,
    note               TEXT COLLATE "C" NOT NULL,
    start_earliest     BIGINT NOT NULL,
    start_latest       BIGINT NOT NULL,
    start_basis        TEXT COLLATE "C" NOT NULL,
    end_earliest       BIGINT NOT NULL,
    end_latest         BIGINT NOT NULL,
    end_basis          TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_licence_by_subject ON reg_licence (subject);
CREATE INDEX reg_licence_by_holder ON reg_licence (holder);
CREATE INDEX reg_licence_by_round ON reg_licence (round);
CREATE UNIQUE INDEX reg_licence_by_removed ON reg_licence (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_stream (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    licensor       BIGINT NOT NULL REFERENCES reg_entity (id),
    commission     TEXT COLLATE "C" NOT NULL,
    value_kind     TEXT COLLATE "C" NOT NULL,
    value_low      BIGINT,
    value_high     BIGINT,
    value_nominal  BIGINT,
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

CREATE INDEX reg_stream_by_subject ON reg_stream (subject);
CREATE INDEX reg_stream_by_licensor ON reg_stream (licensor);
CREATE UNIQUE INDEX reg_stream_by_removed ON reg_stream (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_contracting_body (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    party          BIGINT NOT NULL REFERENCES reg_entity (id),
    body           BIGINT NOT NULL REFERENCES reg_entity (id),
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

CREATE INDEX reg_contracting_body_by_subject ON reg_contracting_body (subject);
CREATE INDEX reg_contracting_body_by_party ON reg_contracting_body (party);
CREATE INDEX reg_contracting_body_by_body ON reg_contracting_body (body);
CREATE UNIQUE INDEX reg_contracting_body_by_removed ON reg_contracting_body (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_condition (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    licence        BIGINT REFERENCES reg_entity (id),
    round          BIGINT REFERENCES reg_entity (id),
    unnamed        BIGINT NOT NULL,
    text           TEXT COLLATE "C" NOT NULL,
    due_earliest   BIGINT NOT NULL,
    due_latest     BIGINT NOT NULL,
    due_basis      TEXT COLLATE "C" NOT NULL,
    outcome        TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_condition_by_subject ON reg_condition (subject);
CREATE INDEX reg_condition_by_licence ON reg_condition (licence);
CREATE INDEX reg_condition_by_round ON reg_condition (round);
CREATE UNIQUE INDEX reg_condition_by_removed ON reg_condition (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_provision (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    licence        BIGINT REFERENCES reg_entity (id),
    round          BIGINT REFERENCES reg_entity (id),
    type           TEXT COLLATE "C" NOT NULL,
    text           TEXT COLLATE "C" NOT NULL,
    exerciser      BIGINT REFERENCES reg_entity (id),
    due_earliest   BIGINT NOT NULL,
    due_latest     BIGINT NOT NULL,
    due_basis      TEXT COLLATE "C" NOT NULL,
    outcome        TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_provision_by_subject ON reg_provision (subject);
CREATE INDEX reg_provision_by_licence ON reg_provision (licence);
CREATE INDEX reg_provision_by_round ON reg_provision (round);
CREATE INDEX reg_provision_by_exerciser ON reg_provision (exerciser);
CREATE UNIQUE INDEX reg_provision_by_removed ON reg_provision (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_decision (
    added           BIGINT NOT NULL PRIMARY KEY,
    removed         BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact            BIGINT NOT NULL,
    subject         BIGINT NOT NULL REFERENCES reg_entity (id),
    type            TEXT COLLATE "C" NOT NULL,
    decided_by      BIGINT NOT NULL REFERENCES reg_entity (id),
    condition       BIGINT REFERENCES reg_entity (id),
    provision       BIGINT REFERENCES reg_entity (id),
    grade           TEXT COLLATE "C" NOT NULL,
    until           BIGINT NOT NULL,
    successor       BIGINT REFERENCES reg_entity (id),
    drop_conditions BIGINT NOT NULL,
    note            TEXT COLLATE "C" NOT NULL,
    start_earliest  BIGINT NOT NULL,
    start_latest    BIGINT NOT NULL,
    start_basis     TEXT COLLATE "C" NOT NULL,
    end_earliest    BIGINT NOT NULL,
    end_latest      BIGINT NOT NULL,
    end_basis       TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_decision_by_subject ON reg_decision (subject);
CREATE INDEX reg_decision_by_decided_by ON reg_decision (decided_by);
CREATE INDEX reg_decision_by_condition ON reg_decision (condition);
CREATE INDEX reg_decision_by_provision ON reg_decision (provision);
CREATE INDEX reg_decision_by_successor ON reg_decision (successor);
CREATE UNIQUE INDEX reg_decision_by_removed ON reg_decision (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_claim (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    topic          TEXT COLLATE "C" NOT NULL,
    field          TEXT COLLATE "C" NOT NULL,
    value          TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_claim_by_subject ON reg_claim (subject);
CREATE INDEX reg_claim_by_topic ON reg_claim (topic);
CREATE UNIQUE INDEX reg_claim_by_removed ON reg_claim (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_source (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    title          TEXT COLLATE "C" NOT NULL,
    publisher      TEXT COLLATE "C" NOT NULL,
    url            TEXT COLLATE "C" NOT NULL,
    kind           TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_source_by_subject ON reg_source (subject);
CREATE UNIQUE INDEX reg_source_by_removed ON reg_source (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_term (
    added   BIGINT NOT NULL PRIMARY KEY,
    removed BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact    BIGINT NOT NULL,
    subject BIGINT NOT NULL REFERENCES reg_entity (id),
    scheme  TEXT COLLATE "C" NOT NULL,
    code    TEXT COLLATE "C" NOT NULL,
    label   TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_term_by_subject ON reg_term (subject);
CREATE INDEX reg_term_by_scheme ON reg_term (scheme, code);
CREATE UNIQUE INDEX reg_term_by_removed ON reg_term (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_citation (
    added   BIGINT NOT NULL PRIMARY KEY,
    removed BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact    BIGINT NOT NULL,
    subject BIGINT NOT NULL REFERENCES reg_entity (id),
    source  BIGINT NOT NULL REFERENCES reg_entity (id),
    locator TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, source, locator, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_citation_by_subject ON reg_citation (subject);
CREATE INDEX reg_citation_by_source ON reg_citation (source);
CREATE UNIQUE INDEX reg_citation_by_removed ON reg_citation (removed) WHERE removed < 9223372036854775807;
