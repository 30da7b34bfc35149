-- Quota Ledger, version 1, for SQLite 3.37 or newer.
--
-- Ids compare byte by byte.
-- Times are UTC to the microsecond, as text that sorts as time does: 2026-03-10 12:00:00.000000. Booleans are 0 and 1.
-- Amounts count a meter's smallest unit: the views at the end show them as decimals, which are text here.
-- There are no foreign keys: all rows of an account are written in one transaction.

CREATE TABLE IF NOT EXISTS quota_schema_version (
    version integer NOT NULL,
    created_at text NOT NULL,
    PRIMARY KEY (version)
) STRICT, WITHOUT ROWID;

-- stamp is for PostgreSQL, whose nodes remember accounts by it: it stays 0 here.
CREATE TABLE IF NOT EXISTS quota_account (
    id text NOT NULL,
    parent_id text,
    policy text,
    disabled integer NOT NULL,
    expires_at text,
    version integer NOT NULL,
    created_at text NOT NULL,
    deleted_at text,
    suspended_since text,
    suspended_until text,
    suspended_by text,
    policy_since text NOT NULL,
    stamp integer DEFAULT 0 NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quota_account_parent ON quota_account (parent_id);
CREATE INDEX IF NOT EXISTS quota_account_policy ON quota_account (policy);
CREATE INDEX IF NOT EXISTS quota_account_suspended ON quota_account (suspended_until) WHERE suspended_until IS NOT NULL;

CREATE TABLE IF NOT EXISTS quota_policy (
    name text NOT NULL,
    version integer NOT NULL,
    changed_at text NOT NULL,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

-- The limits of policies (owner_kind POLICY, owner is its name) and of accounts of their own (ACCOUNT, its id).
CREATE TABLE IF NOT EXISTS quota_limit (
    owner_kind text NOT NULL,
    owner text NOT NULL,
    name text NOT NULL,
    ordinal integer NOT NULL,
    meter text NOT NULL,
    scale integer NOT NULL,
    amount integer NOT NULL,
    window_text text NOT NULL,
    boundary text NOT NULL,
    charge_time text NOT NULL,
    on_excess text NOT NULL,
    on_expiry text NOT NULL,
    on_exhaustion text NOT NULL,
    overflow_to text,
    alert_debounce_micros integer NOT NULL,
    counts_since text NOT NULL,
    PRIMARY KEY (owner_kind, owner, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quota_limit_overflow ON quota_limit (overflow_to) WHERE overflow_to IS NOT NULL;

-- When a limit of an account was last reset: what was reserved before does not count for it.
CREATE TABLE IF NOT EXISTS quota_reset (
    account_id text NOT NULL,
    limit_name text NOT NULL,
    reset_at text NOT NULL,
    PRIMARY KEY (account_id, limit_name)
) STRICT, WITHOUT ROWID;

-- Where a limit alerts: at percent of its amount, or at units of its meter.
CREATE TABLE IF NOT EXISTS quota_threshold (
    owner_kind text NOT NULL,
    owner text NOT NULL,
    limit_name text NOT NULL,
    ordinal integer NOT NULL,
    percent integer,
    units integer,
    severity text NOT NULL,
    recipients text NOT NULL,
    PRIMARY KEY (owner_kind, owner, limit_name, ordinal)
) STRICT, WITHOUT ROWID;

-- One row for each limit and span of its window. open_until is when steps need not look at the row any more: it counts
-- no more and holds nothing. While it holds something it is the end of time, so that one range of one index finds all.
-- debounced are thresholds that were crossed and have not alerted because the limit had just done so at debounced_by:
-- the first change after the interval publishes them.
CREATE TABLE IF NOT EXISTS quota_usage (
    account_id text NOT NULL,
    limit_name text NOT NULL,
    window_start text NOT NULL,
    window_end text NOT NULL,
    window_text text NOT NULL,
    meter text NOT NULL,
    scale integer NOT NULL,
    used integer NOT NULL CHECK (used >= 0),
    held integer NOT NULL CHECK (held >= 0),
    peak integer NOT NULL,
    debounced text,
    debounced_by text,
    earliest_expiry text,
    open_until text NOT NULL,
    updated_at text NOT NULL,
    PRIMARY KEY (account_id, limit_name, window_start, window_end)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quota_usage_open ON quota_usage (account_id, open_until);

-- Reservations and direct charges (operation RESERVE or CHARGE). account_id is who was asked, charged_id who is charged:
-- another where a limit overflowed. chain_length counts charged_id and its parents.
CREATE TABLE IF NOT EXISTS quota_reservation (
    id text NOT NULL,
    operation text NOT NULL,
    account_id text NOT NULL,
    charged_id text NOT NULL,
    chain_length integer NOT NULL,
    mode text NOT NULL,
    time_to_live_micros integer NOT NULL,
    tags text NOT NULL,
    unbilled_reason text,
    observed_code text,
    reserved_at text NOT NULL,
    expires_at text NOT NULL,
    status text NOT NULL,
    ended_at text,
    late integer NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quota_reservation_held ON quota_reservation (expires_at) WHERE status = 'HELD';
CREATE INDEX IF NOT EXISTS quota_reservation_ended ON quota_reservation (ended_at) WHERE ended_at IS NOT NULL;

-- The parents that a reservation is charged to beside the account charged, nearest first from ordinal 1; as they were then.
CREATE TABLE IF NOT EXISTS quota_reservation_parent (
    reservation_id text NOT NULL,
    ordinal integer NOT NULL,
    account_id text NOT NULL,
    PRIMARY KEY (reservation_id, ordinal)
) STRICT, WITHOUT ROWID;

-- What a reservation asked for, holds, reported, cost, was charged and got back of each meter. progress is null until
-- it is marked started; cost and charged are null until it is settled, and cost stays null if it is not billed.
CREATE TABLE IF NOT EXISTS quota_reservation_charge (
    reservation_id text NOT NULL,
    meter text NOT NULL,
    scale integer NOT NULL,
    requested integer NOT NULL,
    held integer NOT NULL,
    progress integer,
    cost integer,
    charged integer,
    refunded integer NOT NULL,
    PRIMARY KEY (reservation_id, meter)
) STRICT, WITHOUT ROWID;

-- What a reservation sets aside on each account of its chain; gone when it is settled or released.
CREATE TABLE IF NOT EXISTS quota_hold (
    reservation_id text NOT NULL,
    account_id text NOT NULL,
    depth integer NOT NULL,
    meter text NOT NULL,
    scale integer NOT NULL,
    units integer NOT NULL CHECK (units >= 0),
    due integer NOT NULL,
    reserved_at text NOT NULL,
    expires_at text NOT NULL,
    expired integer NOT NULL,
    PRIMARY KEY (reservation_id, account_id, meter)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quota_hold_live ON quota_hold (account_id, meter, expires_at) WHERE NOT expired;
CREATE INDEX IF NOT EXISTS quota_hold_due ON quota_hold (account_id, expires_at) WHERE due > 0 AND NOT expired;

CREATE TABLE IF NOT EXISTS quota_refund (
    id text NOT NULL,
    reservation_id text NOT NULL,
    refunded_at text NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quota_refund_refunded ON quota_refund (refunded_at);

-- units is what the refund gave back, null of a meter it did not name; total is what all refunds so far gave back.
CREATE TABLE IF NOT EXISTS quota_refund_charge (
    refund_id text NOT NULL,
    meter text NOT NULL,
    scale integer NOT NULL,
    units integer,
    total integer NOT NULL,
    PRIMARY KEY (refund_id, meter)
) STRICT, WITHOUT ROWID;

-- Every change of used: the truth. Rows are never changed. depth is 0 on the account charged, 1 and more on its
-- parents. times is 1, 0 in the rows of further meters of the same, -1 where a charge is taken back. So the rows of depth 0
-- hold every unit once, and the sum of their times each request.
CREATE TABLE IF NOT EXISTS quota_journal (
    seq integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind text NOT NULL,
    reservation_id text NOT NULL,
    operation_id text NOT NULL,
    account_id text NOT NULL,
    origin_id text NOT NULL,
    depth integer NOT NULL,
    times integer NOT NULL,
    meter text,
    scale integer,
    units integer NOT NULL,
    excess integer NOT NULL,
    reserved_at text NOT NULL,
    settled_at text NOT NULL,
    recorded_at text NOT NULL,
    late integer NOT NULL,
    reason text,
    tags text NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS quota_journal_account ON quota_journal (account_id, reserved_at);

-- What happened: thresholds crossed, limits exhausted, reserves refused, accounts suspended and resumed, limits reset and
-- changed, holds expired; each written with what it tells of. Columns that a kind has no use for are null. From attempts
-- on they say how far its delivery has come: until it was delivered it is due at next_attempt_at, for the next node that
-- asks; claimed_by is the node that has it in hand until then. attempts counts those that came to something.
CREATE TABLE IF NOT EXISTS quota_event (
    seq integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    account_id text,
    policy text,
    limit_name text,
    window_start text,
    window_end text,
    threshold text,
    severity text,
    recipients text,
    cause text,
    code text,
    meter text,
    scale integer,
    used integer,
    amount_before integer,
    amount integer,
    refusals integer,
    reservation_id text,
    suspended_until text,
    happened_at text NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at text NOT NULL,
    claimed_by text,
    delivered_at text,
    last_error text
) STRICT;
CREATE INDEX IF NOT EXISTS quota_event_limit ON quota_event (account_id, limit_name, happened_at);
CREATE INDEX IF NOT EXISTS quota_event_due ON quota_event (seq) WHERE delivered_at IS NULL;
CREATE INDEX IF NOT EXISTS quota_event_happened ON quota_event (happened_at);

-- What people changed: who, when, which account or policy, and how it was defined before and after, as JSON. Rows are
-- written with the change and are never changed nor dropped.
CREATE TABLE IF NOT EXISTS quota_change (
    seq integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    changed_at text NOT NULL,
    actor text,
    kind text NOT NULL,
    account_id text,
    policy text,
    version integer NOT NULL,
    definition_before text,
    definition_after text,
    operation_id text,
    note text
) STRICT;
CREATE INDEX IF NOT EXISTS quota_change_account ON quota_change (account_id, seq) WHERE account_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS quota_change_policy ON quota_change (policy, seq) WHERE policy IS NOT NULL;
CREATE INDEX IF NOT EXISTS quota_change_operation ON quota_change (operation_id) WHERE operation_id IS NOT NULL;

CREATE VIEW IF NOT EXISTS quota_usage_decimal AS
SELECT account_id, limit_name, window_start, window_end, meter,
       CASE WHEN used IS NOT NULL AND scale IS NOT NULL THEN
           printf('%s%d.%012d', substr('-', 1, used < 0), abs(used) / CAST('1' || substr('000000000000', 1, scale) AS integer),
                  abs(used) % CAST('1' || substr('000000000000', 1, scale) AS integer) * CAST('1' || substr('000000000000', 1, 12 - scale) AS integer))
       END AS used,
       CASE WHEN held IS NOT NULL AND scale IS NOT NULL THEN
           printf('%s%d.%012d', substr('-', 1, held < 0), abs(held) / CAST('1' || substr('000000000000', 1, scale) AS integer),
                  abs(held) % CAST('1' || substr('000000000000', 1, scale) AS integer) * CAST('1' || substr('000000000000', 1, 12 - scale) AS integer))
       END AS held,
       updated_at
FROM quota_usage;

CREATE VIEW IF NOT EXISTS quota_journal_decimal AS
SELECT seq, kind, reservation_id, operation_id, account_id, origin_id, depth, times, meter,
       CASE WHEN units IS NOT NULL AND scale IS NOT NULL THEN
           printf('%s%d.%012d', substr('-', 1, units < 0), abs(units) / CAST('1' || substr('000000000000', 1, scale) AS integer),
                  abs(units) % CAST('1' || substr('000000000000', 1, scale) AS integer) * CAST('1' || substr('000000000000', 1, 12 - scale) AS integer))
       END AS units,
       CASE WHEN excess IS NOT NULL AND scale IS NOT NULL THEN
           printf('%s%d.%012d', substr('-', 1, excess < 0), abs(excess) / CAST('1' || substr('000000000000', 1, scale) AS integer),
                  abs(excess) % CAST('1' || substr('000000000000', 1, scale) AS integer) * CAST('1' || substr('000000000000', 1, 12 - scale) AS integer))
       END AS excess,
       reserved_at, settled_at, recorded_at, late, reason, tags
FROM quota_journal;

INSERT INTO quota_schema_version (version, created_at)
SELECT 1, strftime('%Y-%m-%d %H:%M:%f000', 'now')
WHERE NOT EXISTS (SELECT 1 FROM quota_schema_version);
