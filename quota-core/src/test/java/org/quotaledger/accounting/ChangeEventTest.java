package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.window.QuotaWindow;

/** The events of resets and of changed limits. */
class ChangeEventTest extends MemoryLedger {

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
    void aResetOfALimitWhoseWindowOpensWithItsFirstUseTellsItsSpanOnlyWhereOneIsOpen() {
        AccountId key = account(
                "key",
                limit("first", 10, QuotaWindow.sinceFirstUse(Duration.ofHours(1)))
                        .build());

        admin.reset(key, "first");
        spend(key, 4);
        admin.reset(key, "first");

        assertThat(resets()).extracting(LedgerEvent.Reset::used).containsExactly(amount(0), amount(4));
        assertThat(resets().get(0).span()).isNull();
        assertThat(resets().get(1).span()).isEqualTo(status(key, "first").span());
    }

    @Test
    void limitsThatAreAddedDroppedAndChangedInAnotherWayAreTold() {
        AccountId key = account("key", daily(10), limit("monthly", 100, MONTHLY).build());

        relimit(
                key,
                limit("daily", 10, DAILY).graceful().build(),
                limit("own", 5, DAILY).build());

        assertThat(changes())
                .containsExactly(
                        "key daily: 10 tokens -> 10 tokens",
                        "key monthly: 100 tokens -> null",
                        "key own: null -> 5 tokens");
    }

    @Test
    void aLimitThatComesToCountAnotherMeterIsToldAsDroppedAndAdded() {
        AccountId key = account("key", daily(10));

        relimit(
                key,
                QuotaLimit.builder("daily", Amount.of("0.5", Meter.USD), DAILY)
                        .noAlerts()
                        .build());

        assertThat(changes()).containsExactly("key daily: 10 tokens -> null", "key daily: null -> 0.5 usd");
        assertThat(events.stream().map(LedgerEvent::id)).doesNotHaveDuplicates();
    }

    @Test
    void anOverrideAndAnotherPolicyAreToldAsChangesOfTheLimitsInForce() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        admin.createPolicy(QuotaPolicy.of(
                "large", daily(100), limit("monthly", 500, MONTHLY).build()));
        AccountId key = accountOf("key", "standard");

        admin.override(key, daily(15));
        admin.withoutOverride(key, "daily");
        admin.changeAccount(key, before -> before.toBuilder().policy("large").build());

        assertThat(changes())
                .containsExactly(
                        "key daily: 10 tokens -> 15 tokens",
                        "key daily: 15 tokens -> 10 tokens",
                        "key daily: 10 tokens -> 100 tokens",
                        "key monthly: null -> 500 tokens");
        assertThat(events.stream().map(LedgerEvent::id)).doesNotHaveDuplicates();
    }

    @Test
    void whatChangesNoLimitTellsNothing() {
        AccountId key = account("key", daily(10));

        admin.changeAccount(key, before -> before);
        admin.disable(key);
        admin.expireAt(key, MIDNIGHT);
        admin.deleteAccount(key);
        account("key", daily(20));

        assertThat(events).isEmpty();
    }

    @Test
    void aLoweredLimitThatSuspendsIsToldAsAnExhaustion() {
        AccountId key = account("key", suspending(10));
        spend(key, 5);

        relimit(key, suspending(5));

        assertThat(events)
                .filteredOn(LedgerEvent.Suspended.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(LedgerEvent.Suspended.class, suspended -> {
                    assertThat(suspended.limit()).isEqualTo("daily");
                    assertThat(suspended.cause()).isEqualTo(LedgerEvent.Cause.EXHAUSTED);
                    assertThat(suspended.until()).isEqualTo(MIDNIGHT);
                });
    }

    @Test
    void aRaisedLimitIsToldAgainWhenItIsExhaustedAgain() {
        AccountId key = account("key", daily(10));
        spend(key, 10);

        relimit(key, daily(12));
        spend(key, 2);

        assertThat(events)
                .filteredOn(LedgerEvent.Exhausted.class::isInstance)
                .extracting(event -> ((LedgerEvent.Exhausted) event).used())
                .containsExactly(amount(10), amount(12));
    }

    @Test
    void eachLimitThatIsResetIsToldAndEachResetByItself() {
        AccountId key = account("key", daily(10), limit("monthly", 100, MONTHLY).build());
        spend(key, 6);

        admin.reset(key, "daily", "monthly");
        spend(key, 2);
        admin.reset(key, "daily");
        admin.reset(key, "daily");

        assertThat(resets())
                .extracting(reset -> reset.limit() + " " + reset.used())
                .containsExactlyInAnyOrder("daily 6 tokens", "monthly 6 tokens", "daily 2 tokens", "daily 0 tokens");
        assertThat(events.stream().map(LedgerEvent::id)).doesNotHaveDuplicates();
    }
}
