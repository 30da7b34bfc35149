-- Quota Ledger, version 1, for PostgreSQL 14 or newer.
--
-- Ids compare byte by byte.
-- Times are UTC to the microsecond. Amounts count a meter's smallest unit: the views at the end show them as decimals.
-- There are no foreign keys: all rows of an account are written under a lock of its row, and a key would take another
-- lock for each of them.

CREATE TABLE IF NOT EXISTS quota_schema_version (
    version integer NOT NULL,
    created_at timestamp(6) with time zone NOT NULL,
    PRIMARY KEY (version)
);

-- stamp is another number after every change of anything of the account: what a node remembers of it is true as long as
-- it has the stamp that it had then.
CREATE TABLE IF NOT EXISTS quota_account (
    id varchar(200) COLLATE "C" NOT NULL,
    parent_id varchar(200) COLLATE "C",
    policy varchar(100) COLLATE "C",
    disabled boolean NOT NULL,
    expires_at timestamp(6) with time zone,
    version bigint NOT NULL,
    created_at timestamp(6) with time zone NOT NULL,
    deleted_at timestamp(6) with time zone,
    suspended_since timestamp(6) with time zone,
    suspended_until timestamp(6) with time zone,
    suspended_by varchar(100) COLLATE "C",
    policy_since timestamp(6) with time zone NOT NULL,
    stamp bigint DEFAULT 0 NOT NULL,
    PRIMARY KEY (id)
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS quota_account_parent ON quota_account (parent_id);
CREATE INDEX IF NOT EXISTS quota_account_policy ON quota_account (policy);
CREATE INDEX IF NOT EXISTS quota_account_suspended ON quota_account (suspended_until) WHERE suspended_until IS NOT NULL;

CREATE TABLE IF NOT EXISTS quota_policy (
    name varchar(100) COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    changed_at timestamp(6) with time zone NOT NULL,
    PRIMARY KEY (name)
);

-- The limits of policies (owner_kind POLICY, owner is its name) and of accounts of their own (ACCOUNT, its id).
CREATE TABLE IF NOT EXISTS quota_limit (
    owner_kind varchar(10) COLLATE "C" NOT NULL,
    owner varchar(200) COLLATE "C" NOT NULL,
    name varchar(100) COLLATE "C" NOT NULL,
    ordinal integer NOT NULL,
    meter varchar(50) COLLATE "C" NOT NULL,
    scale integer NOT NULL,
    amount bigint NOT NULL,
    window_text varchar(200) COLLATE "C" NOT NULL,
    boundary varchar(20) COLLATE "C" NOT NULL,
    charge_time varchar(20) COLLATE "C" NOT NULL,
    on_excess varchar(20) COLLATE "C" NOT NULL,
    on_expiry varchar(20) COLLATE "C" NOT NULL,
    on_exhaustion varchar(40) COLLATE "C" NOT NULL,
    overflow_to varchar(200) COLLATE "C",
    alert_debounce_micros bigint NOT NULL,
    counts_since timestamp(6) with time zone NOT NULL,
    PRIMARY KEY (owner_kind, owner, name)
);
CREATE INDEX IF NOT EXISTS quota_limit_overflow ON quota_limit (overflow_to) WHERE overflow_to IS NOT NULL;

-- When a limit of an account was last reset: what was reserved before does not count for it.
CREATE TABLE IF NOT EXISTS quota_reset (
    account_id varchar(200) COLLATE "C" NOT NULL,
    limit_name varchar(100) COLLATE "C" NOT NULL,
    reset_at timestamp(6) with time zone NOT NULL,
    PRIMARY KEY (account_id, limit_name)
);

-- Where a limit alerts: at percent of its amount, or at units of its meter.
CREATE TABLE IF NOT EXISTS quota_threshold (
    owner_kind varchar(10) COLLATE "C" NOT NULL,
    owner varchar(200) COLLATE "C" NOT NULL,
    limit_name varchar(100) COLLATE "C" NOT NULL,
    ordinal integer NOT NULL,
    percent integer,
    units bigint,
    severity varchar(20) COLLATE "C" NOT NULL,
    recipients varchar(4200) COLLATE "C" NOT NULL,
    PRIMARY KEY (owner_kind, owner, limit_name, ordinal)
);

-- One row for each limit and span of its window. open_until is when steps need not look at the row any more: it counts
-- no more and holds nothing. While it holds something it is the end of time, so that one range of one index finds all.
-- debounced are thresholds that were crossed and have not alerted because the limit had just done so at debounced_by:
-- the first change after the interval publishes them.
CREATE TABLE IF NOT EXISTS quota_usage (
    account_id varchar(200) COLLATE "C" NOT NULL,
    limit_name varchar(100) COLLATE "C" NOT NULL,
    window_start timestamp(6) with time zone NOT NULL,
    window_end timestamp(6) with time zone NOT NULL,
    window_text varchar(200) COLLATE "C" NOT NULL,
    meter varchar(50) COLLATE "C" NOT NULL,
    scale integer NOT NULL,
    used bigint NOT NULL CHECK (used >= 0),
    held bigint NOT NULL CHECK (held >= 0),
    peak bigint NOT NULL,
    debounced varchar(2000) COLLATE "C",
    debounced_by timestamp(6) with time zone,
    earliest_expiry timestamp(6) with time zone,
    open_until timestamp(6) with time zone NOT NULL,
    updated_at timestamp(6) with time zone NOT NULL,
    PRIMARY KEY (account_id, limit_name, window_start, window_end)
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS quota_usage_open ON quota_usage (account_id, open_until);

-- Reservations and direct charges (operation RESERVE or CHARGE). account_id is who was asked, charged_id who is charged:
-- another where a limit overflowed. chain_length counts charged_id and its parents.
CREATE TABLE IF NOT EXISTS quota_reservation (
    id varchar(200) COLLATE "C" NOT NULL,
    operation varchar(20) COLLATE "C" NOT NULL,
    account_id varchar(200) COLLATE "C" NOT NULL,
    charged_id varchar(200) COLLATE "C" NOT NULL,
    chain_length integer NOT NULL,
    mode varchar(20) COLLATE "C" NOT NULL,
    time_to_live_micros bigint NOT NULL,
    tags varchar(8200) COLLATE "C" NOT NULL,
    unbilled_reason varchar(50) COLLATE "C",
    observed_code varchar(50) COLLATE "C",
    reserved_at timestamp(6) with time zone NOT NULL,
    expires_at timestamp(6) with time zone NOT NULL,
    status varchar(20) COLLATE "C" NOT NULL,
    ended_at timestamp(6) with time zone,
    late boolean NOT NULL,
    PRIMARY KEY (id)
) WITH (fillfactor = 80);
CREATE INDEX IF NOT EXISTS quota_reservation_held ON quota_reservation (expires_at) WHERE status = 'HELD';
CREATE INDEX IF NOT EXISTS quota_reservation_ended ON quota_reservation (ended_at) WHERE ended_at IS NOT NULL;

-- The parents that a reservation is charged to beside the account charged, nearest first from ordinal 1; as they were then.
CREATE TABLE IF NOT EXISTS quota_reservation_parent (
    reservation_id varchar(200) COLLATE "C" NOT NULL,
    ordinal integer NOT NULL,
    account_id varchar(200) COLLATE "C" NOT NULL,
    PRIMARY KEY (reservation_id, ordinal)
);

-- What a reservation asked for, holds, reported, cost, was charged and got back of each meter. progress is null until
-- it is marked started; cost and charged are null until it is settled, and cost stays null if it is not billed.
CREATE TABLE IF NOT EXISTS quota_reservation_charge (
    reservation_id varchar(200) COLLATE "C" NOT NULL,
    meter varchar(50) COLLATE "C" NOT NULL,
    scale integer NOT NULL,
    requested bigint NOT NULL,
    held bigint NOT NULL,
    progress bigint,
    cost bigint,
    charged bigint,
    refunded bigint NOT NULL,
    PRIMARY KEY (reservation_id, meter)
) WITH (fillfactor = 80);

-- What a reservation sets aside on each account of its chain; gone when it is settled or released.
CREATE TABLE IF NOT EXISTS quota_hold (
    reservation_id varchar(200) COLLATE "C" NOT NULL,
    account_id varchar(200) COLLATE "C" NOT NULL,
    depth integer NOT NULL,
    meter varchar(50) COLLATE "C" NOT NULL,
    scale integer NOT NULL,
    units bigint NOT NULL CHECK (units >= 0),
    due bigint NOT NULL,
    reserved_at timestamp(6) with time zone NOT NULL,
    expires_at timestamp(6) with time zone NOT NULL,
    expired boolean NOT NULL,
    PRIMARY KEY (reservation_id, account_id, meter)
);
CREATE INDEX IF NOT EXISTS quota_hold_live ON quota_hold (account_id, meter, expires_at) WHERE NOT expired;
CREATE INDEX IF NOT EXISTS quota_hold_due ON quota_hold (account_id, expires_at) WHERE due > 0 AND NOT expired;

CREATE TABLE IF NOT EXISTS quota_refund (
    id varchar(200) COLLATE "C" NOT NULL,
    reservation_id varchar(200) COLLATE "C" NOT NULL,
    refunded_at timestamp(6) with time zone NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS quota_refund_refunded ON quota_refund (refunded_at);

-- units is what the refund gave back, null of a meter it did not name; total is what all refunds so far gave back.
CREATE TABLE IF NOT EXISTS quota_refund_charge (
    refund_id varchar(200) COLLATE "C" NOT NULL,
    meter varchar(50) COLLATE "C" NOT NULL,
    scale integer NOT NULL,
    units bigint,
    total bigint NOT NULL,
    PRIMARY KEY (refund_id, meter)
);

-- Every change of used: the truth. Rows are never changed. depth is 0 on the account charged, 1 and more on its
-- parents. times is 1, 0 in the rows of further meters of the same, -1 where a charge is taken back. So the rows of depth 0
-- hold every unit once, and the sum of their times each request.
CREATE TABLE IF NOT EXISTS quota_journal (
    seq bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    kind varchar(20) COLLATE "C" NOT NULL,
    reservation_id varchar(200) COLLATE "C" NOT NULL,
    operation_id varchar(200) COLLATE "C" NOT NULL,
    account_id varchar(200) COLLATE "C" NOT NULL,
    origin_id varchar(200) COLLATE "C" NOT NULL,
    depth integer NOT NULL,
    times bigint NOT NULL,
    meter varchar(50) COLLATE "C",
    scale integer,
    units bigint NOT NULL,
    excess bigint NOT NULL,
    reserved_at timestamp(6) with time zone NOT NULL,
    settled_at timestamp(6) with time zone NOT NULL,
    recorded_at timestamp(6) with time zone NOT NULL,
    late boolean NOT NULL,
    reason varchar(200) COLLATE "C",
    tags varchar(8200) COLLATE "C" NOT NULL,
    PRIMARY KEY (seq)
);
CREATE INDEX IF NOT EXISTS quota_journal_account ON quota_journal (account_id, reserved_at);

-- What happened: thresholds crossed, limits exhausted, reserves refused, accounts suspended and resumed, limits reset and
-- changed, holds expired; each written with what it tells of. Columns that a kind has no use for are null. From attempts
-- on they say how far its delivery has come: until it was delivered it is due at next_attempt_at, for the next node that
-- asks; claimed_by is the node that has it in hand until then. attempts counts those that came to something.
CREATE TABLE IF NOT EXISTS quota_event (
    seq bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    id varchar(36) COLLATE "C" NOT NULL,
    kind varchar(20) COLLATE "C" NOT NULL,
    account_id varchar(200) COLLATE "C",
    policy varchar(100) COLLATE "C",
    limit_name varchar(100) COLLATE "C",
    window_start timestamp(6) with time zone,
    window_end timestamp(6) with time zone,
    threshold varchar(100) COLLATE "C",
    severity varchar(20) COLLATE "C",
    recipients varchar(4200) COLLATE "C",
    cause varchar(20) COLLATE "C",
    code varchar(50) COLLATE "C",
    meter varchar(50) COLLATE "C",
    scale integer,
    used bigint,
    amount_before bigint,
    amount bigint,
    refusals bigint,
    reservation_id varchar(200) COLLATE "C",
    suspended_until timestamp(6) with time zone,
    happened_at timestamp(6) with time zone NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at timestamp(6) with time zone NOT NULL,
    claimed_by varchar(200) COLLATE "C",
    delivered_at timestamp(6) with time zone,
    last_error varchar(1000) COLLATE "C",
    PRIMARY KEY (seq)
);
CREATE INDEX IF NOT EXISTS quota_event_limit ON quota_event (account_id, limit_name, happened_at);
CREATE INDEX IF NOT EXISTS quota_event_due ON quota_event (seq) WHERE delivered_at IS NULL;
CREATE INDEX IF NOT EXISTS quota_event_happened ON quota_event (happened_at);

-- What people changed: who, when, which account or policy, and how it was defined before and after, as JSON. Rows are
-- written with the change and are never changed nor dropped.
CREATE TABLE IF NOT EXISTS quota_change (
    seq bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    changed_at timestamp(6) with time zone NOT NULL,
    actor varchar(200) COLLATE "C",
    kind varchar(20) COLLATE "C" NOT NULL,
    account_id varchar(200) COLLATE "C",
    policy varchar(100) COLLATE "C",
    version bigint NOT NULL,
    definition_before text,
    definition_after text,
    operation_id varchar(200) COLLATE "C",
    note varchar(5200) COLLATE "C",
    PRIMARY KEY (seq)
);
CREATE INDEX IF NOT EXISTS quota_change_account ON quota_change (account_id, seq) WHERE account_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS quota_change_policy ON quota_change (policy, seq) WHERE policy IS NOT NULL;
CREATE INDEX IF NOT EXISTS quota_change_operation ON quota_change (operation_id) WHERE operation_id IS NOT NULL;

CREATE OR REPLACE VIEW quota_usage_decimal AS
SELECT account_id, limit_name, window_start, window_end, meter,
       CAST(CAST(used AS numeric(31, 12)) * CAST('1E-' || scale AS numeric(13, 12)) AS numeric(31, 12)) AS used,
       CAST(CAST(held AS numeric(31, 12)) * CAST('1E-' || scale AS numeric(13, 12)) AS numeric(31, 12)) AS held,
       updated_at
FROM quota_usage;

CREATE OR REPLACE VIEW quota_journal_decimal AS
SELECT seq, kind, reservation_id, operation_id, account_id, origin_id, depth, times, meter,
       CAST(CAST(units AS numeric(31, 12)) * CAST('1E-' || scale AS numeric(13, 12)) AS numeric(31, 12)) AS units,
       CAST(CAST(excess AS numeric(31, 12)) * CAST('1E-' || scale AS numeric(13, 12)) AS numeric(31, 12)) AS excess,
       reserved_at, settled_at, recorded_at, late, reason, tags
FROM quota_journal;

INSERT INTO quota_schema_version (version, created_at)
SELECT 1, CURRENT_TIMESTAMP
WHERE NOT EXISTS (SELECT 1 FROM quota_schema_version);
