package org.quotaledger.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.quotaledger.rule.Given.MIDNIGHT;
import static org.quotaledger.rule.Given.NOON;
import static org.quotaledger.rule.Given.account;
import static org.quotaledger.rule.Given.graceful;
import static org.quotaledger.rule.Given.limit;
import static org.quotaledger.rule.Given.reserve;
import static org.quotaledger.rule.Given.tokens;
import static org.quotaledger.rule.Given.used;
import static org.quotaledger.rule.Given.work;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Tags;

class ReserveTest {

    private static Refusal refusal(Reserve.Answer answer) {
        return ((Reserve.Answer.Refused) answer).refusal();
    }

    private static ReservationRecord held(Reserve.Answer answer) {
        return ((Reserve.Answer.Held) answer).reservation();
    }

    @Test
    void holdsTheChargeUntilItsTimeToLiveIsOver() {
        Counter counter = used(3, 2);

        ReservationRecord held = held(reserve(5).decide(work(account("key", limit(10), counter)), NOON));

        assertThat(held.grant().held()).isEqualTo(tokens(5));
        assertThat(held.grant().reservedAt()).isEqualTo(NOON);
        assertThat(held.grant().expiresAt()).isEqualTo(NOON.plus(Given.TEN_MINUTES));
        assertThat(counter.used()).isEqualTo(3);
        assertThat(counter.held()).isEqualTo(7);
    }

    @Test
    void strictAdmitsUpToExactlyTheLimit() {
        assertThat(reserve(5).decide(work(account("key", limit(10), used(3, 2))), NOON))
                .isInstanceOf(Reserve.Answer.Held.class);
        assertThat(reserve(6).decide(work(account("key", limit(10), used(3, 2))), NOON))
                .isInstanceOf(Reserve.Answer.Refused.class);
    }

    @Test
    void gracefulAdmitsTheRequestThatCrossesTheLimitAndRefusesTheNext() {
        assertThat(reserve(100).decide(work(account("key", graceful(10), used(7, 2))), NOON))
                .isInstanceOf(Reserve.Answer.Held.class);
        assertThat(reserve(1).decide(work(account("key", graceful(10), used(7, 3))), NOON))
                .isInstanceOf(Reserve.Answer.Refused.class);
    }

    @Test
    void nothingIsAlwaysAdmitted() {
        assertThat(reserve(0).decide(work(account("key", limit(0), used(0, 0))), NOON))
                .isInstanceOf(Reserve.Answer.Held.class);
        assertThat(reserve(0).decide(work(account("key", graceful(10), used(12, 0))), NOON))
                .isInstanceOf(Reserve.Answer.Held.class);
    }

    @Test
    void aRefusalChangesNoCounterOfTheChain() {
        Counter key = used(0, 0);
        Counter team = used(9, 0);
        UnitOfWork work = work(account("key", limit(100), key), account("team", limit(10), team));

        Refusal refusal = refusal(reserve(2).decide(work, NOON));

        assertThat(refusal.cause()).isEqualTo(AccountId.of("team"));
        assertThat(List.of(key.held(), team.held())).containsExactly(0L, 0L);
        assertThat(work.reservationChanged()).isFalse();
    }

    @Test
    void aRefusalNamesEveryLimitWithoutRoomAndTheLatestOfTheirInstants() {
        UnitOfWork work = work(account("key", limit(10), used(10, 0)), account("team", limit(10), used(9, 0)));

        Refusal refusal = refusal(reserve(2).decide(work, NOON));

        assertThat(refusal.code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
        assertThat(refusal.limits())
                .extracting(LimitRefusal::code)
                .containsExactly(RefusalCode.QUOTA_EXHAUSTED, RefusalCode.QUOTA_INSUFFICIENT);
        assertThat(refusal.retryAt()).isEqualTo(MIDNIGHT);
    }

    @Test
    void moreThanTheWholeAmountNeverFitsAndHasNoRetryTime() {
        Refusal refusal = refusal(reserve(11).decide(work(account("key", limit(10), used(0, 0))), NOON));

        assertThat(refusal.code()).isEqualTo(RefusalCode.QUOTA_NEVER_FITS);
        assertThat(refusal.retryAt()).isNull();
    }

    @Test
    void comesBackWhenEnoughHoldsHaveExpired() {
        Instant freed = NOON.plusSeconds(30);
        Facts facts = new Facts() {
            @Override
            public List<ReservationRecord> expiredHolds(AccountId account, Instant now, int max) {
                return List.of();
            }

            @Override
            public @Nullable Instant freedByExpiry(AccountId account, QuotaLimit limit, Counter counter, long units) {
                return units <= 4 ? freed : null;
            }
        };

        UnitOfWork work = new UnitOfWork(List.of(account("key", limit(10), used(2, 6))), facts);

        assertThat(refusal(reserve(6).decide(work, NOON)).retryAt()).isEqualTo(freed);
        assertThat(refusal(reserve(7).decide(work, NOON)).retryAt()).isEqualTo(MIDNIGHT);
    }

    @Test
    void theStatusOfAnAccountComesBeforeItsLimits() {
        Account disabled = Account.builder(AccountId.of("key")).disabled(true).build();

        Refusal refusal = refusal(reserve(99).decide(work(account(disabled, limit(10), used(0, 0))), NOON));

        assertThat(refusal.code()).isEqualTo(RefusalCode.ACCOUNT_DISABLED);
        assertThat(refusal.limits()).isEmpty();
    }

    @Test
    void anUnknownAccountIsRefused() {
        assertThat(refusal(reserve(1).decide(work(), NOON)).code()).isEqualTo(RefusalCode.ACCOUNT_UNKNOWN);
    }

    @Test
    void theSameRequestAgainIsReplayed() {
        UnitOfWork work = work(account("key", limit(10), used(0, 0)));
        ReservationRecord first = held(reserve(5).decide(work, NOON));

        Reserve.Answer again = reserve(5).decide(work.begin(first, true), NOON.plusSeconds(1));

        assertThat(again).isEqualTo(new Reserve.Answer.Held(first, true));
        assertThat(work.reservationChanged()).isFalse();
    }

    @Test
    void theSameIdWithAnotherValueIsAConflictThatNamesTheField() {
        UnitOfWork work = work(account("key", limit(10), used(0, 0)));
        ReservationRecord first = held(reserve(5).decide(work, NOON));

        assertThat(conflictField(reserve(6), work, first)).isEqualTo("charge");
        assertThat(conflictField(
                        new Reserve(first.id(), AccountId.of("other"), tokens(5), Given.TEN_MINUTES, Tags.NONE),
                        work,
                        first))
                .isEqualTo("account");
        assertThat(conflictField(
                        new Reserve(
                                first.id(),
                                AccountId.of("key"),
                                tokens(5),
                                Given.TEN_MINUTES.plusSeconds(1),
                                Tags.NONE),
                        work,
                        first))
                .isEqualTo("timeToLive");
        assertThat(conflictField(
                        new Reserve(
                                first.id(),
                                AccountId.of("key"),
                                tokens(5),
                                Given.TEN_MINUTES,
                                Tags.NONE.with("a", "b")),
                        work,
                        first))
                .isEqualTo("tags");
    }

    private static String conflictField(Reserve command, UnitOfWork work, ReservationRecord known) {
        Reserve.Answer answer = command.decide(work.begin(known, true), NOON);
        return ((Reserve.Answer.Conflict) answer).conflict().field();
    }

    @Test
    void aSumBeyondALongIsAnErrorAndChangesNoCounter() {
        Counter first = used(0, 0);
        Counter second = used(0, Long.MAX_VALUE - 1);
        UnitOfWork work =
                work(account("key", limit(Long.MAX_VALUE), first), account("team", graceful(Long.MAX_VALUE), second));

        assertThatThrownBy(() -> reserve(5).decide(work, NOON)).isInstanceOf(ArithmeticException.class);

        assertThat(first.held()).isZero();
        assertThat(second.held()).isEqualTo(Long.MAX_VALUE - 1);
    }

    @Test
    void expiredHoldsNoLongerCount() {
        Counter counter = used(0, 0);
        WorkingAccount account = account("key", limit(10), counter);
        UnitOfWork first = work(account);
        ReservationRecord dead = held(reserve("dead", 10).decide(first, NOON));
        account.setEarliestExpiry(dead.grant().expiresAt());
        UnitOfWork work = new UnitOfWork(List.of(account), new Facts() {
            @Override
            public List<ReservationRecord> expiredHolds(AccountId id, Instant now, int max) {
                return List.of(dead);
            }

            @Override
            public @Nullable Instant freedByExpiry(AccountId id, QuotaLimit limit, Counter of, long units) {
                return null;
            }
        });

        assertThat(reserve(10).decide(work, dead.grant().expiresAt())).isInstanceOf(Reserve.Answer.Held.class);
        assertThat(counter.held()).isEqualTo(10);
    }
}
