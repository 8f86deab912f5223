-- Adoption: innovations, the programmes that spread them, who could adopt and who did, what
-- was published and measured, and peer groups. The words of adoption events are numbers, their
-- places in closed lists; mark is what an event contributes to a count.

CREATE TABLE reg_innovation (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    name           TEXT COLLATE "C" NOT NULL,
    type           TEXT COLLATE "C" NOT NULL,
    originator     BIGINT REFERENCES reg_entity (id),
    summary        TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_innovation_by_subject ON reg_innovation (subject);
CREATE INDEX reg_innovation_by_originator ON reg_innovation (originator);
CREATE UNIQUE INDEX reg_innovation_by_removed ON reg_innovation (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_supply (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    supplier       BIGINT NOT NULL REFERENCES reg_entity (id),
    product        TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_supply_by_subject ON reg_supply (subject);
CREATE INDEX reg_supply_by_supplier ON reg_supply (supplier);
CREATE UNIQUE INDEX reg_supply_by_removed ON reg_supply (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_innovation_category (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    category       TEXT COLLATE "C" NOT NULL,
    care_setting   TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_innovation_category_by_subject ON reg_innovation_category (subject);
CREATE UNIQUE INDEX reg_innovation_category_by_removed ON reg_innovation_category (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_readiness (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    type           TEXT COLLATE "C" NOT NULL,
    outcome        TEXT COLLATE "C" NOT NULL,
    issuer         BIGINT REFERENCES reg_entity (id),
    reference      TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_readiness_by_subject ON reg_readiness (subject);
CREATE INDEX reg_readiness_by_issuer ON reg_readiness (issuer);
CREATE UNIQUE INDEX reg_readiness_by_removed ON reg_readiness (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_notice (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    type           TEXT COLLATE "C" NOT NULL,
    issuer         BIGINT REFERENCES reg_entity (id),
    supplier       BIGINT REFERENCES reg_entity (id),
    text           TEXT COLLATE "C" NOT NULL,
    reference      TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_notice_by_subject ON reg_notice (subject);
CREATE INDEX reg_notice_by_issuer ON reg_notice (issuer);
CREATE INDEX reg_notice_by_supplier ON reg_notice (supplier);
CREATE UNIQUE INDEX reg_notice_by_removed ON reg_notice (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_programme (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    name           TEXT COLLATE "C" NOT NULL,
    type           TEXT COLLATE "C" NOT NULL,
    commissioner   BIGINT REFERENCES reg_entity (id),
    lead_body      BIGINT REFERENCES reg_entity (id),
    status         TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_programme_by_subject ON reg_programme (subject);
CREATE INDEX reg_programme_by_commissioner ON reg_programme (commissioner);
CREATE INDEX reg_programme_by_lead_body ON reg_programme (lead_body);
CREATE UNIQUE INDEX reg_programme_by_removed ON reg_programme (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_programme_phase (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    number         BIGINT NOT NULL,
    name           TEXT COLLATE "C" NOT NULL,
    aim            TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_programme_phase_by_subject ON reg_programme_phase (subject);
CREATE UNIQUE INDEX reg_programme_phase_by_removed ON reg_programme_phase (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_programme_innovation (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    innovation     BIGINT NOT NULL REFERENCES reg_entity (id),
    phase          BIGINT NOT NULL,
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

CREATE INDEX reg_programme_innovation_by_subject ON reg_programme_innovation (subject);
CREATE INDEX reg_programme_innovation_by_innovation ON reg_programme_innovation (innovation);
CREATE UNIQUE INDEX reg_programme_innovation_by_removed ON reg_programme_innovation (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_mandate (
    added              BIGINT NOT NULL PRIMARY KEY,
    removed            BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact               BIGINT NOT NULL,
    subject            BIGINT NOT NULL REFERENCES reg_entity (id),
    innovation         BIGINT REFERENCES reg_entity (id),
    owner              BIGINT REFERENCES reg_entity (id),
    force              TEXT COLLATE "C" NOT NULL,
    year               BIGINT NOT NULL,
    criteria           TEXT COLLATE "C" NOT NULL,
    comply_by_earliest BIGINT NOT NULL,
    comply_by_latest   BIGINT NOT NULL,
    comply_by_basis    TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_mandate_by_subject ON reg_mandate (subject);
CREATE INDEX reg_mandate_by_innovation ON reg_mandate (innovation);
CREATE INDEX reg_mandate_by_owner ON reg_mandate (owner);
CREATE UNIQUE INDEX reg_mandate_by_removed ON reg_mandate (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_eligibility (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    organisation   BIGINT REFERENCES reg_entity (id),
    kind           TEXT COLLATE "C" NOT NULL,
    role           TEXT COLLATE "C" NOT NULL,
    within_body    BIGINT REFERENCES reg_entity (id),
    excluded       BIGINT NOT NULL,
    programme      BIGINT REFERENCES reg_entity (id),
    phase          BIGINT NOT NULL,
    reason         TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_eligibility_by_subject ON reg_eligibility (subject);
CREATE INDEX reg_eligibility_by_organisation ON reg_eligibility (organisation);
CREATE INDEX reg_eligibility_by_within_body ON reg_eligibility (within_body);
CREATE INDEX reg_eligibility_by_programme ON reg_eligibility (programme);
CREATE UNIQUE INDEX reg_eligibility_by_removed ON reg_eligibility (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_adoption (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    organisation   BIGINT NOT NULL REFERENCES reg_entity (id),
    step           BIGINT NOT NULL,
    stage          BIGINT NOT NULL,
    grade          BIGINT NOT NULL,
    extent_low     BIGINT NOT NULL,
    extent_high    BIGINT NOT NULL,
    reason         BIGINT NOT NULL,
    planned        BIGINT NOT NULL,
    restated       BIGINT NOT NULL,
    source         BIGINT REFERENCES reg_entity (id),
    note           TEXT COLLATE "C" NOT NULL,
    mark           BIGINT NOT NULL,
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

-- The events of an innovation, and of an organisation, lie together and are read without
-- the table: counts touch these alone.
CREATE INDEX reg_adoption_by_subject ON reg_adoption (subject, organisation, start_earliest, start_latest, mark, added, removed);
CREATE INDEX reg_adoption_by_organisation ON reg_adoption (organisation, subject, start_earliest, start_latest, mark, added, removed);
CREATE INDEX reg_adoption_by_source ON reg_adoption (source) WHERE source IS NOT NULL;
CREATE UNIQUE INDEX reg_adoption_by_removed ON reg_adoption (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_adoption_decision (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    organisation   BIGINT NOT NULL REFERENCES reg_entity (id),
    for_body       BIGINT REFERENCES reg_entity (id),
    programme      BIGINT REFERENCES reg_entity (id),
    outcome        TEXT COLLATE "C" NOT NULL,
    priority       TEXT COLLATE "C" NOT NULL,
    evidence       TEXT COLLATE "C" NOT NULL,
    affordable     TEXT COLLATE "C" NOT NULL,
    fit            TEXT COLLATE "C" NOT NULL,
    blocker        TEXT COLLATE "C" NOT NULL,
    reason         TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_adoption_decision_by_subject ON reg_adoption_decision (subject);
CREATE INDEX reg_adoption_decision_by_organisation ON reg_adoption_decision (organisation);
CREATE INDEX reg_adoption_decision_by_for_body ON reg_adoption_decision (for_body);
CREATE INDEX reg_adoption_decision_by_programme ON reg_adoption_decision (programme);
CREATE UNIQUE INDEX reg_adoption_decision_by_removed ON reg_adoption_decision (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_observation (
    added                 BIGINT NOT NULL PRIMARY KEY,
    removed               BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact                  BIGINT NOT NULL,
    subject               BIGINT NOT NULL REFERENCES reg_entity (id),
    innovation            BIGINT NOT NULL REFERENCES reg_entity (id),
    programme             BIGINT REFERENCES reg_entity (id),
    type                  TEXT COLLATE "C" NOT NULL,
    scope                 TEXT COLLATE "C" NOT NULL,
    body                  BIGINT REFERENCES reg_entity (id),
    bodies                BIGINT NOT NULL,
    place                 TEXT COLLATE "C" NOT NULL,
    measure               TEXT COLLATE "C" NOT NULL,
    quantity_value        BIGINT,
    quantity_low          BIGINT,
    quantity_high         BIGINT,
    quantity_scale        BIGINT NOT NULL,
    unit                  TEXT COLLATE "C" NOT NULL,
    qualifier             TEXT COLLATE "C" NOT NULL,
    cumulative            TEXT COLLATE "C" NOT NULL,
    covers_start_earliest BIGINT NOT NULL,
    covers_start_latest   BIGINT NOT NULL,
    covers_start_basis    TEXT COLLATE "C" NOT NULL,
    covers_end_earliest   BIGINT NOT NULL,
    covers_end_latest     BIGINT NOT NULL,
    covers_end_basis      TEXT COLLATE "C" NOT NULL,
    day_of                TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_observation_by_subject ON reg_observation (subject);
CREATE INDEX reg_observation_by_innovation ON reg_observation (innovation);
CREATE INDEX reg_observation_by_programme ON reg_observation (programme);
CREATE INDEX reg_observation_by_body ON reg_observation (body);
CREATE UNIQUE INDEX reg_observation_by_removed ON reg_observation (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_observation_body (
    added        BIGINT NOT NULL PRIMARY KEY,
    removed      BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact         BIGINT NOT NULL,
    subject      BIGINT NOT NULL REFERENCES reg_entity (id),
    organisation BIGINT NOT NULL REFERENCES reg_entity (id),
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_observation_body_by_subject ON reg_observation_body (subject);
CREATE INDEX reg_observation_body_by_organisation ON reg_observation_body (organisation);
CREATE UNIQUE INDEX reg_observation_body_by_removed ON reg_observation_body (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_uptake (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    organisation   BIGINT NOT NULL REFERENCES reg_entity (id),
    measure        TEXT COLLATE "C" NOT NULL,
    count_value    BIGINT,
    count_low      BIGINT,
    count_high     BIGINT,
    count_scale    BIGINT NOT NULL,
    per_value      BIGINT,
    per_low        BIGINT,
    per_high       BIGINT,
    per_scale      BIGINT NOT NULL,
    unit           TEXT COLLATE "C" NOT NULL,
    restated       BIGINT NOT NULL,
    source         BIGINT REFERENCES reg_entity (id),
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_uptake_by_subject ON reg_uptake (subject, measure, start_earliest, organisation);
CREATE INDEX reg_uptake_by_organisation ON reg_uptake (organisation, subject);
CREATE INDEX reg_uptake_by_source ON reg_uptake (source) WHERE source IS NOT NULL;
CREATE UNIQUE INDEX reg_uptake_by_removed ON reg_uptake (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_peer_group (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    name           TEXT COLLATE "C" NOT NULL,
    owner          BIGINT REFERENCES reg_entity (id),
    basis          TEXT COLLATE "C" NOT NULL,
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

CREATE INDEX reg_peer_group_by_subject ON reg_peer_group (subject);
CREATE INDEX reg_peer_group_by_owner ON reg_peer_group (owner);
CREATE UNIQUE INDEX reg_peer_group_by_removed ON reg_peer_group (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_peer (
    added          BIGINT NOT NULL PRIMARY KEY,
    removed        BIGINT NOT NULL DEFAULT 9223372036854775807,
    fact           BIGINT NOT NULL,
    subject        BIGINT NOT NULL REFERENCES reg_entity (id),
    organisation   BIGINT NOT NULL REFERENCES reg_entity (id),
    start_earliest BIGINT NOT NULL,
    start_latest   BIGINT NOT NULL,
    start_basis    TEXT COLLATE "C" NOT NULL,
    end_earliest   BIGINT NOT NULL,
    end_latest     BIGINT NOT NULL,
    end_basis      TEXT COLLATE "C" NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
);

CREATE INDEX reg_peer_by_subject ON reg_peer (subject);
CREATE INDEX reg_peer_by_organisation ON reg_peer (organisation);
CREATE UNIQUE INDEX reg_peer_by_removed ON reg_peer (removed) WHERE removed < 9223372036854775807;

-- How many organisations first came to use an innovation in a month, by evidence of at least a
-- grade: certainly (possible 0: by the latest day on which it may have been) or possibly (1: by
-- the earliest). Innovation 0 is all of them together. Months count from January of the year 1
-- = 0. Kept in step with the events in force, for questions about what is known now.
CREATE TABLE reg_adoption_month (
    innovation BIGINT NOT NULL,
    grade      BIGINT NOT NULL,
    possible   BIGINT NOT NULL,
    month      BIGINT NOT NULL,
    adopters   BIGINT NOT NULL,
    PRIMARY KEY (innovation, grade, possible, month)
);
