package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.Suspension;

/** A ledger of plain values: claims about the rule alone, in which a store has no part. */
abstract class PlainLedger extends LedgerWords {

    private final PlainStore values;
    final PlainAdmin admin = new PlainAdmin();

    PlainLedger() {
        this(new PlainStore());
    }

    private PlainLedger(PlainStore values) {
        super(clock -> values.asStore(clock));
        this.values = values;
    }

    @Override
    AccountId create(Account account) {
        Instant now = clock.instant();
        List<LimitEntry> limits = account.overrides().stream()
                .map(limit -> new LimitEntry(limit, now))
                .toList();
        values.define(new AccountEntry(account, 1, now, null, null, now, limits, Map.of()));
        return account.id();
    }

    @Override
    List<JournalRow> journal() {
        return values.journal();
    }

    @Override
    AccountEntry entry(AccountId account) {
        return values.entry(account);
    }

    /** Every counter is the sum of the journal and the holds. */
    @AfterEach
    void countersAgreeWithJournalAndHolds() {
        admin.sweep(1_000);
        values.counters().forEach((counter, recounted) -> {
            assertThat(counter.used()).as("used of %s", counter).isEqualTo(recounted.used());
            assertThat(counter.held()).as("held of %s", counter).isEqualTo(recounted.held());
        });
    }

    /** Defines accounts anew. */
    final class PlainAdmin {

        private void change(AccountId id, UnaryOperator<Account.Builder> change) {
            AccountEntry before = values.entry(id);
            values.define(new AccountEntry(
                    change.apply(before.account().toBuilder()).build(),
                    before.version() + 1,
                    before.createdAt(),
                    before.deletedAt(),
                    before.suspension(),
                    before.policySince(),
                    before.overrides(),
                    before.resets()));
        }

        void disable(AccountId id) {
            change(id, account -> account.disabled(true));
        }

        void enable(AccountId id) {
            change(id, account -> account.disabled(false));
        }

        void expireAt(AccountId id, @Nullable Instant instant) {
            change(id, account -> account.expiresAt(instant));
        }

        void suspend(AccountId id, @Nullable Instant until) {
            values.define(values.entry(id).suspended(new Suspension(clock.instant(), until, null)));
        }

        void resume(AccountId id) {
            values.define(values.entry(id).suspended(null));
        }

        void deleteAccount(AccountId id) {
            AccountEntry before = values.entry(id);
            values.define(new AccountEntry(
                    before.account(),
                    before.version() + 1,
                    before.createdAt(),
                    clock.instant(),
                    before.suspension(),
                    before.policySince(),
                    before.overrides(),
                    before.resets()));
        }

        void sweep(int max) {
            ledger.admin().sweep(max);
        }
    }
}
