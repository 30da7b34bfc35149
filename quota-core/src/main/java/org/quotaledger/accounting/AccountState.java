package org.quotaledger.accounting;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;

/**
 * One account as a step sees it. Immutable and thread-safe.
 *
 * @param entry the account
 * @param limits its limits in force, as {@link AccountEntry#limits} tells them
 * @param usage its usage: every row that counts at the instant of the step or later, and every row that has an earliest
 *     expiry. More rows do no harm; those whose spans contain an instant of the reservation at hand save recomputing them.
 * @param holds all its holds that are not counted out, or {@code null} if they were not looked up
 */
public record AccountState(
        AccountEntry entry,
        List<LimitEntry> limits,
        List<Usage> usage,
        @Nullable List<Hold> holds) {

    /** All but the holds are required. */
    public AccountState {
        Objects.requireNonNull(entry, "entry");
        limits = List.copyOf(limits);
        usage = List.copyOf(usage);
        holds = holds == null ? null : List.copyOf(holds);
    }

    /** Returns the account's id. */
    public AccountId id() {
        return entry.id();
    }
}
