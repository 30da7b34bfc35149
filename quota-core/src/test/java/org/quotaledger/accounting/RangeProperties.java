package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.QuotaWindow;

/**
 * For every counter in the range that a command recorded, the rule answers and changes the same. The state is plain values:
 * a key with one limit, its team with another, and a reservation of both.
 */
class RangeProperties {

    private static final RequestId R = RequestId.of("r");
    private static final AccountId KEY = AccountId.of("key");
    private static final AccountId TEAM = AccountId.of("team");
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Suspension SUSPENDED = new Suspension(NOON.minus(HOUR), null, "day");
    private static final QuotaWindow DAILY = QuotaWindow.daily(ZoneOffset.UTC);

    /**
     * A state before a command.
     *
     * @param suspended whether the limit of the key has suspended it
     * @param reserved the units of a reservation of noon, which both counters hold
     * @param settled whether it was settled since
     */
    record State(
            QuotaLimit ofKey,
            QuotaLimit ofTeam,
            Counter.Values key,
            Counter.Values team,
            boolean suspended,
            long reserved,
            boolean settled) {

        State with(Counter.Values otherKey, Counter.Values otherTeam) {
            return new State(ofKey, ofTeam, otherKey, otherTeam, suspended, reserved, settled);
        }

        UnitOfWork open(Command<?> command) {
            List<WorkingAccount> accounts =
                    List.of(account(KEY, ofKey, key, suspended ? SUSPENDED : null), account(TEAM, ofTeam, team, null));
            if (!R.equals(command.reservation())) {
                return new UnitOfWork(accounts, null, List.of(), null, NO_HOLDS);
            }
            UnitOfWork before = unlimited(null, List.of());
            reserve("r", reserved, ReserveMode.ALL_OR_NOTHING).decide(before, NOON);
            UnitOfWork known = before;
            if (settled) {
                known = unlimited(before.reservation(), before.holds());
                new Command.Settle(R, charge(reserved), null, List.of()).decide(known, NOON);
            }
            return new UnitOfWork(accounts, known.reservation(), settled ? List.of() : known.holds(), null, NO_HOLDS);
        }

        private static UnitOfWork unlimited(@Nullable ReservationState known, List<Hold> holds) {
            QuotaLimit most = QuotaLimit.builder("day", tokens(Long.MAX_VALUE), DAILY)
                    .noAlerts()
                    .build();
            return new UnitOfWork(
                    List.of(account(KEY, most, null, null), account(TEAM, most, null, null)),
                    known,
                    holds,
                    null,
                    NO_HOLDS);
        }
    }

    /** Everything that a store answers and writes. */
    record Outcome(
            Object answer,
            Map<String, List<Long>> differences,
            List<JournalRow> journal,
            List<Hold> holds,
            boolean dropsHolds,
            @Nullable ReservationState reservation,
            @Nullable RefundState refund,
            List<Object> events,
            List<AccountEntry> accounts) {}

    /** Facts of accounts without expired holds and without recent alerts. */
    private static final Facts NO_HOLDS = new Facts() {
        @Override
        public AccountHolds holds(HoldsOf asked) {
            return new AccountHolds(
                    asked.at(),
                    Map.of(),
                    asked.maxDue() > 0 ? List.of() : null,
                    asked.meters().stream().collect(Collectors.toMap(meter -> meter, meter -> AccountHolds.Next.NONE)));
        }

        @Override
        public Counter recount(Recount asked) {
            throw new AssertionError(asked);
        }

        @Override
        public Map<String, Instant> alerts(AlertsOf asked) {
            return Map.of();
        }

        @Override
        public List<WorkingAccount> overflow(AccountId to) {
            throw new AssertionError(to);
        }
    };

    private static Amount tokens(long units) {
        return Amount.ofUnits(units, Meter.TOKENS);
    }

    private static Charge charge(long units) {
        return Charge.of(tokens(units));
    }

    private static WorkingAccount account(
            AccountId id, QuotaLimit limit, Counter.@Nullable Values values, @Nullable Suspension suspension) {
        Account account = Account.builder(id).build();
        return new WorkingAccount(
                new AccountEntry(account, 1, Instant.EPOCH, null, suspension, Instant.EPOCH, List.of(), Map.of()),
                List.of(new LimitEntry(limit, Instant.EPOCH)),
                values == null ? List.of() : List.of(counter(id, limit.window(), values)));
    }

    private static Counter counter(AccountId id, QuotaWindow window, Counter.Values values) {
        return new Counter(id, "day", window, Meter.TOKENS, window.spanAt(NOON), values);
    }

    private static Counter.Values values(long used, long held, long peak) {
        return new Counter.Values(used, held, peak, null, NOON.plus(HOUR), NOON);
    }

    private static Command.Reserve reserve(String id, long units, ReserveMode mode) {
        return new Command.Reserve(
                new RequestOrigin(RequestId.of(id), KEY, Tags.NONE), charge(units), mode, HOUR, true, null, false);
    }

    private static Outcome outcome(Object answer, UnitOfWork work, RecordedRanges ranges) {
        Map<String, List<Long>> differences = new LinkedHashMap<>();
        for (RecordedRanges.Difference each : ranges.differences()) {
            differences.put(each.counter().account().value(), List.of(each.used(), each.held()));
        }
        return new Outcome(
                answer,
                differences,
                work.journal(),
                work.holds(),
                work.dropsHolds(),
                work.reservation(),
                work.refund(),
                List.copyOf(work.events()),
                work.changedAccounts());
    }

    private static Outcome decide(Command<?> command, State state) {
        UnitOfWork work = state.open(command);
        RecordedRanges ranges = work.recordRanges();
        return outcome(command.decide(work, NOON), work, ranges);
    }

    private static CounterRange rangeOf(AccountId account, RecordedRanges ranges) {
        return ranges.differences().stream()
                .filter(each -> each.counter().account().equals(account))
                .findFirst()
                .orElseThrow()
                .range();
    }

    /** Returns the range of the key's counter for a command on a state. */
    private static CounterRange range(Command<?> command, State state) {
        UnitOfWork work = state.open(command);
        RecordedRanges ranges = work.recordRanges();
        command.decide(work, NOON);
        return rangeOf(KEY, ranges);
    }

    /** Every build looks at the same states, so that none fails by luck; the long run looks at new ones. */
    @Property(
            tries = 1_500,
            seed = "2718281828459045235",
            generation = GenerationMode.RANDOMIZED,
            edgeCases = EdgeCasesMode.NONE)
    void everyCounterInsideGetsTheSameAnswerAndChanges(
            @ForAll("states") State state,
            @ForAll("commands") Command<?> command,
            @ForAll @Size(20) List<@From("steps") Step> steps) {
        checkCountersInside(state, command, steps);
    }

    @Property(tries = 50_000, generation = GenerationMode.RANDOMIZED, edgeCases = EdgeCasesMode.NONE)
    @Tag("long")
    void everyCounterInsideDoesForLong(
            @ForAll("states") State state,
            @ForAll("commands") Command<?> command,
            @ForAll @Size(20) List<@From("steps") Step> steps) {
        checkCountersInside(state, command, steps);
    }

    private static void checkCountersInside(State state, Command<?> command, List<Step> steps) {
        UnitOfWork work = state.open(command);
        RecordedRanges ranges = work.recordRanges();
        Outcome first;
        try {
            first = outcome(command.decide(work, NOON), work, ranges);
        } catch (ArithmeticException overflow) {
            return; // Such a command changes nothing.
        }
        CounterRange ofKey = rangeOf(KEY, ranges);
        CounterRange ofTeam = rangeOf(TEAM, ranges);
        assertThat(ofKey.contains(state.key())).as(ofKey.toString()).isTrue();
        assertThat(ofTeam.contains(state.team())).as(ofTeam.toString()).isTrue();

        for (int i = 1; i < steps.size(); i++) {
            State other =
                    state.with(steps.get(i - 1).from(state.key()), steps.get(i).from(state.team()));
            boolean inside = ofKey.contains(other.key()) && ofTeam.contains(other.team());
            Statistics.collect(inside && !other.equals(state));
            if (inside) {
                assertThat(decide(command, other))
                        .as("%s and %s in %s and %s", other.key(), other.team(), ofKey, ofTeam)
                        .isEqualTo(first);
            }
        }
        Statistics.coverage(coverage -> coverage.check(true).percentage(percent -> percent > 10));
    }

    @Property(
            tries = 1_000,
            seed = "3141592653589793238",
            generation = GenerationMode.RANDOMIZED,
            edgeCases = EdgeCasesMode.NONE)
    void everyInstantBeforeTheOneRecordedGetsTheSame(
            @ForAll("states") State state,
            @ForAll("commands") Command<?> command,
            @ForAll @LongRange(min = 0, max = 8_000) long seconds) {
        UnitOfWork work = state.open(command);
        RecordedRanges ranges = work.recordRanges();
        Outcome first;
        try {
            first = outcome(command.decide(work, NOON), work, ranges);
        } catch (ArithmeticException overflow) {
            return;
        }
        Instant later = NOON.plusSeconds(seconds);
        if (later.isBefore(ranges.until())) {
            UnitOfWork again = state.open(command);
            RecordedRanges rangesAgain = again.recordRanges();
            Outcome second = outcome(command.decide(again, later), again, rangesAgain);

            assertThat(untimed(second)).as("at %s of %s", later, ranges.until()).isEqualTo(untimed(first));
        }
    }

    /** An outcome without its instants, and without the ids of events, which contain them. */
    private static List<Object> untimed(Outcome outcome) {
        return List.of(
                outcome.answer().toString().replaceAll("\\d{4}-[-0-9T:.]+Z", "an instant"),
                outcome.differences(),
                outcome.dropsHolds(),
                outcome.journal().size(),
                outcome.holds().size(),
                outcome.reservation() == null,
                outcome.accounts().size(),
                outcome.events().stream().map(Object::getClass).toList());
    }

    /** From one state of a counter to another. */
    record Step(long used, long held, long peak, UnaryOperator<@Nullable Instant> expiry) {

        Counter.Values from(Counter.Values values) {
            return new Counter.Values(
                    moved(values.used(), used),
                    moved(values.held(), held),
                    moved(values.peak(), peak),
                    null,
                    expiry.apply(values.earliestExpiry()),
                    NOON);
        }

        private static long moved(long value, long by) {
            long moved = value + by;
            return moved < 0 ? by < 0 ? 0 : Long.MAX_VALUE : moved;
        }
    }

    @Provide
    Arbitrary<Step> steps() {
        Arbitrary<Long> by = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(0L)),
                Tuple.of(8, Arbitraries.longs().between(-12, 12)),
                Tuple.of(1, Arbitraries.longs().between(Long.MIN_VALUE / 2, Long.MAX_VALUE / 2)));
        Arbitrary<UnaryOperator<@Nullable Instant>> expiries = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.just(found -> found)),
                Tuple.of(
                        4,
                        Arbitraries.of(
                                found -> null,
                                found -> NOON,
                                found -> NOON.plusSeconds(1),
                                found -> NOON.plus(HOUR).plusSeconds(1))));
        return Combinators.combine(by, by, by, expiries).as(Step::new);
    }

    @Provide
    Arbitrary<State> states() {
        Arbitrary<Long> few = Arbitraries.longs().between(0, 25);
        Arbitrary<Long> any = Arbitraries.frequencyOf(
                Tuple.of(12, few), Tuple.of(1, Arbitraries.longs().between(0, Long.MAX_VALUE - 100)));
        Arbitrary<@Nullable Instant> expiries = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.just(NOON.plus(HOUR))),
                Tuple.of(2, Arbitraries.just(NOON.plusSeconds(7))),
                Tuple.of(1, Arbitraries.just(NOON)),
                Tuple.of(1, Arbitraries.just(null)));
        Arbitrary<Counter.Values> counters = Combinators.combine(any, any, few, expiries)
                .as((used, held, peak, expiry) ->
                        new Counter.Values(used, held, peak % 3 == 0 ? peak : used, null, expiry, NOON));
        Arbitrary<Boolean> suspended = Arbitraries.of(true, false, false);
        return Combinators.combine(limits(), limits(), counters, counters, suspended, few, Arbitraries.of(true, false))
                .as(RangeProperties::state);
    }

    private static State state(
            QuotaLimit ofKey,
            QuotaLimit ofTeam,
            Counter.Values key,
            Counter.Values team,
            boolean suspended,
            long reserved,
            boolean settled) {
        return new State(
                ofKey,
                ofTeam,
                holding(key, reserved, settled),
                holding(team, reserved, settled),
                suspended,
                reserved,
                settled);
    }

    private static Counter.Values holding(Counter.Values values, long reserved, boolean settled) {
        return new Counter.Values(
                values.used() + (settled ? reserved : 0),
                values.held() + (settled ? 0 : reserved),
                values.peak(),
                null,
                values.earliestExpiry(),
                values.updatedAt());
    }

    @Provide
    Arbitrary<Command<?>> commands() {
        Arbitrary<Long> units = Arbitraries.frequencyOf(
                Tuple.of(15, Arbitraries.longs().between(0, 25)),
                Tuple.of(1, Arbitraries.longs().between(0, Long.MAX_VALUE)));
        return Combinators.combine(units, Arbitraries.integers().between(0, 11)).as((amount, kind) -> switch (kind) {
            case 0 -> reserve("n", amount, ReserveMode.AT_MOST);
            case 1 -> reserve("n", amount, ReserveMode.OBSERVE);
            case 2 -> new Command.Release(R, List.of());
            case 3 -> new Command.Adjust(R, charge(amount), List.of());
            case 4 -> new Command.Extend(R, HOUR.plusSeconds(amount % 3 - 1), List.of());
            case 5 -> new Command.DirectCharge(RequestId.of("n"), KEY, charge(amount), Tags.NONE);
            case 6 -> new Command.Refund(RequestId.of("n"), R, charge(amount));
            case 7, 8 -> new Command.Settle(R, charge(amount), null, List.of());
            default -> reserve("n", amount, ReserveMode.ALL_OR_NOTHING);
        });
    }

    private static QuotaLimit strict(long units) {
        return QuotaLimit.builder("day", tokens(units), DAILY).noAlerts().build();
    }

    private static State ofOne(QuotaLimit limit, Counter.Values values, long reserved) {
        return state(limit, strict(Long.MAX_VALUE), values, values(0, 0, 0), false, reserved, false);
    }

    @Example
    void aReserveIsGrantedUpToTheLimitAndTheFirstSumOutsideIsRefused() {
        Command<?> five = reserve("n", 5, ReserveMode.ALL_OR_NOTHING);
        CounterRange range = range(five, ofOne(strict(20), values(3, 4, 3), 0));

        assertThat(range.contains(values(0, 0, 0))).isTrue();
        assertThat(range.contains(values(9, 6, 9))).isTrue();
        assertThat(range.contains(values(9, 7, 9))).isFalse();
        assertThat(decide(five, ofOne(strict(20), values(9, 7, 9), 0)).answer()).isInstanceOf(Refused.class);
    }

    @Example
    void aReserveOfAsMuchAsFitsIsOfTheValuesThatLeaveSoMuch() {
        Command<?> ten = reserve("n", 10, ReserveMode.AT_MOST);
        CounterRange range = range(ten, ofOne(strict(20), values(10, 5, 10), 0));

        assertThat(range.contains(values(10, 5, 10))).isTrue();
        assertThat(range.contains(values(5, 5, 5))).isFalse();
    }

    @Example
    void aLimitOfWhichSeveralSpansCountIsDecidedByTheValuesThatWereFound() {
        QuotaLimit rolling = QuotaLimit.of("day", tokens(99), QuotaWindow.rolling(HOUR));
        Command<?> five = reserve("n", 5, ReserveMode.ALL_OR_NOTHING);
        Command<?> charge = new Command.DirectCharge(RequestId.of("n"), KEY, charge(5), Tags.NONE);

        assertThat(range(five, ofOne(rolling, values(3, 4, 3), 0)).contains(values(3, 5, 3)))
                .isFalse();
        assertThat(range(charge, ofOne(rolling, values(3, 4, 3), 0)).contains(values(3, 5, 3)))
                .isFalse();
    }

    @Example
    void aStepThatTakesExpiredHoldsOffIsOfTheValuesThatWereFound() {
        Command<?> five = reserve("n", 5, ReserveMode.ALL_OR_NOTHING);
        State state = ofOne(strict(20), new Counter.Values(3, 4, 3, null, NOON, NOON), 0);

        assertThat(range(five, state).contains(values(3, 4, 3))).isFalse();
    }

    @Example
    void anAlertStandsForItsInstantOnly() {
        QuotaLimit limit = QuotaLimit.builder("day", tokens(20), DAILY)
                .alertAt(AlertThreshold.percent(50))
                .build();
        Command<?> five = new Command.DirectCharge(RequestId.of("n"), KEY, charge(5), Tags.NONE);
        UnitOfWork work = ofOne(limit, values(8, 0, 8), 0).open(five);
        RecordedRanges ranges = work.recordRanges();
        five.decide(work, NOON);

        assertThat(work.events()).hasSize(1);
        assertThat(ranges.until()).isEqualTo(NOON.plusNanos(1_000));
    }

    @Example
    void aRefusalIsOfTheValuesThatItNames() {
        CounterRange range =
                range(reserve("n", 5, ReserveMode.ALL_OR_NOTHING), ofOne(strict(20), values(10, 10, 10), 0));

        assertThat(range.contains(values(10, 10, 10))).isTrue();
        assertThat(range.contains(values(11, 10, 11))).isFalse();
    }

    @Example
    void aSettleStaysBelowTheNextThresholdWhichTheFirstOutsideCrosses() {
        QuotaLimit limit = QuotaLimit.builder("day", tokens(20), DAILY)
                .alertAt(AlertThreshold.percent(20), AlertThreshold.percent(50))
                .build();
        Command<?> two = new Command.Settle(R, charge(2), null, List.of());
        CounterRange range = range(two, ofOne(limit, values(5, 0, 5), 3));

        assertThat(range.contains(values(7, 3, 7))).isTrue();
        assertThat(range.contains(values(8, 3, 8))).isFalse();
        assertThat(decide(two, ofOne(limit, values(8, 0, 8), 3)).events()).hasSize(1);
        // Where so little was used ever, the lower threshold is crossed now.
        assertThat(range.contains(values(3, 3, 3))).isFalse();
        assertThat(decide(two, ofOne(limit, values(3, 0, 3), 3)).events()).hasSize(1);
        assertThat(range.contains(values(3, 3, 4))).isTrue();
    }

    @Example
    void aChargeDoesNotSuspendAndTheFirstOutsideDoes() {
        QuotaLimit limit = strict(20).toBuilder()
                .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                .build();
        Command<?> five = new Command.DirectCharge(RequestId.of("n"), KEY, charge(5), Tags.NONE);
        CounterRange range = range(five, ofOne(limit, values(3, 0, 3), 0));

        assertThat(range.contains(values(14, 99, 14))).isTrue();
        assertThat(range.contains(values(15, 99, 15))).isFalse();
        assertThat(decide(five, ofOne(limit, values(15, 99, 15), 0)).accounts()).hasSize(1);
    }

    @Example
    void aReleaseTakesOffOnlyUnitsThatAreHeld() {
        Command<?> release = new Command.Release(R, List.of());
        CounterRange range = range(release, ofOne(strict(20), values(3, 2, 3), 5));

        assertThat(range.contains(values(19, 5, 19))).isTrue();
        assertThat(range.contains(values(19, 4, 19))).isFalse();
    }

    @Example
    void aHoldGrowsUpToTheLimitBesideWhatItHeldBefore() {
        Command<?> eight = new Command.Adjust(R, charge(8), List.of());
        CounterRange range = range(eight, ofOne(strict(20), values(3, 2, 3), 5));

        assertThat(range.contains(values(10, 7, 10))).isTrue();
        assertThat(range.contains(values(10, 8, 10))).isFalse();
        assertThat(decide(eight, ofOne(strict(20), values(10, 3, 10), 5))
                        .differences()
                        .get("key"))
                .containsExactly(0L, 0L);
    }

    @Example
    void aSumThatALongDoesNotHoldIsOutside() {
        QuotaLimit most = QuotaLimit.builder("day", tokens(Long.MAX_VALUE), DAILY)
                .graceful()
                .noAlerts()
                .build();
        CounterRange range = range(reserve("n", 5, ReserveMode.ALL_OR_NOTHING), ofOne(most, values(0, 9, 0), 0));

        assertThat(range.contains(values(0, Long.MAX_VALUE - 6, 0))).isTrue();
        assertThat(range.contains(values(0, Long.MAX_VALUE - 5, 0))).isFalse();
    }

    @Example
    void aHoldThatHasExpiredIsOutsideAndSoIsACounterWithoutTheHold() {
        CounterRange range = range(new Command.Adjust(R, charge(6), List.of()), ofOne(strict(20), values(3, 2, 3), 5));

        assertThat(range.contains(expiring(NOON.plusSeconds(1)))).isTrue();
        assertThat(range.contains(expiring(NOON))).isFalse();
        assertThat(range.contains(expiring(NOON.plus(HOUR).plusSeconds(1)))).isFalse();
        assertThat(range.contains(expiring(null))).isFalse();
    }

    private static Counter.Values expiring(@Nullable Instant earliest) {
        return new Counter.Values(3, 7, 3, null, earliest, NOON);
    }

    @Example
    void aCommandStandsUntilTheFirstInstantAtWhichItMeansSomethingElse() {
        UnitOfWork work = ofOne(strict(20), values(3, 2, 3), 5).open(new Command.Release(R, List.of()));
        RecordedRanges ranges = work.recordRanges();
        new Command.Release(R, List.of()).decide(work, NOON);

        assertThat(ranges.until()).isEqualTo(NOON.plus(HOUR));
    }

    @Example
    void nothingIsRecordedUnlessAStoreAsks() {
        UnitOfWork work = ofOne(strict(20), values(3, 2, 3), 5).open(new Command.Release(R, List.of()));
        new Command.Release(R, List.of()).decide(work, NOON);

        assertThat(work.ranges()).isSameAs(Ranges.UNRECORDED);
    }

    @Provide
    Arbitrary<QuotaLimit> limits() {
        Arbitrary<Long> amounts = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 40), Arbitraries.longs().between(0, Long.MAX_VALUE / 20));
        Arbitrary<QuotaWindow> windows = Arbitraries.frequencyOf(
                Tuple.of(7, Arbitraries.just(DAILY)),
                Tuple.of(1, Arbitraries.just(QuotaWindow.lifetime())),
                Tuple.of(1, Arbitraries.just(QuotaWindow.rolling(HOUR))),
                Tuple.of(1, Arbitraries.just(QuotaWindow.sinceFirstUse(HOUR))));
        return Combinators.combine(
                        amounts,
                        windows,
                        Arbitraries.of(Boundary.values()),
                        Arbitraries.of(
                                ExhaustionAction.refuse(),
                                ExhaustionAction.suspendUntilWindowEnd(),
                                ExhaustionAction.suspendUntilResumed(),
                                ExhaustionAction.observe()),
                        Arbitraries.of(
                                List.<AlertThreshold>of(),
                                List.of(AlertThreshold.percent(50)),
                                List.of(AlertThreshold.percent(20), AlertThreshold.percent(150))),
                        Arbitraries.frequencyOf(
                                Tuple.of(7, Arbitraries.just(ChargeTime.RESERVE)),
                                Tuple.of(1, Arbitraries.just(ChargeTime.SETTLE))))
                .as((amount, window, boundary, action, alerts, chargeTime) -> QuotaLimit.builder(
                                "day", tokens(amount), window)
                        .boundary(boundary)
                        .onExhaustion(action)
                        .thresholds(alerts)
                        .chargeTime(chargeTime)
                        .build());
    }
}
