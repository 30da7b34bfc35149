package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.caching.CachingQuotaStore;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.window.QuotaWindow;

/** What is refused without asking the store, and what never is. */
class RefusedFromMemoryTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final AccountId KEY = AccountId.of("key");
    private static final AccountId TEAM = AccountId.of("team");

    private final ManualClock clock = new ManualClock(NOON);
    private final InMemoryQuotaStore shared = new InMemoryQuotaStore(clock);
    private final AtomicLong asked = new AtomicLong();
    private final CachingQuotaStore store = caching(Intercepted.counting(shared, asked));
    private final QuotaLedger ledger = QuotaLedger.over(store);

    /** Another node of the same ledger. */
    private final QuotaLedger elsewhere = QuotaLedger.over(caching(shared));

    private Reservation hold;

    @SuppressWarnings("NullAway.Init") // Made before each test.
    RefusedFromMemoryTest() {}

    private CachingQuotaStore caching(QuotaStore of) {
        return CachingQuotaStore.builder(of).ticker(Tickers.of(clock)).build();
    }

    /** A key of 10 tokens an hour, one of them used and the others held, in a team of a policy. */
    @BeforeEach
    void exhaustAKey() {
        QuotaWindow hourly = QuotaWindow.custom(Duration.ofHours(1), NOON);
        ledger.admin().createPolicy(QuotaPolicy.of("team", limit("team", 1000, hourly)));
        ledger.admin().createAccount(Account.builder(TEAM).policy("team").build());
        ledger.admin()
                .createAccount(Account.builder(KEY)
                        .parent(TEAM)
                        .override(limit("hourly", 10, hourly))
                        .build());
        ledger.charge(RequestId.of("charge"), KEY, tokens(1)).orThrow();
        hold = ledger.reserve(KEY, tokens(9)).orThrow();
    }

    @Test
    void anExhaustedKeyIsRefusedAgainWithoutAskingTheStore() {
        Refusal first = refusal(reserve(5));

        long before = asked.get();
        Refusal again = refusal(reserve(5));
        boolean admissible = ledger.check(KEY, tokens(5)).admissible();

        assertThat(again).isEqualTo(first);
        assertThat(admissible).isFalse();
        assertThat(asked).hasValue(before);
    }

    @Test
    void anotherAmountIsRefusedFromMemoryWithItsOwnFigures() {
        refusal(reserve(5));

        long before = asked.get();
        Refusal other = refusal(reserve(7));

        assertThat(asked).hasValue(before);
        assertThat(other.limits().get(0).requested()).isEqualTo(Amount.ofUnits(7, Meter.TOKENS));
    }

    @Test
    void whatMayBeAdmittedIsAlwaysAskedOfTheStore() {
        hold.adjust(tokens(5)).orThrow();
        refusal(reserve(5));

        assertThat(reserve(0).granted()).isTrue();
        assertThat(ledger.reserve(KEY, Charge.of(Amount.ofUnits(5, Meter.REQUESTS)))
                        .granted())
                .isTrue();
        assertThat(reserve(4).granted()).isTrue();
    }

    @Test
    void moreThanCanEverFitIsToldFromWhatDoesNotFitNow() {
        assertThat(refusal(reserve(5)).code()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);

        assertThat(refusal(reserve(11)).code()).isEqualTo(RefusalCode.QUOTA_NEVER_FITS);
        assertThat(refusal(reserve(5)).code()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
    }

    @Test
    void whatIsNotBilledPasses() {
        refusal(reserve(5));

        assertThat(ledger.reserve(ReserveRequest.unbilled(KEY, UnbilledReason.PRICE_NOT_FOUND)
                                .build())
                        .granted())
                .isTrue();
    }

    @Test
    void anIdThatWasGrantedIsReplayedThoughTheKeyIsExhausted() {
        hold.release();
        ReserveRequest request =
                ReserveRequest.builder(KEY, tokens(9)).id("granted").build();
        ledger.reserve(request).orThrow();
        refusal(reserve(9));

        Admission again = ledger.reserve(request);

        assertThat(again)
                .isInstanceOfSatisfying(
                        Admission.Granted.class,
                        granted -> assertThat(granted.replayed()).isTrue());
    }

    @Test
    void anIdIsRefusedFromMemoryOnlyIfTheCallerSaysThatItIsNew() {
        refusal(reserve(5));

        long before = asked.get();
        refusal(ledger.reserve(
                ReserveRequest.builder(KEY, tokens(5)).id("new").firstAttempt().build()));
        assertThat(asked).hasValue(before);

        refusal(ledger.reserve(
                ReserveRequest.builder(KEY, tokens(5)).id("other").build()));
        assertThat(asked).hasValueGreaterThan(before);
    }

    @Test
    void whatNeitherTheKeyNorTheAccountItOverflowsToHasRoomForIsRefusedFromMemoryUntilEitherChanges() {
        QuotaWindow hourly = QuotaWindow.custom(Duration.ofHours(1), NOON);
        AccountId pool = AccountId.of("pool");
        ledger.admin()
                .createAccount(Account.builder(pool)
                        .override(limit("pool", 10, hourly))
                        .build());
        ledger.admin()
                .changeAccount(
                        KEY,
                        before -> before.toBuilder()
                                .overrides(List.of(limit("hourly", 10, hourly).toBuilder()
                                        .onExhaustion(ExhaustionAction.overflowTo(pool))
                                        .build()))
                                .build());
        Reservation there = ledger.reserve(pool, tokens(8)).orThrow();
        Refusal first = refusal(reserve(5));
        assertThat(first.limits()).hasSize(2);

        long before = asked.get();
        assertThat(refusal(reserve(5))).isEqualTo(first);
        refusal(reserve(4));
        assertThat(asked).hasValue(before);
        assertThat(reserve(2).granted()).isTrue(); // Which the pool has room for.

        there.release().orThrow();
        assertThat(reserve(5).granted()).isTrue();
    }

    @Test
    void writingDownHowManyWereRefusedForgetsNone() {
        refusal(reserve(5));

        ledger.admin().sweep(10);

        assertAnsweredFromMemory(5, true);
    }

    @Test
    void theStoreIsAskedAgainAfterASecond() {
        refusal(reserve(5));
        clock.advance(Duration.ofMillis(999));
        assertAnsweredFromMemory(5, true);

        clock.advance(Duration.ofMillis(1));

        assertAnsweredFromMemory(5, false);
    }

    @Test
    void theStoreIsAskedAgainAsSoonAsAWindowEnds() {
        clock.set(NOON.plus(Duration.ofHours(1)).minusMillis(1));
        hold = ledger.reserve(KEY, tokens(9)).orThrow();
        refusal(reserve(5));

        clock.advance(Duration.ofMillis(1));

        assertThat(reserve(5).granted()).isTrue();
    }

    @Test
    void theStoreIsAskedAgainAsSoonAsAHoldExpires() {
        hold.release();
        ledger.reserve(ReserveRequest.builder(KEY, tokens(9))
                        .timeToLive(Duration.ofMillis(10))
                        .build())
                .orThrow();
        refusal(reserve(5));

        clock.advance(Duration.ofMillis(10));

        assertThat(reserve(5).granted()).isTrue();
    }

    static Stream<Arguments> localChanges() {
        return Stream.of(
                change("release", (ledger, hold) -> hold.release()),
                change("settle", (ledger, hold) -> hold.settle(tokens(1))),
                change("settle by id", (ledger, hold) -> ledger.settle(hold.id(), tokens(1))),
                change(
                        "asynchronous settle",
                        (ledger, hold) -> ledger.async()
                                .settle(hold.id(), tokens(1))
                                .toCompletableFuture()
                                .join()),
                change("adjust", (ledger, hold) -> hold.adjust(tokens(2))),
                change(
                        "limit raised",
                        (ledger, hold) -> ledger.admin()
                                .override(KEY, limit("hourly", 100, QuotaWindow.custom(Duration.ofHours(1), NOON)))),
                change("limit taken away", (ledger, hold) -> ledger.admin().withoutOverride(KEY, "hourly")));
    }

    private static Arguments change(String name, BiConsumer<QuotaLedger, Reservation> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("localChanges")
    void aChangeThatMakesRoomLetsTheKeyInAtOnce(String name, BiConsumer<QuotaLedger, Reservation> change) {
        refusal(reserve(5));

        change.accept(ledger, hold);

        assertThat(reserve(5).granted()).isTrue();
    }

    @Test
    void aRefundLetsTheKeyInAtOnce() {
        refusal(reserve(1));

        ledger.refund(RequestId.of("refund"), RequestId.of("charge"), tokens(1)).orThrow();

        assertThat(reserve(1).granted()).isTrue();
    }

    @Test
    void aChangeOfAParentsPolicyLetsTheKeyInAtOnce() {
        hold.release();
        ledger.charge(RequestId.of("much"), TEAM, tokens(999)).orThrow();
        refusal(reserve(5));

        ledger.admin()
                .changePolicy("team", policy -> QuotaPolicy.of("team", limit("team", 2000, QuotaWindow.lifetime())));

        assertThat(reserve(5).granted()).isTrue();
    }

    @Test
    void aSettleOfAnotherKeyOfTheTeamLetsTheKeyIn() {
        hold.release();
        AccountId other = ledger.admin()
                .createAccount(Account.builder("other").parent(TEAM).build())
                .id();
        Reservation large = ledger.reserve(other, tokens(999)).orThrow();
        refusal(reserve(5));

        large.settle(tokens(1)).orThrow();

        assertThat(reserve(5).granted()).isTrue();
    }

    @Test
    void aSuspensionIsRefusedFromMemoryUntilItEndsOrIsLifted() {
        hold.release();
        ledger.admin().suspend(KEY, NOON.plusMillis(500));
        assertThat(refusal(reserve(5)).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertAnsweredFromMemory(5, true);
        ledger.admin().resume(KEY);
        assertThat(reserve(1).granted()).isTrue();

        ledger.admin().suspend(KEY, NOON.plusMillis(500));
        refusal(reserve(5));
        clock.advance(Duration.ofMillis(500));

        assertThat(reserve(1).granted()).isTrue();
    }

    @Test
    void whatIsChangedOnAnotherNodeIsSeenWithinASecondOrWhenToldSo() {
        refusal(reserve(5));
        elsewhere.release(hold.id());
        assertThat(reserve(5).granted()).isFalse();

        store.forget();
        Reservation granted = reserve(5).orThrow();

        refusal(reserve(9));
        elsewhere.release(granted.id());
        clock.advance(Duration.ofSeconds(1));
        assertThat(reserve(9).granted()).isTrue();
    }

    @Test
    void anUnknownAccountIsUnknownUntilItIsCreated() {
        AccountId stranger = AccountId.of("stranger");
        assertThat(refusal(ledger.reserve(stranger, tokens(1))).code()).isEqualTo(RefusalCode.ACCOUNT_UNKNOWN);
        assertThat(ledger.admin().account(stranger)).isEmpty();
        long before = asked.get();
        refusal(ledger.reserve(stranger, tokens(2)));
        assertThat(ledger.admin().account(stranger)).isEmpty();
        assertThat(asked).hasValue(before);

        ledger.admin().createAccount(Account.builder("stranger").build());

        assertThat(ledger.admin().account(stranger)).isPresent();
        assertThat(ledger.reserve(stranger, tokens(1)).granted()).isTrue();
    }

    @Test
    void anAccountCreatedElsewhereIsKnownWithinASecond() {
        AccountId stranger = AccountId.of("stranger");
        refusal(ledger.reserve(stranger, tokens(1)));
        elsewhere.admin().createAccount(Account.builder("stranger").build());

        clock.advance(Duration.ofSeconds(1));

        assertThat(ledger.reserve(stranger, tokens(1)).granted()).isTrue();
    }

    @Test
    void randomKeysPushNoCustomerOutOfMemory() {
        refusal(reserve(5));

        for (int i = 0; i < 50_000; i++) {
            refusal(ledger.reserve(AccountId.of("random-" + i), tokens(1)));
        }

        assertAnsweredFromMemory(5, true);
    }

    @Test
    void anAccountIsReadOnceAndAChangeOfItIsSeenAtOnce() {
        ledger.admin().account(KEY);
        long before = asked.get();

        assertThat(ledger.admin().account(KEY)).isPresent();
        assertThat(asked).hasValue(before);

        ledger.admin().disable(KEY);
        assertThat(ledger.admin().account(KEY).orElseThrow().account().disabled())
                .isTrue();
    }

    @Test
    void aChangeMadeFromAnOldVersionIsMadeAgainFromTheNewOne() {
        ledger.admin().account(KEY);
        elsewhere.admin().disable(KEY);

        ledger.admin().enable(KEY);

        assertThat(shared.account(KEY).orElseThrow().account().disabled()).isFalse();
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void anAnswerThatIsOvertakenByAChangeIsNotRemembered() throws Exception {
        CountDownLatch decided = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        QuotaLedger slow = QuotaLedger.over(caching(Intercepted.passing(shared, command -> command, applied -> {
            if (applied.answer() instanceof org.quotaledger.reservation.Refused) {
                decided.countDown();
                awaitUninterruptibly(goOn);
            }
        })));
        CompletableFuture<Boolean> check =
                CompletableFuture.supplyAsync(() -> slow.check(KEY, tokens(5)).admissible());
        assertThat(decided.await(Race.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        slow.release(hold.id());
        goOn.countDown();

        assertThat(check.get(Race.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isFalse();
        assertThat(slow.reserve(KEY, tokens(5)).granted()).isTrue();
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void noRefusalOutlivesAChangeHoweverManyThreadsAsk() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<?>[] asking = Stream.generate(() -> CompletableFuture.runAsync(() -> {
                    while (!over.get()) {
                        ledger.check(KEY, tokens(5));
                    }
                }))
                .limit(3)
                .toArray(CompletableFuture<?>[]::new);
        try {
            for (int i = 0; i < 20_000; i++) {
                hold.release();
                hold = reserve(9).orThrow();
            }
        } finally {
            over.set(true);
        }
        CompletableFuture.allOf(asking).get(Race.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(Race.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private void assertAnsweredFromMemory(long units, boolean expected) {
        long before = asked.get();
        refusal(reserve(units));
        assertThat(asked.get() == before).isEqualTo(expected);
    }

    private Admission reserve(long units) {
        return ledger.reserve(KEY, tokens(units));
    }

    private static Refusal refusal(Admission admission) {
        return ContractSection.refusal(admission);
    }

    private static QuotaLimit limit(String name, long units, QuotaWindow window) {
        return QuotaLimit.builder(name, Amount.ofUnits(units, Meter.TOKENS), window)
                .noAlerts()
                .build();
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.ofUnits(units, Meter.TOKENS));
    }
}
