package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.spi.ClaimedEvent;
import org.quotaledger.window.WindowSpan;

/** What people do to limits is told: each reset with what was used until then, each change with what was before. */
abstract class ChangeEventContract extends ContractSection {

    private List<LedgerEvent.Reset> resets() {
        return events.stream()
                .filter(LedgerEvent.Reset.class::isInstance)
                .map(LedgerEvent.Reset.class::cast)
                .toList();
    }

    /** Says of each change that was told whose limit it was, and its amounts. */
    private List<String> changes() {
        return events.stream()
                .filter(LedgerEvent.LimitChanged.class::isInstance)
                .map(LedgerEvent.LimitChanged.class::cast)
                .map(changed -> (changed.account() == null ? "policy " + changed.policy() : changed.account()) + " "
                        + changed.limit() + ": " + changed.before() + " -> " + changed.after())
                .toList();
    }

    @Test
    void aResetTellsWhatWasUsedUntilThen() {
        AccountId key = account("key", daily(10));
        spend(key, 6);
        hold(key, 1);
        clock.advance(Duration.ofMinutes(1));

        admin.reset(key, "daily");

        LedgerEvent.Reset reset = resets().get(0);
        assertThat(events)
                .containsExactly(new LedgerEvent.Reset(
                        reset.id(),
                        key,
                        Objects.requireNonNull(
                                admin.account(key).orElseThrow().resets().get("daily")),
                        "daily",
                        new WindowSpan(MIDNIGHT.minus(Duration.ofDays(1)), MIDNIGHT),
                        amount(6)));
    }

    @Test
    void aResetTellsWhatWasUsedOfALimitThatNothingWasChargedToSinceItWasAdded() {
        AccountId key = account("key", daily(10));
        spend(key, 6);
        relimit(key, daily(10), limit("monthly", 100, MONTHLY).build());
        events.clear();

        admin.reset(key, "monthly");

        assertThat(resets()).extracting(LedgerEvent.Reset::used).containsExactly(amount(6));
        assertThat(usageOfAll(key)).isEqualTo("key/daily 6+0, key/monthly 0+0");
    }

    @Test
    void aResetTellsAChargeOfAHoldThatHadExpiredUnnoticed() {
        AccountId key = account("key", daily(10));
        hold(key, 5).progress(tokens(3)).orThrow();
        clock.advance(TIME_TO_LIVE);

        admin.reset(key, "daily");

        assertThat(resets()).extracting(LedgerEvent.Reset::used).containsExactly(amount(3));
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    @Test
    void aChangedAmountIsToldWithWhatItWas() {
        AccountId key = account("key", daily(10));
        clock.advance(Duration.ofMinutes(1));

        relimit(key, daily(20));

        LedgerEvent.LimitChanged changed = (LedgerEvent.LimitChanged) events.get(0);
        assertThat(events)
                .containsExactly(new LedgerEvent.LimitChanged(
                        changed.id(), key, null, clock.instant(), "daily", amount(10), amount(20)));
    }

    @Test
    void aPolicysChangeIsToldOnceHoweverManyAccountsHaveIt() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        for (int i = 0; i < 3; i++) {
            admin.createAccount(Account.builder("key-" + i).policy("standard").build());
        }

        admin.changePolicy("standard", before -> QuotaPolicy.of("standard", daily(20)));

        assertThat(changes()).containsExactly("policy standard daily: 10 tokens -> 20 tokens");
    }

    @Test
    void aPolicyThatWasDroppedAndMadeAgainTellsOtherIds() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        admin.changePolicy("standard", before -> QuotaPolicy.of("standard", daily(20)));
        admin.deletePolicy("standard");
        clock.advance(Duration.ofMinutes(1));
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));

        admin.changePolicy("standard", before -> QuotaPolicy.of("standard", daily(20)));

        assertThat(changes()).hasSize(2);
        assertThat(events.stream().map(LedgerEvent::id)).doesNotHaveDuplicates();
    }

    @Test
    void whatWasRefusedTellsNothing() {
        AccountId key = account("key", daily(10));

        assertThatThrownBy(() -> admin.changeAccount(
                        key,
                        before -> before.toBuilder()
                                .policy("none")
                                .override(daily(20))
                                .build()))
                .isInstanceOf(DefinitionException.class);

        assertThat(events).isEmpty();
        assertThat(store.outbox().claim("node", 10, Duration.ofMinutes(1))).isEmpty();
    }

    @Test
    void everyOneIsKeptToBeDeliveredAsItWasTold() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        AccountId key = accountOf("key", "standard");
        spend(key, 6);
        admin.changePolicy("standard", before -> QuotaPolicy.of("standard", daily(6)));
        admin.reset(key, "daily");
        admin.override(key, limit("own", 5, MONTHLY).build());

        clock.advance(Duration.ofSeconds(1)); // A reset counts from a microsecond after it on.
        List<LedgerEvent> kept = store.outbox().claim("node", 100, Duration.ofMinutes(1)).stream()
                .map(ClaimedEvent::event)
                .toList();

        assertThat(events).hasSize(4);
        assertThat(kept).isEqualTo(events);
    }
}
