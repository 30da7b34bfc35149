package org.quotaledger.jdbc;

/**
 * How a transaction takes locks that another one holds.
 *
 * @param skipsAccounts whether it leaves accounts that are locked, instead of waiting for them
 * @param millis for how long it waits for a lock, 0 for as long as the connection is set to
 */
record RowLocks(boolean skipsAccounts, int millis) {

    /** As the host of the transaction has it. */
    static final RowLocks AS_SET = new RowLocks(false, 0);

    /** How long a lane waits: a row that another node holds for a commit is free again much sooner. */
    private static final int SHORTLY = 200;

    /** How long it waits for a row that is no account's, when it knows that something is locked. */
    private static final int HARDLY = 10;

    /** Waits in line for accounts, where the database lets a transaction do so for a short time. */
    static RowLocks inLine(Dialect dialect) {
        return new RowLocks(!dialect.waitsInLine(), SHORTLY);
    }

    /** Waits in line for accounts that were locked before, for a moment. */
    static final RowLocks BRIEFLY_IN_LINE = new RowLocks(false, 2 * HARDLY);

    /** Waits for no account. */
    static final RowLocks FREE_ACCOUNTS = new RowLocks(true, HARDLY);
}
