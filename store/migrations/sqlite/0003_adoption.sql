-- Adoption: innovations, the programmes that spread them, who could adopt and who did, what
-- was published and measured, and peer groups. The words of adoption events are numbers, their
-- places in closed lists; mark is what an event contributes to a count.

CREATE TABLE reg_innovation (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    name           TEXT NOT NULL,
    type           TEXT NOT NULL,
    originator     INTEGER REFERENCES reg_entity (id),
    summary        TEXT NOT NULL,
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

CREATE INDEX reg_innovation_by_subject ON reg_innovation (subject);
CREATE INDEX reg_innovation_by_originator ON reg_innovation (originator);
CREATE UNIQUE INDEX reg_innovation_by_removed ON reg_innovation (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_supply (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    supplier       INTEGER NOT NULL REFERENCES reg_entity (id),
    product        TEXT NOT NULL,
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

CREATE INDEX reg_supply_by_subject ON reg_supply (subject);
CREATE INDEX reg_supply_by_supplier ON reg_supply (supplier);
CREATE UNIQUE INDEX reg_supply_by_removed ON reg_supply (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_innovation_category (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    category       TEXT NOT NULL,
    care_setting   TEXT NOT NULL,
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

CREATE INDEX reg_innovation_category_by_subject ON reg_innovation_category (subject);
CREATE UNIQUE INDEX reg_innovation_category_by_removed ON reg_innovation_category (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_readiness (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    type           TEXT NOT NULL,
    outcome        TEXT NOT NULL,
    issuer         INTEGER REFERENCES reg_entity (id),
    reference      TEXT NOT NULL,
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

CREATE INDEX reg_readiness_by_subject ON reg_readiness (subject);
CREATE INDEX reg_readiness_by_issuer ON reg_readiness (issuer);
CREATE UNIQUE INDEX reg_readiness_by_removed ON reg_readiness (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_notice (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    type           TEXT NOT NULL,
    issuer         INTEGER REFERENCES reg_entity (id),
    supplier       INTEGER REFERENCES reg_entity (id),
    text           TEXT NOT NULL,
    reference      TEXT NOT NULL,
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

CREATE INDEX reg_notice_by_subject ON reg_notice (subject);
CREATE INDEX reg_notice_by_issuer ON reg_notice (issuer);
CREATE INDEX reg_notice_by_supplier ON reg_notice (supplier);
CREATE UNIQUE INDEX reg_notice_by_removed ON reg_notice (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_programme (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    name           TEXT NOT NULL,
    type           TEXT NOT NULL,
    commissioner   INTEGER REFERENCES reg_entity (id),
    lead_body      INTEGER REFERENCES reg_entity (id),
    status         TEXT NOT NULL,
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

CREATE INDEX reg_programme_by_subject ON reg_programme (subject);
CREATE INDEX reg_programme_by_commissioner ON reg_programme (commissioner);
CREATE INDEX reg_programme_by_lead_body ON reg_programme (lead_body);
CREATE UNIQUE INDEX reg_programme_by_removed ON reg_programme (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_programme_phase (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    number         INTEGER NOT NULL,
    name           TEXT NOT NULL,
    aim            TEXT NOT NULL,
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

CREATE INDEX reg_programme_phase_by_subject ON reg_programme_phase (subject);
CREATE UNIQUE INDEX reg_programme_phase_by_removed ON reg_programme_phase (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_programme_innovation (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    innovation     INTEGER NOT NULL REFERENCES reg_entity (id),
    phase          INTEGER NOT NULL,
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

CREATE INDEX reg_programme_innovation_by_subject ON reg_programme_innovation (subject);
CREATE INDEX reg_programme_innovation_by_innovation ON reg_programme_innovation (innovation);
CREATE UNIQUE INDEX reg_programme_innovation_by_removed ON reg_programme_innovation (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_mandate (
    added              INTEGER NOT NULL PRIMARY KEY,
    removed            INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact               INTEGER NOT NULL,
    subject            INTEGER NOT NULL REFERENCES reg_entity (id),
    innovation         INTEGER REFERENCES reg_entity (id),
    owner              INTEGER REFERENCES reg_entity (id),
    force              TEXT NOT NULL,
    year               INTEGER NOT NULL,
    criteria           TEXT NOT NULL,
    comply_by_earliest INTEGER NOT NULL,
    comply_by_latest   INTEGER NOT NULL,
    comply_by_basis    TEXT NOT NULL,
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

CREATE INDEX reg_mandate_by_subject ON reg_mandate (subject);
CREATE INDEX reg_mandate_by_innovation ON reg_mandate (innovation);
CREATE INDEX reg_mandate_by_owner ON reg_mandate (owner);
CREATE UNIQUE INDEX reg_mandate_by_removed ON reg_mandate (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_eligibility (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    organisation   INTEGER REFERENCES reg_entity (id),
    kind           TEXT NOT NULL,
    role           TEXT NOT NULL,
    within_body    INTEGER REFERENCES reg_entity (id),
    excluded       INTEGER NOT NULL,
    programme      INTEGER REFERENCES reg_entity (id),
    phase          INTEGER NOT NULL,
    reason         TEXT NOT NULL,
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

CREATE INDEX reg_eligibility_by_subject ON reg_eligibility (subject);
CREATE INDEX reg_eligibility_by_organisation ON reg_eligibility (organisation);
CREATE INDEX reg_eligibility_by_within_body ON reg_eligibility (within_body);
CREATE INDEX reg_eligibility_by_programme ON reg_eligibility (programme);
CREATE UNIQUE INDEX reg_eligibility_by_removed ON reg_eligibility (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_adoption (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    organisation   INTEGER NOT NULL REFERENCES reg_entity (id),
    step           INTEGER NOT NULL,
    stage          INTEGER NOT NULL,
    grade          INTEGER NOT NULL,
    extent_low     INTEGER NOT NULL,
    extent_high    INTEGER NOT NULL,
    reason         INTEGER NOT NULL,
    planned        INTEGER NOT NULL,
    restated       INTEGER NOT NULL,
    source         INTEGER REFERENCES reg_entity (id),
    note           TEXT NOT NULL,
    mark           INTEGER NOT NULL,
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

-- The events of an innovation, and of an organisation, lie together and are read without
-- the table: counts touch these alone.
CREATE INDEX reg_adoption_by_subject ON reg_adoption (subject, organisation, start_earliest, start_latest, mark, added, removed);
CREATE INDEX reg_adoption_by_organisation ON reg_adoption (organisation, subject, start_earliest, start_latest, mark, added, removed);
CREATE INDEX reg_adoption_by_source ON reg_adoption (source) WHERE source IS NOT NULL;
CREATE UNIQUE INDEX reg_adoption_by_removed ON reg_adoption (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_adoption_decision (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    organisation   INTEGER NOT NULL REFERENCES reg_entity (id),
    for_body       INTEGER REFERENCES reg_entity (id),
    programme      INTEGER REFERENCES reg_entity (id),
    outcome        TEXT NOT NULL,
    priority       TEXT NOT NULL,
    evidence       TEXT NOT NULL,
    affordable     TEXT NOT NULL,
    fit            TEXT NOT NULL,
    blocker        TEXT NOT NULL,
    reason         TEXT NOT NULL,
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

CREATE INDEX reg_adoption_decision_by_subject ON reg_adoption_decision (subject);
CREATE INDEX reg_adoption_decision_by_organisation ON reg_adoption_decision (organisation);
CREATE INDEX reg_adoption_decision_by_for_body ON reg_adoption_decision (for_body);
CREATE INDEX reg_adoption_decision_by_programme ON reg_adoption_decision (programme);
CREATE UNIQUE INDEX reg_adoption_decision_by_removed ON reg_adoption_decision (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_observation (
    added                 INTEGER NOT NULL PRIMARY KEY,
    removed               INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact                  INTEGER NOT NULL,
    subject               INTEGER NOT NULL REFERENCES reg_entity (id),
    innovation            INTEGER NOT NULL REFERENCES reg_entity (id),
    programme             INTEGER REFERENCES reg_entity (id),
    type                  TEXT NOT NULL,
    scope                 TEXT NOT NULL,
    body                  INTEGER REFERENCES reg_entity (id),
    bodies                INTEGER NOT NULL,
    place                 TEXT NOT NULL,
    measure               TEXT NOT NULL,
    quantity_value        INTEGER,
    quantity_low          INTEGER,
    quantity_high         INTEGER,
    quantity_scale        INTEGER NOT NULL,
    unit                  TEXT NOT NULL,
    qualifier             TEXT NOT NULL,
    cumulative            TEXT NOT NULL,
    covers_start_earliest INTEGER NOT NULL,
    covers_start_latest   INTEGER NOT NULL,
    covers_start_basis    TEXT NOT NULL,
    covers_end_earliest   INTEGER NOT NULL,
    covers_end_latest     INTEGER NOT NULL,
    covers_end_basis      TEXT NOT NULL,
    day_of                TEXT NOT NULL,
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

CREATE INDEX reg_observation_by_subject ON reg_observation (subject);
CREATE INDEX reg_observation_by_innovation ON reg_observation (innovation);
CREATE INDEX reg_observation_by_programme ON reg_observation (programme);
CREATE INDEX reg_observation_by_body ON reg_observation (body);
CREATE UNIQUE INDEX reg_observation_by_removed ON reg_observation (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_observation_body (
    added        INTEGER NOT NULL PRIMARY KEY,
    removed      INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact         INTEGER NOT NULL,
    subject      INTEGER NOT NULL REFERENCES reg_entity (id),
    organisation INTEGER NOT NULL REFERENCES reg_entity (id),
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_observation_body_by_subject ON reg_observation_body (subject);
CREATE INDEX reg_observation_body_by_organisation ON reg_observation_body (organisation);
CREATE UNIQUE INDEX reg_observation_body_by_removed ON reg_observation_body (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_uptake (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    organisation   INTEGER NOT NULL REFERENCES reg_entity (id),
    measure        TEXT NOT NULL,
    count_value    INTEGER,
    count_low      INTEGER,
    count_high     INTEGER,
    count_scale    INTEGER NOT NULL,
    per_value      INTEGER,
    per_low        INTEGER,
    per_high       INTEGER,
    per_scale      INTEGER NOT NULL,
    unit           TEXT NOT NULL,
    restated       INTEGER NOT NULL,
    source         INTEGER REFERENCES reg_entity (id),
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_uptake_by_subject ON reg_uptake (subject, measure, start_earliest, organisation);
CREATE INDEX reg_uptake_by_organisation ON reg_uptake (organisation, subject);
CREATE INDEX reg_uptake_by_source ON reg_uptake (source) WHERE source IS NOT NULL;
CREATE UNIQUE INDEX reg_uptake_by_removed ON reg_uptake (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_peer_group (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    name           TEXT NOT NULL,
    owner          INTEGER REFERENCES reg_entity (id),
    basis          TEXT NOT NULL,
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

CREATE INDEX reg_peer_group_by_subject ON reg_peer_group (subject);
CREATE INDEX reg_peer_group_by_owner ON reg_peer_group (owner);
CREATE UNIQUE INDEX reg_peer_group_by_removed ON reg_peer_group (removed) WHERE removed < 9223372036854775807;

CREATE TABLE reg_peer (
    added          INTEGER NOT NULL PRIMARY KEY,
    removed        INTEGER NOT NULL DEFAULT 9223372036854775807,
    fact           INTEGER NOT NULL,
    subject        INTEGER NOT NULL REFERENCES reg_entity (id),
    organisation   INTEGER NOT NULL REFERENCES reg_entity (id),
    start_earliest INTEGER NOT NULL,
    start_latest   INTEGER NOT NULL,
    start_basis    TEXT NOT NULL,
    end_earliest   INTEGER NOT NULL,
    end_latest     INTEGER NOT NULL,
    end_basis      TEXT NOT NULL,
    UNIQUE (fact, removed),
    CHECK (added < removed)
) STRICT;

CREATE INDEX reg_peer_by_subject ON reg_peer (subject);
CREATE INDEX reg_peer_by_organisation ON reg_peer (organisation);
CREATE UNIQUE INDEX reg_peer_by_removed ON reg_peer (removed) WHERE removed < 9223372036854775807;

-- How many organisations first came to use an innovation in a month, by evidence of at least a
-- grade: certainly (possible 0: by the latest day on which it may have been) or possibly (1: by
-- the earliest). Innovation 0 is all of them together. Months count from January of the year 1
-- = 0. Kept in step with the events in force, for questions about what is known now.
CREATE TABLE reg_adoption_month (
    innovation INTEGER NOT NULL,
    grade      INTEGER NOT NULL,
    possible   INTEGER NOT NULL,
    month      INTEGER NOT NULL,
    adopters   INTEGER NOT NULL,
    PRIMARY KEY (innovation, grade, possible, month)
) STRICT;
