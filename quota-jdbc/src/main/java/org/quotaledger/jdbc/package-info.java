/**
 * Keeps a ledger in a relational database. Start at {@link org.quotaledger.jdbc.JdbcQuotaStore}:
 *
 * <pre>{@code
 * try (JdbcQuotaStore store = JdbcQuotaStore.builder(dataSource).build()) {
 *     QuotaLedger ledger = QuotaLedger.builder(store).build();
 * }
 * }</pre>
 *
 * <p>The tables are plain columns; {@link org.quotaledger.jdbc.Schema} creates or verifies them, from versioned scripts
 * that a host can also run with its own migration tool. Nothing here decides anything about quotas: the rule is
 * quota-core's, and runs inside the store's transactions.
 */
@NullMarked
package org.quotaledger.jdbc;

import org.jspecify.annotations.NullMarked;
