package org.quotaledger.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.accounting.WorkingAccount;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.QuotaWindow;

class ClockLeadTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final QuotaLimit DAY =
            QuotaLimit.of("day", Amount.of(5, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC));

    @Test
    void logsAnAccountOnceUntilItIsNoLongerAhead() {
        ClockLead lead = new ClockLead(ClockLead.DEFAULT_BOUND);

        assertThat(lead.look(usedAt(NOON.plusSeconds(61)), NOON)).isTrue();
        assertThat(lead.look(usedAt(NOON.plusSeconds(62)), NOON)).isFalse();
        assertThat(lead.look(usedAt(NOON.plusSeconds(62)), NOON.plusSeconds(62)))
                .isFalse();
        assertThat(lead.look(usedAt(NOON.plusSeconds(62)), NOON)).isTrue();
    }

    @Test
    void aFewSecondsAreNoLead() {
        assertThat(new ClockLead(ClockLead.DEFAULT_BOUND).look(usedAt(NOON.plusSeconds(60)), NOON))
                .isFalse();
        assertThat(new ClockLead(Duration.ZERO).look(usedAt(NOON.plusSeconds(60)), NOON))
                .isTrue();
        assertThatThrownBy(() -> new ClockLead(Duration.ofSeconds(-1))).hasMessageContaining("PT-1S");
    }

    private static UnitOfWork usedAt(Instant updatedAt) {
        AccountId key = AccountId.of("key");
        Account account = Account.builder(key).override(DAY).build();
        LimitEntry limit = new LimitEntry(DAY, NOON);
        AccountEntry entry = new AccountEntry(account, 1, NOON, null, null, NOON, List.of(limit), Map.of());
        Counter counter = new Counter(
                key,
                "day",
                DAY.window(),
                Meter.TOKENS,
                DAY.window().spanAt(NOON),
                Counter.Values.of(1, 0, null, updatedAt));
        WorkingAccount used = new WorkingAccount(entry, List.of(limit), List.of(counter));
        return new UnitOfWork(List.of(used), null, List.of(), null, Facts.NOTHING);
    }
}
