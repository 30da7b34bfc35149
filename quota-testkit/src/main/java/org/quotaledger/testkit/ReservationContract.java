package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.DeclinedException;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;

/** What a reserve and a release make of a reservation, what a repeated one is told, and the order of the checks. */
abstract class ReservationContract extends ContractSection {

    @Test
    void aReserveThatFitsIsHeld() {
        AccountId key = account("key", daily(10));

        Reservation hold =
                ledger.reserve(request("r", key, 4).tag("model", "m").build()).orThrow();

        assertThat(hold.id()).isEqualTo(id("r"));
        assertThat(hold.account()).isEqualTo(key);
        assertThat(hold.held()).isEqualTo(tokens(4));
        assertThat(hold.expiresAt()).isEqualTo(NOON.plus(TIME_TO_LIVE));
        assertThat(state(hold).status()).isEqualTo(ReservationStatus.HELD);
        assertThat(state(hold).reservedAt()).isEqualTo(NOON);
        assertThat(state(hold).tags()).isEqualTo(Tags.NONE.with("model", "m"));
        assertThat(usage(key)).isEqualTo("0 used, 4 held");
        assertThat(journal()).isEmpty();
    }

    @Test
    void aReserveWithoutRoomWritesNothing() {
        AccountId key = account("key", daily(3));

        ledger.reserve(request("r", key, 4).build());

        assertThat(ledger.reservation(id("r"))).isEmpty();
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journal()).isEmpty();
    }

    @Test
    void theSameRequestAgainIsReplayedAndItsExpiryNotMoved() {
        AccountId key = account("key", daily(10));
        ReserveRequest request = request("r", key, 10).tag("model", "m").build();
        ledger.reserve(request).orThrow();
        clock.advance(Duration.ofMinutes(5));

        Admission again = ledger.reserve(request);

        assertThat(again).isInstanceOfSatisfying(Admission.Granted.class, granted -> {
            assertThat(granted.replayed()).isTrue();
            assertThat(granted.reservation().expiresAt()).isEqualTo(NOON.plus(TIME_TO_LIVE));
        });
        assertThat(usage(key)).isEqualTo("0 used, 10 held");
    }

    @Test
    void aReplayTellsTheStateOfNowWhateverItIs() {
        AccountId key = account("key", daily(100));
        for (String end : List.of("settled", "released", "expired", "adjusted")) {
            ledger.reserve(request(end, key, 10).build()).orThrow();
        }
        ledger.settle(id("settled"), tokens(7)).orThrow();
        ledger.release(id("released")).orThrow();
        ledger.adjust(id("adjusted"), tokens(3)).orThrow();
        clock.advance(TIME_TO_LIVE);

        for (String end : List.of("settled", "released", "expired", "adjusted")) {
            Admission again = ledger.reserve(request(end, key, 10).build());
            assertThat(again).isInstanceOfSatisfying(Admission.Granted.class, granted -> {
                assertThat(granted.replayed()).isTrue();
                assertThat(granted.ended()).isTrue();
                assertThat(granted.status()).isEqualTo(state(id(end)).statusAt(clock.instant()));
                assertThat(granted.reservation().held()).isEqualTo(tokens(0));
                assertThat(granted.reservation().toString()).doesNotContain("holds");
            });
            assertThat(again.granted()).isFalse();
            assertThatThrownBy(again::orThrow)
                    .isInstanceOfSatisfying(
                            DeclinedException.class,
                            declined -> assertThat(declined.declined()).isInstanceOf(Declined.Ended.class))
                    .hasMessageContaining("not to be forwarded again");
        }
        assertThat(state(id("settled")).statusAt(clock.instant())).isEqualTo(ReservationStatus.SETTLED);
        assertThat(state(id("released")).statusAt(clock.instant())).isEqualTo(ReservationStatus.RELEASED);
        assertThat(state(id("expired")).statusAt(clock.instant())).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(usage(key)).isEqualTo("7 used, 0 held");
    }

    @Test
    void aReplayComesBeforeEverythingElse() {
        AccountId key = account("key", daily(10));
        ReserveRequest request = request("r", key, 10).build();
        ledger.reserve(request).orThrow();
        admin.deleteAccount(key);

        assertThat(((Admission.Granted) ledger.reserve(request)).replayed()).isTrue();
    }

    @Test
    void theSameIdWithAnyOtherValueIsAConflictThatNamesTheField() {
        AccountId key = account("key", daily(100));
        AccountId other = account("other", daily(100));
        ledger.reserve(request("r", key, 4).tag("model", "m").build()).orThrow();

        assertThat(conflict(
                        ledger.reserve(request("r", other, 4).tag("model", "m").build())))
                .isEqualTo("account");
        assertThat(conflict(
                        ledger.reserve(request("r", key, 5).tag("model", "m").build())))
                .isEqualTo("charge");
        assertThat(conflict(ledger.reserve(ReserveRequest.builder(key, tokensAndRequests(4, 0))
                        .id("r")
                        .tag("model", "m")
                        .build())))
                .isEqualTo("charge");
        assertThat(conflict(ledger.reserve(request("r", key, 4)
                        .tag("model", "m")
                        .mode(ReserveMode.AT_MOST)
                        .build())))
                .isEqualTo("mode");
        assertThat(conflict(ledger.reserve(request("r", key, 4)
                        .tag("model", "m")
                        .timeToLive(Duration.ofMinutes(9))
                        .build())))
                .isEqualTo("timeToLive");
        assertThat(conflict(
                        ledger.reserve(request("r", key, 4).tag("model", "n").build())))
                .isEqualTo("tags");
        assertThat(conflict(ledger.charge(id("r"), key, tokens(4), Tags.NONE.with("model", "m"))))
                .isEqualTo("operation");
        assertThat(usage(key)).isEqualTo("0 used, 4 held");
        assertThat(usage(other)).isEqualTo("0 used, 0 held");
    }

    @Test
    void theIdOfARefusedRequestIsEvaluatedAfresh() {
        AccountId key = account("key", daily(10));
        Reservation other = hold(key, 8);
        ReserveRequest request = request("r", key, 4).build();
        assertThat(ledger.reserve(request).granted()).isFalse();
        other.release();

        Admission again = ledger.reserve(request);

        assertThat(((Admission.Granted) again).replayed()).isFalse();
        assertThat(ledger.reserve(request("r", key, 5).build())).isInstanceOf(Declined.Conflict.class);
    }

    @Test
    void settlingOrReleasingAnUnknownIdIsNotFound() {
        account("key", daily(15));
        RequestId unknown = id("unknown");

        for (Answer<?> answer : List.of(
                ledger.settle(unknown, tokens(1)),
                ledger.settleUnbilled(unknown, UnbilledReason.UNBILLED),
                ledger.release(unknown),
                ledger.extend(unknown, Duration.ofMinutes(1)),
                ledger.adjust(unknown, tokens(1)),
                ledger.progress(unknown, tokens(1)),
                ledger.refund(id("f"), unknown, tokens(1)))) {
            assertThat(declined(answer)).isEqualTo(new Declined.NotFound(unknown));
        }
    }

    @Test
    void releasingGivesEverythingBack() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        assertThat(hold.release().orThrow()).isEqualTo(new Released(false));

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(state(hold).status()).isEqualTo(ReservationStatus.RELEASED);
        assertThat(journal()).isEmpty();
    }

    @Test
    void releasingAfterTheExpiryChangesNothingAndSaysExpired() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        clock.advance(TIME_TO_LIVE);

        assertThat(wrongState(hold.release())).isEqualTo(ReservationStatus.EXPIRED);
        admin.sweep(10);
        assertThat(wrongState(hold.release())).isEqualTo(ReservationStatus.EXPIRED);
    }

    @Test
    void theJournalTellsEveryChangeOfUsedWithItsInstantsAndTags() {
        AccountId team = account("team", daily(100));
        AccountId key = account("key", team, daily(100));
        Reservation hold =
                ledger.reserve(request("r", key, 10).tag("model", "m").build()).orThrow();
        clock.advance(Duration.ofMinutes(2));
        hold.settle(tokens(7)).orThrow();
        clock.advance(Duration.ofMinutes(2));
        ledger.refund(id("f"), id("r"), tokens(3)).orThrow();

        assertThat(journalLines())
                .containsExactly(
                        "SETTLE key 7 tokens", "SETTLE team 7 tokens", "REFUND key -3 tokens", "REFUND team -3 tokens");
        JournalRow settle = journal().get(1);
        assertThat(settle)
                .isEqualTo(new JournalRow(
                        JournalKind.SETTLE,
                        new RequestOrigin(id("r"), key, Tags.NONE.with("model", "m")),
                        id("r"),
                        team,
                        1,
                        new JournalRow.Counted(1, Meter.TOKENS, 7, 0),
                        new JournalRow.When(
                                NOON, NOON.plus(Duration.ofMinutes(2)), NOON.plus(Duration.ofMinutes(2)), false),
                        null));
        JournalRow refund = journal().get(2);
        assertThat(refund.operation()).isEqualTo(id("f"));
        assertThat(refund.reservation()).isEqualTo(id("r"));
        assertThat(refund.reservedAt()).isEqualTo(NOON);
        assertThat(refund.settledAt()).isEqualTo(NOON.plus(Duration.ofMinutes(2)));
        assertThat(refund.recordedAt()).isEqualTo(NOON.plus(Duration.ofMinutes(4)));
    }

    @Test
    void instantsAreKeptToTheMicrosecond() {
        AccountId key = account("key", daily(100));
        clock.set(NOON.plusNanos(123_456_789));

        Reservation hold = hold(key, 1);

        assertThat(state(hold).reservedAt()).isEqualTo(NOON.plusNanos(123_456_000));
        assertThat(state(hold).expiresAt())
                .isEqualTo(NOON.plusNanos(123_456_000).plus(TIME_TO_LIVE));
    }
}
