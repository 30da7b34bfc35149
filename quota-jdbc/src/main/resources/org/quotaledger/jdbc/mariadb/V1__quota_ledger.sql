-- Quota Ledger, version 1, for MariaDB 10.6 or newer.
--
-- Ids compare byte by byte.
-- Times are UTC to the microsecond: a datetime has no time zone that could move it. Amounts count a meter's smallest
-- unit: the views at the end show them as decimals.
-- There are no foreign keys: all rows of an account are written under a lock of its row, and a key would take another
-- lock for each of them.

CREATE TABLE IF NOT EXISTS quota_schema_version (
    version integer NOT NULL,
    created_at datetime(6) NOT NULL,
    PRIMARY KEY (version)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- stamp is for PostgreSQL, whose nodes remember accounts by it: it stays 0 here.
CREATE TABLE IF NOT EXISTS quota_account (
    id varchar(200) NOT NULL,
    parent_id varchar(200),
    policy varchar(100),
    disabled boolean NOT NULL,
    expires_at datetime(6),
    version bigint NOT NULL,
    created_at datetime(6) NOT NULL,
    deleted_at datetime(6),
    suspended_since datetime(6),
    suspended_until datetime(6),
    suspended_by varchar(100),
    policy_since datetime(6) NOT NULL,
    stamp bigint DEFAULT 0 NOT NULL,
    PRIMARY KEY (id),
    INDEX quota_account_parent (parent_id),
    INDEX quota_account_policy (policy),
    INDEX quota_account_suspended (suspended_until)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS quota_policy (
    name varchar(100) NOT NULL,
    version bigint NOT NULL,
    changed_at datetime(6) NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- The limits of policies (owner_kind POLICY, owner is its name) and of accounts of their own (ACCOUNT, its id).
CREATE TABLE IF NOT EXISTS quota_limit (
    owner_kind varchar(10) NOT NULL,
    owner varchar(200) NOT NULL,
    name varchar(100) NOT NULL,
    ordinal integer NOT NULL,
    meter varchar(50) NOT NULL,
    scale integer NOT NULL,
    amount bigint NOT NULL,
    window_text varchar(200) NOT NULL,
    boundary varchar(20) NOT NULL,
    charge_time varchar(20) NOT NULL,
    on_excess varchar(20) NOT NULL,
    on_expiry varchar(20) NOT NULL,
    on_exhaustion varchar(40) NOT NULL,
    overflow_to varchar(200),
    alert_debounce_micros bigint NOT NULL,
    counts_since datetime(6) NOT NULL,
    PRIMARY KEY (owner_kind, owner, name),
    INDEX quota_limit_overflow (overflow_to)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- When a limit of an account was last reset: what was reserved before does not count for it.
CREATE TABLE IF NOT EXISTS quota_reset (
    account_id varchar(200) NOT NULL,
    limit_name varchar(100) NOT NULL,
    reset_at datetime(6) NOT NULL,
    PRIMARY KEY (account_id, limit_name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Where a limit alerts: at percent of its amount, or at units of its meter.
CREATE TABLE IF NOT EXISTS quota_threshold (
    owner_kind varchar(10) NOT NULL,
    owner varchar(200) NOT NULL,
    limit_name varchar(100) NOT NULL,
    ordinal integer NOT NULL,
    percent integer,
    units bigint,
    severity varchar(20) NOT NULL,
    recipients varchar(4200) NOT NULL,
    PRIMARY KEY (owner_kind, owner, limit_name, ordinal)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- One row for each limit and span of its window. open_until is when steps need not look at the row any more: it counts
-- no more and holds nothing. While it holds something it is the end of time, so that one range of one index finds all.
-- debounced are thresholds that were crossed and have not alerted because the limit had just done so at debounced_by:
-- the first change after the interval publishes them.
CREATE TABLE IF NOT EXISTS quota_usage (
    account_id varchar(200) NOT NULL,
    limit_name varchar(100) NOT NULL,
    window_start datetime(6) NOT NULL,
    window_end datetime(6) NOT NULL,
    window_text varchar(200) NOT NULL,
    meter varchar(50) NOT NULL,
    scale integer NOT NULL,
    used bigint NOT NULL CHECK (used >= 0),
    held bigint NOT NULL CHECK (held >= 0),
    peak bigint NOT NULL,
    debounced varchar(2000),
    debounced_by datetime(6),
    earliest_expiry datetime(6),
    open_until datetime(6) NOT NULL,
    updated_at datetime(6) NOT NULL,
    PRIMARY KEY (account_id, limit_name, window_start, window_end),
    INDEX quota_usage_open (account_id, open_until)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Reservations and direct charges (operation RESERVE or CHARGE). account_id is who was asked, charged_id who is charged:
-- another where a limit overflowed. chain_length counts charged_id and its parents.
CREATE TABLE IF NOT EXISTS quota_reservation (
    id varchar(200) NOT NULL,
    operation varchar(20) NOT NULL,
    account_id varchar(200) NOT NULL,
    charged_id varchar(200) NOT NULL,
    chain_length integer NOT NULL,
    mode varchar(20) NOT NULL,
    time_to_live_micros bigint NOT NULL,
    tags varchar(8200) NOT NULL,
    unbilled_reason varchar(50),
    observed_code varchar(50),
    reserved_at datetime(6) NOT NULL,
    expires_at datetime(6) NOT NULL,
    status varchar(20) NOT NULL,
    ended_at datetime(6),
    late boolean NOT NULL,
    PRIMARY KEY (id),
    INDEX quota_reservation_held (status, expires_at),
    INDEX quota_reservation_ended (ended_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- The parents that a reservation is charged to beside the account charged, nearest first from ordinal 1; as they were then.
CREATE TABLE IF NOT EXISTS quota_reservation_parent (
    reservation_id varchar(200) NOT NULL,
    ordinal integer NOT NULL,
    account_id varchar(200) NOT NULL,
    PRIMARY KEY (reservation_id, ordinal)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- What a reservation asked for, holds, reported, cost, was charged and got back of each meter. progress is null until
-- it is marked started; cost and charged are null until it is settled, and cost stays null if it is not billed.
CREATE TABLE IF NOT EXISTS quota_reservation_charge (
    reservation_id varchar(200) NOT NULL,
    meter varchar(50) NOT NULL,
    scale integer NOT NULL,
    requested bigint NOT NULL,
    held bigint NOT NULL,
    progress bigint,
    cost bigint,
    charged bigint,
    refunded bigint NOT NULL,
    PRIMARY KEY (reservation_id, meter)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- What a reservation sets aside on each account of its chain; gone when it is settled or released.
CREATE TABLE IF NOT EXISTS quota_hold (
    reservation_id varchar(200) NOT NULL,
    account_id varchar(200) NOT NULL,
    depth integer NOT NULL,
    meter varchar(50) NOT NULL,
    scale integer NOT NULL,
    units bigint NOT NULL CHECK (units >= 0),
    due bigint NOT NULL,
    reserved_at datetime(6) NOT NULL,
    expires_at datetime(6) NOT NULL,
    expired boolean NOT NULL,
    PRIMARY KEY (reservation_id, account_id, meter),
    INDEX quota_hold_live (account_id, meter, expires_at),
    INDEX quota_hold_due (account_id, due)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS quota_refund (
    id varchar(200) NOT NULL,
    reservation_id varchar(200) NOT NULL,
    refunded_at datetime(6) NOT NULL,
    PRIMARY KEY (id),
    INDEX quota_refund_refunded (refunded_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- units is what the refund gave back, null of a meter it did not name; total is what all refunds so far gave back.
CREATE TABLE IF NOT EXISTS quota_refund_charge (
    refund_id varchar(200) NOT NULL,
    meter varchar(50) NOT NULL,
    scale integer NOT NULL,
    units bigint,
    total bigint NOT NULL,
    PRIMARY KEY (refund_id, meter)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Every change of used: the truth. Rows are never changed. depth is 0 on the account charged, 1 and more on its
-- parents. times is 1, 0 in the rows of further meters of the same, -1 where a charge is taken back. So the rows of depth 0
-- hold every unit once, and the sum of their times each request.
CREATE TABLE IF NOT EXISTS quota_journal (
    seq bigint NOT NULL AUTO_INCREMENT,
    kind varchar(20) NOT NULL,
    reservation_id varchar(200) NOT NULL,
    operation_id varchar(200) NOT NULL,
    account_id varchar(200) NOT NULL,
    origin_id varchar(200) NOT NULL,
    depth integer NOT NULL,
    times bigint NOT NULL,
    meter varchar(50),
    scale integer,
    units bigint NOT NULL,
    excess bigint NOT NULL,
    reserved_at datetime(6) NOT NULL,
    settled_at datetime(6) NOT NULL,
    recorded_at datetime(6) NOT NULL,
    late boolean NOT NULL,
    reason varchar(200),
    tags varchar(8200) NOT NULL,
    PRIMARY KEY (seq),
    INDEX quota_journal_account (account_id, reserved_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- What happened: thresholds crossed, limits exhausted, reserves refused, accounts suspended and resumed, limits reset and
-- changed, holds expired; each written with what it tells of. Columns that a kind has no use for are null. From attempts
-- on they say how far its delivery has come: until it was delivered it is due at next_attempt_at, for the next node that
-- asks; claimed_by is the node that has it in hand until then. attempts counts those that came to something.
CREATE TABLE IF NOT EXISTS quota_event (
    seq bigint NOT NULL AUTO_INCREMENT,
    id varchar(36) NOT NULL,
    kind varchar(20) NOT NULL,
    account_id varchar(200),
    policy varchar(100),
    limit_name varchar(100),
    window_start datetime(6),
    window_end datetime(6),
    threshold varchar(100),
    severity varchar(20),
    recipients varchar(4200),
    cause varchar(20),
    code varchar(50),
    meter varchar(50),
    scale integer,
    used bigint,
    amount_before bigint,
    amount bigint,
    refusals bigint,
    reservation_id varchar(200),
    suspended_until datetime(6),
    happened_at datetime(6) NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at datetime(6) NOT NULL,
    claimed_by varchar(200),
    delivered_at datetime(6),
    last_error varchar(1000),
    PRIMARY KEY (seq),
    INDEX quota_event_limit (account_id, limit_name, happened_at),
    INDEX quota_event_due (delivered_at, seq),
    INDEX quota_event_happened (happened_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- What people changed: who, when, which account or policy, and how it was defined before and after, as JSON. Rows are
-- written with the change and are never changed nor dropped.
CREATE TABLE IF NOT EXISTS quota_change (
    seq bigint NOT NULL AUTO_INCREMENT,
    changed_at datetime(6) NOT NULL,
    actor varchar(200),
    kind varchar(20) NOT NULL,
    account_id varchar(200),
    policy varchar(100),
    version bigint NOT NULL,
    definition_before mediumtext,
    definition_after mediumtext,
    operation_id varchar(200),
    note varchar(5200),
    PRIMARY KEY (seq),
    INDEX quota_change_account (account_id, seq),
    INDEX quota_change_policy (policy, seq),
    INDEX quota_change_operation (operation_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE OR REPLACE VIEW quota_usage_decimal AS
SELECT account_id, limit_name, window_start, window_end, meter,
       CAST(CAST(used AS decimal(31, 12)) * CAST(CONCAT('1E-', scale) AS decimal(13, 12)) AS decimal(31, 12)) AS used,
       CAST(CAST(held AS decimal(31, 12)) * CAST(CONCAT('1E-', scale) AS decimal(13, 12)) AS decimal(31, 12)) AS held,
       updated_at
FROM quota_usage;

CREATE OR REPLACE VIEW quota_journal_decimal AS
SELECT seq, kind, reservation_id, operation_id, account_id, origin_id, depth, times, meter,
       CAST(CAST(units AS decimal(31, 12)) * CAST(CONCAT('1E-', scale) AS decimal(13, 12)) AS decimal(31, 12)) AS units,
       CAST(CAST(excess AS decimal(31, 12)) * CAST(CONCAT('1E-', scale) AS decimal(13, 12)) AS decimal(31, 12)) AS excess,
       reserved_at, settled_at, recorded_at, late, reason, tags
FROM quota_journal;

INSERT INTO quota_schema_version (version, created_at)
SELECT 1, UTC_TIMESTAMP(6)
FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM quota_schema_version);
