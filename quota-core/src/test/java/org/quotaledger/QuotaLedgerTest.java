package org.quotaledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.window.QuotaWindow;

class QuotaLedgerTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final AccountId KEY = AccountId.of("key-1");

    private final List<LedgerEvent> events = new ArrayList<>();
    private final QuotaLedger ledger = QuotaLedger.builder(new InMemoryQuotaStore(Clock.fixed(NOON, ZoneOffset.UTC)))
            .onEvent(events::add)
            .build();

    @BeforeEach
    void fiveDollarsADay() {
        ledger.admin()
                .createPolicy(QuotaPolicy.of(
                        "standard",
                        QuotaLimit.of("daily", Amount.of(5, Meter.USD), QuotaWindow.daily(ZoneOffset.UTC))));
        ledger.admin().createAccount(Account.builder(KEY).policy("standard").build());
    }

    @Test
    void chargesTheTrueCostAndFreesTheRest() {
        Reservation hold = ledger.reserve(KEY, usd("3")).orThrow();

        assertThat(hold.settle(usd("1.25")).orThrow().charged()).isEqualTo(usd("1.25"));

        assertThat(ledger.usage(KEY)).singleElement().satisfies(status -> {
            assertThat(status.used()).isEqualTo(Amount.of("1.25", Meter.USD));
            assertThat(status.held().isZero()).isTrue();
        });
        assertThat(ledger.admin().audit()).isEmpty();
    }

    @Test
    void releasesWhatIsNotSettledWhenTheBlockEnds() {
        try (Reservation hold = ledger.reserve(KEY, usd("5")).orThrow()) {
            assertThat(ledger.check(KEY, usd("0.01")).admissible()).isFalse();
            assertThat(hold.held()).isEqualTo(usd("5"));
        }

        assertThat(ledger.check(KEY, usd("5")).admissible()).isTrue();
    }

    @Test
    void tellsWhichLimitRefusedAndWhenToComeBack() {
        ledger.reserve(KEY, usd("5")).orThrow().settle(usd("5"));

        Admission answer = ledger.reserve(KEY, usd("0.01"));

        answer.fold(
                granted -> {
                    throw new AssertionError("granted " + granted);
                },
                refusal -> {
                    assertThat(refusal.code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
                    assertThat(refusal.limits())
                            .singleElement()
                            .satisfies(limit -> assertThat(limit.limit().name()).isEqualTo("daily"));
                    return assertThat(refusal.retry()).contains(Instant.parse("2026-03-11T00:00:00Z"));
                },
                conflict -> {
                    throw new AssertionError(conflict.message());
                });
    }

    @Test
    void tellsEachAlertOnceThoughAChargeJumpsOverSeveral() {
        ledger.reserve(KEY, usd("5")).orThrow().settle(usd("4.6"));
        ledger.reserve(KEY, usd("0.1")).orThrow().settle(usd("0.1"));

        assertThat(events)
                .extracting(
                        event -> ((LedgerEvent.Alert) event).threshold().level().toString())
                .containsExactly("80%", "90%");
    }

    @Test
    void declinesASecondSettleOfAnotherAmount() {
        Reservation hold = ledger.reserve(KEY, usd("1")).orThrow();
        hold.settle(usd("0.5")).orThrow();

        assertThat(hold.settle(usd("0.5")).orThrow().replayed()).isTrue();
        Declined declined = hold.settle(usd("0.6")).fold(done -> null, reason -> reason);
        assertThat(declined).isInstanceOf(Declined.Conflict.class);
    }

    @Test
    void letsUnbilledRequestsPastASuspensionButNotPastADisabledParent() {
        AccountId team = AccountId.of("team");
        ledger.admin().createAccount(Account.builder(team).build());
        ledger.admin()
                .changeAccount(KEY, account -> account.toBuilder().parent(team).build());
        ledger.admin().suspend(KEY, null);
        ReserveRequest unbilled =
                ReserveRequest.unbilled(KEY, UnbilledReason.MODEL_MISSING).build();

        assertThat(ledger.reserve(KEY, usd("1")).granted()).isFalse();
        assertThat(ledger.reserve(unbilled).granted()).isTrue();

        ledger.admin().disable(team);
        assertThat(ledger.reserve(unbilled).granted()).isFalse();
    }

    @Test
    void knowsARetryThoughItsOwnTimeToLiveIsAnother() {
        InMemoryQuotaStore shared = new InMemoryQuotaStore(Clock.fixed(NOON, ZoneOffset.UTC));
        QuotaLedger node = QuotaLedger.over(shared);
        QuotaLedger newer =
                QuotaLedger.builder(shared).timeToLive(Duration.ofMinutes(5)).build();
        node.admin().createAccount(Account.builder(KEY).build());
        ReserveRequest request =
                ReserveRequest.builder(KEY, usd("1")).id("retried").build();
        node.reserve(request).orThrow();

        assertThat(newer.reserve(request).granted()).isTrue();
        assertThat(newer.reserve(ReserveRequest.builder(KEY, usd("1"))
                                .id("retried")
                                .timeToLive(Duration.ofMinutes(5))
                                .build())
                        .granted())
                .isFalse();
    }

    @Test
    void doesNotTakeADirectChargeForASettledReservation() {
        RequestId id = RequestId.of("direct");
        ledger.charge(id, KEY, usd("1")).orThrow();

        assertThat(ledger.settle(id, usd("1")).done()).isFalse();
        assertThat(ledger.usage(KEY).get(0).used()).isEqualTo(Amount.of(1, Meter.USD));
    }

    @Test
    void keepsAChargeWhoseListenerFails() {
        QuotaLedger told = QuotaLedger.builder(new InMemoryQuotaStore(Clock.fixed(NOON, ZoneOffset.UTC)))
                .onEvent(event -> {
                    throw new AssertionError("listener");
                })
                .build();
        told.admin()
                .createAccount(Account.builder(KEY)
                        .override(QuotaLimit.of("daily", Amount.of(5, Meter.USD), QuotaWindow.daily(ZoneOffset.UTC)))
                        .build());

        assertThat(told.charge(RequestId.of("all"), KEY, usd("5")).done()).isTrue();
    }

    @Test
    void countsAnAddedLimitThoughTheClockWasSetBackSinceItWasAdded() {
        AtomicReference<Instant> time = new AtomicReference<>(NOON);
        QuotaLedger skewed = QuotaLedger.over(new InMemoryQuotaStore(clock(time)));
        skewed.admin().createAccount(Account.builder(KEY).build());
        skewed.reserve(KEY, usd("3")).orThrow().settle(usd("3"));
        time.set(NOON.plusSeconds(60));
        skewed.admin()
                .override(KEY, QuotaLimit.of("daily", Amount.of(5, Meter.USD), QuotaWindow.daily(ZoneOffset.UTC)));

        time.set(NOON.plusSeconds(30));

        assertThat(skewed.check(KEY, usd("2")).admissible()).isTrue();
        assertThat(skewed.check(KEY, usd("2.01")).admissible()).isFalse();
    }

    private static Clock clock(AtomicReference<Instant> time) {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return time.get();
            }
        };
    }

    private static Charge usd(String amount) {
        return Charge.of(Amount.of(amount, Meter.USD));
    }
}
