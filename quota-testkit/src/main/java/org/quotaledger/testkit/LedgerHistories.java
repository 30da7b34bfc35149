package org.quotaledger.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.window.QuotaWindow;

/** Generators of histories: small amounts, few accounts and ids, so that much of what happens has to do with the rest. */
final class LedgerHistories {

    private static final Instant ANCHOR = Instant.parse("2026-03-07T21:00:00Z");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Duration MICROSECOND = Duration.ofNanos(1000);

    private static final List<QuotaWindow> WINDOWS = List.of(
            QuotaWindow.daily(NEW_YORK),
            QuotaWindow.hourly(ZoneOffset.UTC),
            QuotaWindow.weekly(ZoneId.of("Asia/Kolkata")),
            QuotaWindow.custom(Duration.ofMinutes(30), ANCHOR),
            QuotaWindow.custom(Period.ofDays(2), LocalDateTime.parse("2026-01-01T02:30:00"), BERLIN),
            QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(10)),
            QuotaWindow.rolling(Duration.ofDays(1), Duration.ofHours(5)),
            QuotaWindow.sinceFirstUse(Duration.ofMinutes(45)),
            QuotaWindow.sinceFirstUse(Duration.ofHours(5)),
            QuotaWindow.lifetime(),
            QuotaWindow.lifetime(ANCHOR, ANCHOR.plus(Duration.ofDays(3))));

    private static final List<Duration> DEBOUNCES = List.of(
            Duration.ofHours(1), Duration.ofMinutes(20), Duration.ZERO, Duration.ofHours(6), Duration.ofHours(26));

    private LedgerHistories() {}

    /** Returns histories in which people seldom do anything. */
    static Arbitrary<LedgerHistory> histories() {
        return histories(16, 1);
    }

    /** Returns histories in which every third step is something that people do to accounts and policies. */
    static Arbitrary<LedgerHistory> editedHistories() {
        return histories(2, 1);
    }

    /** Returns histories in which every limit alerts, and no expiry charges: which of several is noticed first is open. */
    static Arbitrary<LedgerHistory> alertingHistories() {
        return histories(4, 1)
                .map(history -> new LedgerHistory(
                        alerting(history.policy()),
                        history.limits().stream().map(LedgerHistories::alerting).toList(),
                        history.steps().stream()
                                .filter(step -> !(step instanceof LedgerHistory.Progress))
                                .map(LedgerHistories::alerting)
                                .toList()));
    }

    private static LedgerHistory.Step alerting(LedgerHistory.Step step) {
        if (step instanceof LedgerEdits.ChangeLimits change) {
            return new LedgerEdits.ChangeLimits(change.account(), alerting(change.limits()));
        }
        return step instanceof LedgerEdits.ChangePolicy change
                ? new LedgerEdits.ChangePolicy(alerting(change.limits()))
                : step;
    }

    private static List<QuotaLimit> alerting(List<QuotaLimit> limits) {
        return limits.stream()
                .map(limit -> limit.toBuilder()
                        .alertAt(AlertThreshold.percent(40), AlertThreshold.percent(80), AlertThreshold.percent(100))
                        .alertDebounce(DEBOUNCES.get((int) (limit.amount().units() % DEBOUNCES.size())))
                        .build())
                .toList();
    }

    private static Arbitrary<LedgerHistory> histories(int use, int edits) {
        Arbitrary<List<List<QuotaLimit>>> limits = Combinators.combine(
                        limits().list().ofSize(LedgerHistory.ACCOUNTS.size() - 1), limits(sparesActions()))
                .as((others, spares) ->
                        Stream.concat(others.stream(), Stream.of(spares)).toList());
        Arbitrary<LedgerHistory.Step> step = Arbitraries.frequencyOf(Tuple.of(use, use()), Tuple.of(edits, edits()));
        Arbitrary<List<LedgerHistory.Step>> steps =
                step.list().ofMinSize(1).ofMaxSize(150).withSizeDistribution(RandomDistribution.uniform());
        return Combinators.combine(limits(), limits, steps)
                .as(LedgerHistory::new)
                .withoutEdgeCases();
    }

    /** None to three limits, named so that a name is always of one meter. */
    private static Arbitrary<List<QuotaLimit>> limits() {
        ExhaustionAction toSpare = ExhaustionAction.overflowTo(AccountId.of(LedgerHistory.SPARE));
        return limits(Arbitraries.frequencyOf(Tuple.of(5, sparesActions()), Tuple.of(1, Arbitraries.of(toSpare))));
    }

    private static Arbitrary<ExhaustionAction> sparesActions() {
        return Arbitraries.frequency(
                Tuple.of(5, ExhaustionAction.refuse()),
                Tuple.of(2, ExhaustionAction.suspendUntilWindowEnd()),
                Tuple.of(1, ExhaustionAction.suspendUntilResumed()),
                Tuple.of(1, ExhaustionAction.observe()));
    }

    private static Arbitrary<List<QuotaLimit>> limits(Arbitrary<ExhaustionAction> actions) {
        Arbitrary<List<QuotaLimit>> tokens =
                limit("tokens", Meter.TOKENS, actions).list().ofMaxSize(2);
        Arbitrary<List<QuotaLimit>> requests =
                limit("requests", Meter.REQUESTS, actions).list().ofMaxSize(1);
        return Combinators.combine(tokens, requests).as((some, others) -> {
            List<QuotaLimit> all = new ArrayList<>();
            for (QuotaLimit limit : some) {
                all.add(named(limit, limit.name() + "-" + all.size()));
            }
            all.addAll(others);
            return List.copyOf(all);
        });
    }

    private static QuotaLimit named(QuotaLimit limit, String name) {
        return QuotaLimit.builder(name, limit.amount(), limit.window())
                .boundary(limit.boundary())
                .chargeTime(limit.chargeTime())
                .onExcess(limit.onExcess())
                .onExpiry(limit.onExpiry())
                .onExhaustion(limit.onExhaustion())
                .thresholds(limit.thresholds())
                .build();
    }

    private static Arbitrary<QuotaLimit> limit(String name, Meter meter, Arbitrary<ExhaustionAction> actions) {
        Arbitrary<Long> amounts = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.longs().between(3, 30)), Tuple.of(1, Arbitraries.of(0L)));
        return Combinators.combine(
                        amounts,
                        Arbitraries.of(WINDOWS),
                        Arbitraries.frequency(Tuple.of(3, Boundary.STRICT), Tuple.of(1, Boundary.GRACEFUL)),
                        Arbitraries.frequency(Tuple.of(3, ChargeTime.RESERVE), Tuple.of(1, ChargeTime.SETTLE)),
                        Arbitraries.frequency(
                                Tuple.of(4, OnExcess.CHARGE), Tuple.of(1, OnExcess.CAP), Tuple.of(1, OnExcess.REFUSE)),
                        Arbitraries.of(OnExpiry.class),
                        actions)
                .as((amount, window, boundary, chargeTime, onExcess, onExpiry, action) -> QuotaLimit.builder(
                                name, Amount.ofUnits(amount, meter), window)
                        .boundary(boundary)
                        .chargeTime(window.opensWithUse() ? ChargeTime.RESERVE : chargeTime)
                        .onExcess(onExcess)
                        .onExpiry(onExpiry)
                        .onExhaustion(action)
                        .noAlerts()
                        .build());
    }

    private static Arbitrary<Integer> ids() {
        return Arbitraries.integers().between(0, 29);
    }

    private static Arbitrary<Integer> accounts() {
        return Arbitraries.integers().between(0, LedgerHistory.ACCOUNTS.size() - 1);
    }

    private static Arbitrary<Duration> timesToLive() {
        return Arbitraries.of(
                Duration.ofMillis(1),
                Duration.ofSeconds(90),
                Duration.ofMinutes(10),
                Duration.ofMinutes(37),
                Duration.ofHours(2),
                Duration.ofHours(24));
    }

    private static Arbitrary<LedgerHistory.Step> use() {
        Arbitrary<Integer> ids = ids();
        Arbitrary<Integer> accounts = accounts();
        Arbitrary<LedgerHistory.Amounts> amounts = amounts();
        Arbitrary<ReserveMode> modes = Arbitraries.frequency(
                Tuple.of(6, ReserveMode.ALL_OR_NOTHING),
                Tuple.of(2, ReserveMode.AT_MOST),
                Tuple.of(1, ReserveMode.OBSERVE));
        Arbitrary<Duration> timesToLive = timesToLive();
        Arbitrary<Boolean> byHand = Arbitraries.of(true, false);
        Arbitrary<Boolean> unbilled = Arbitraries.frequency(Tuple.of(8, false), Tuple.of(1, true));
        return Arbitraries.frequencyOf(
                Tuple.of(
                        26,
                        Combinators.combine(ids, accounts, amounts, modes, timesToLive, unbilled)
                                .as(LedgerHistory.Reserve::new)),
                Tuple.of(3, Combinators.combine(accounts, amounts).as(LedgerHistory.Check::new)),
                Tuple.of(16, Combinators.combine(ids, amounts).as(LedgerHistory.Settle::new)),
                Tuple.of(3, Combinators.combine(ids, counted()).as(LedgerHistory.SettleUnbilled::new)),
                Tuple.of(5, ids.map(LedgerHistory.Release::new)),
                Tuple.of(4, Combinators.combine(ids, timesToLive).as(LedgerHistory.Extend::new)),
                Tuple.of(7, Combinators.combine(ids, amounts).as(LedgerHistory.Adjust::new)),
                Tuple.of(7, Combinators.combine(ids, amounts).as(LedgerHistory.Progress::new)),
                Tuple.of(4, Combinators.combine(ids, accounts, amounts, byHand).as(LedgerHistory.DirectCharge::new)),
                Tuple.of(6, Combinators.combine(ids, ids, amounts, byHand).as(LedgerHistory.Refund::new)),
                Tuple.of(3, Arbitraries.create(LedgerHistory.Sweep::new)),
                Tuple.of(10, waits()),
                Tuple.of(
                        12,
                        Combinators.combine(Arbitraries.integers().between(0, 3), offsets())
                                .as(LedgerHistory.WaitForChange::new)),
                Tuple.of(
                        2,
                        Arbitraries.of(MICROSECOND, Duration.ofSeconds(5), Duration.ofMinutes(20))
                                .map(LedgerHistory.SetBack::new)));
    }

    private static Arbitrary<LedgerHistory.Step> edits() {
        Arbitrary<Integer> accounts = accounts();
        Arbitrary<Integer> others =
                accounts.filter(account -> account < LedgerHistory.ACCOUNTS.indexOf(LedgerHistory.SPARE));
        Arbitrary<Integer> which = Arbitraries.integers().between(0, 2);
        Arbitrary<Long> units = Arbitraries.longs().between(0, 40);
        return Arbitraries.frequencyOf(
                Tuple.of(5, Combinators.combine(others, limits()).as(LedgerEdits.ChangeLimits::new)),
                Tuple.of(3, limits().map(LedgerEdits.ChangePolicy::new)),
                Tuple.of(4, others.map(LedgerEdits.RestoreLimits::new)),
                Tuple.of(5, Combinators.combine(accounts, which, units).as(LedgerEdits.SetAmount::new)),
                Tuple.of(3, Combinators.combine(which, units).as(LedgerEdits.SetPolicyAmount::new)),
                Tuple.of(
                        2,
                        Combinators.combine(which, accounts, which, units.filter(n -> n > 0))
                                .as(LedgerEdits.TopUp::new)),
                Tuple.of(
                        6,
                        Combinators.combine(accounts, which, Arbitraries.of(true, false))
                                .as(LedgerEdits.Reset::new)),
                Tuple.of(
                        1,
                        Combinators.combine(others, Arbitraries.of(true, false)).as(LedgerEdits.ChangeParent::new)),
                Tuple.of(
                        1,
                        Combinators.combine(accounts, Arbitraries.of(true, false, false))
                                .as(LedgerEdits.Disable::new)),
                Tuple.of(1, Combinators.combine(accounts, timesToLive()).as(LedgerEdits.Suspend::new)),
                Tuple.of(3, accounts.map(LedgerEdits.Resume::new)),
                Tuple.of(
                        1,
                        Combinators.combine(
                                        accounts,
                                        Arbitraries.of(
                                                Duration.ZERO,
                                                Duration.ZERO,
                                                Duration.ofMinutes(5),
                                                Duration.ofDays(1)))
                                .as(LedgerEdits.ExpireAccount::new)));
    }

    private static Arbitrary<LedgerHistory.Amounts> amounts() {
        Arbitrary<Long> units = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.longs().between(1, 9)),
                Tuple.of(2, Arbitraries.longs().between(10, 35)),
                Tuple.of(1, Arbitraries.of(0L)));
        Arbitrary<LedgerHistory.Amounts> tokens = units.map(n -> new LedgerHistory.Amounts(n, -1));
        Arbitrary<LedgerHistory.Amounts> both =
                Combinators.combine(units, units).as(LedgerHistory.Amounts::new);
        return Arbitraries.frequencyOf(Tuple.of(4, tokens), Tuple.of(1, both));
    }

    /** What an unbilled request counts all the same: nothing of no meter too, and meters that are not held. */
    private static Arbitrary<LedgerHistory.Amounts> counted() {
        return Arbitraries.frequencyOf(
                Tuple.of(2, amounts()),
                Tuple.of(1, Arbitraries.of(new LedgerHistory.Amounts(-1, 1), new LedgerHistory.Amounts(-1, -1))));
    }

    private static Arbitrary<LedgerHistory.Step> waits() {
        return Arbitraries.frequencyOf(
                        Tuple.of(
                                6,
                                Arbitraries.longs()
                                        .between(1, 3_600_000_000_000L)
                                        .map(Duration::ofNanos)),
                        Tuple.of(2, Arbitraries.integers().between(1, 30).map(Duration::ofHours)),
                        Tuple.of(1, Arbitraries.integers().between(1, 9).map(Duration::ofDays)))
                .map(LedgerHistory.Wait::new);
    }

    private static Arbitrary<Duration> offsets() {
        return Arbitraries.of(
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofNanos(-1),
                MICROSECOND.negated(),
                MICROSECOND,
                Duration.ofNanos(1));
    }
}
