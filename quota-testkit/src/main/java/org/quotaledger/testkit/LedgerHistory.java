package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.quotaledger.LedgerAdmin;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.window.QuotaWindow;

/**
 * What happens to a ledger, to be played on the real one and on the naive one: accounts with limits, and steps. Steps
 * name accounts and ids by number, so that any part of a history is a history too.
 *
 * @param policy the limits that the policy of two of the accounts starts with
 * @param limits the limits of their own that {@link #ACCOUNTS} start with
 * @param steps what happens then
 */
record LedgerHistory(List<QuotaLimit> policy, List<List<QuotaLimit>> limits, List<Step> steps) {

    static final String POLICY = "standard";

    /**
     * Above them all stands {@code org}, whose limits count everything: so time runs alike for all of them. The limits of
     * all but the last, which is {@link #SPARE}, may overflow to that one.
     */
    static final List<String> ACCOUNTS = List.of("team", "key-1", "key-2", "lone", "spare");

    /** The account that others overflow to: it keeps its place and overflows itself no further. */
    static final String SPARE = "spare";

    private static final Set<String> WITH_POLICY = Set.of("key-1", "key-2");
    private static final List<String> PARENTS = List.of("org", "team", "team", "org", "org");
    private static final long PLENTY = 1_000_000_000;

    /** One thing that happens. */
    interface Step {
        void play(Stage on);
    }

    /** A charge of tokens, of requests, or of both; of nothing it is of no tokens. */
    record Amounts(long tokens, long requests) {

        Map<String, Long> naive() {
            Map<String, Long> amounts = new TreeMap<>();
            if (tokens >= 0 || requests < 0) {
                amounts.put("tokens", Math.max(0, tokens));
            }
            if (requests >= 0) {
                amounts.put("requests", requests);
            }
            return amounts;
        }

        Charge real() {
            List<Amount> amounts = new ArrayList<>();
            naive().forEach((meter, units) ->
                    amounts.add(Amount.ofUnits(units, meter.equals("tokens") ? Meter.TOKENS : Meter.REQUESTS)));
            return new Charge(amounts);
        }
    }

    record Reserve(int id, int account, Amounts charge, ReserveMode mode, Duration timeToLive, boolean unbilled)
            implements Step {
        @Override
        public void play(Stage on) {
            String account = ACCOUNTS.get(account());
            AccountId asked = AccountId.of(account);
            ReserveRequest.Builder request = unbilled
                    ? ReserveRequest.unbilled(asked, UnbilledReason.USAGE_MISSING, charge.real())
                    : ReserveRequest.builder(asked, charge.real());
            Admission admission = on.ledger.reserve(
                    request.id(on.id(id)).mode(mode).timeToLive(timeToLive).build());
            on.same(
                    LedgerAnswers.of(admission),
                    on.naive.reserve(on.id(id).value(), account, charge.naive(), mode, timeToLive, unbilled));
            on.sameReservation(id);
            if (mode != ReserveMode.OBSERVE) {
                admission.fold(granted -> on.strictLimitsKept(granted), refused -> false, conflict -> false);
            }
        }
    }

    record Check(int account, Amounts charge) implements Step {
        @Override
        public void play(Stage on) {
            String account = ACCOUNTS.get(account());
            on.same(
                    LedgerAnswers.of(on.ledger.check(AccountId.of(account), charge.real())),
                    on.naive.check(account, charge.naive()));
        }
    }

    record Settle(int id, Amounts cost) implements Step {
        @Override
        public void play(Stage on) {
            on.same(
                    LedgerAnswers.ofSettled(on.ledger.settle(on.id(id), cost.real())),
                    on.naive.settle(on.id(id).value(), cost.naive()));
            on.sameReservation(id);
        }
    }

    /** @param counted what it counts all the same; of nothing, no meter */
    record SettleUnbilled(int id, Amounts counted) implements Step {
        @Override
        public void play(Stage on) {
            boolean nothing = counted.tokens() <= 0 && counted.requests() <= 0;
            on.same(
                    LedgerAnswers.ofSettled(on.ledger.settleUnbilled(
                            on.id(id), UnbilledReason.USAGE_MISSING, nothing ? Charge.NONE : counted.real())),
                    on.naive.settleUnbilled(on.id(id).value(), nothing ? Map.of() : counted.naive()));
            on.sameReservation(id);
        }
    }

    record Release(int id) implements Step {
        @Override
        public void play(Stage on) {
            String real = on.ledger
                    .release(on.id(id))
                    .fold(
                            done -> done.replayed()
                                    ? LedgerAnswers.replayed(LedgerAnswers.RELEASED)
                                    : LedgerAnswers.RELEASED,
                            LedgerAnswers::of);
            on.same(real, on.naive.release(on.id(id).value()));
            on.sameReservation(id);
        }
    }

    record Extend(int id, Duration timeToLive) implements Step {
        @Override
        public void play(Stage on) {
            String real = on.ledger
                    .extend(on.id(id), timeToLive)
                    .fold(done -> LedgerAnswers.extended(done.expiresAt()), LedgerAnswers::of);
            on.same(real, on.naive.extend(on.id(id).value(), timeToLive));
            on.sameReservation(id);
        }
    }

    record Adjust(int id, Amounts charge) implements Step {
        @Override
        public void play(Stage on) {
            String real = on.ledger
                    .adjust(on.id(id), charge.real())
                    .fold(done -> LedgerAnswers.adjusted(done.held().toString()), LedgerAnswers::of);
            on.same(real, on.naive.adjust(on.id(id).value(), charge.naive()));
            on.sameReservation(id);
        }
    }

    record Progress(int id, Amounts delivered) implements Step {
        @Override
        public void play(Stage on) {
            String real = on.ledger
                    .progress(on.id(id), delivered.real())
                    .fold(done -> LedgerAnswers.progressed(done.delivered().toString()), LedgerAnswers::of);
            on.same(real, on.naive.progress(on.id(id).value(), delivered.naive()));
        }
    }

    /** A charge without a hold: of a request, or by hand. */
    record DirectCharge(int id, int account, Amounts charge, boolean byHand) implements Step {
        @Override
        public void play(Stage on) {
            String account = ACCOUNTS.get(account());
            Answer<Charged> answer = byHand
                    ? on.ledger.admin().charge(on.id(id), AccountId.of(account), charge.real(), "by hand")
                    : on.ledger.charge(on.id(id), AccountId.of(account), charge.real());
            String real = answer.fold(
                    done -> {
                        String charged = LedgerAnswers.charged(done.charge().toString());
                        return done.replayed() ? LedgerAnswers.replayed(charged) : charged;
                    },
                    LedgerAnswers::of);
            on.same(real, on.naive.charge(on.id(id).value(), account, charge.naive()));
            on.sameReservation(id);
        }
    }

    record Refund(int refund, int id, Amounts charge, boolean byHand) implements Step {
        @Override
        public void play(Stage on) {
            RequestId own = RequestId.of("refund-" + refund);
            Answer<Refunded> answer = byHand
                    ? on.ledger.admin().refund(own, on.id(id), charge.real(), "by hand")
                    : on.ledger.refund(own, on.id(id), charge.real());
            String real = answer.fold(
                    done -> {
                        String refunded = LedgerAnswers.refunded(
                                done.refund().toString(), done.total().toString());
                        return done.replayed() ? LedgerAnswers.replayed(refunded) : refunded;
                    },
                    LedgerAnswers::of);
            on.same(real, on.naive.refund(own.value(), on.id(id).value(), charge.naive()));
        }
    }

    record Sweep() implements Step {
        @Override
        public void play(Stage on) {
            LedgerAdmin.Sweep sweep = on.ledger.admin().sweep(10_000);
            on.same(LedgerAnswers.swept(sweep.expired()), on.naive.sweep());
            on.earliest = on.clock.instant();
        }
    }

    record Wait(Duration duration) implements Step {
        @Override
        public void play(Stage on) {
            on.time(on.clock.instant().plus(duration));
        }
    }

    /** Waits until just before, at, or just after something changes by itself. */
    record WaitForChange(int which, Duration off) implements Step {
        @Override
        public void play(Stage on) {
            NavigableSet<Instant> changes = on.naive.changesAhead();
            changes.stream()
                    .skip(which % Math.max(1, changes.size()))
                    .findFirst()
                    .ifPresent(change -> {
                        Instant then = change.plus(off);
                        if (then.isAfter(on.clock.instant()) && then.isBefore(Stage.LATEST)) {
                            on.time(then);
                        }
                    });
        }
    }

    /** The clock is set back, as happens; not to before a sweep or a change of limits. */
    record SetBack(Duration by) implements Step {
        @Override
        public void play(Stage on) {
            Instant then = on.clock.instant().minus(by);
            on.time(then.isBefore(on.earliest) ? on.earliest : then);
        }
    }

    private record Played(Instant at, Step step) {

        @Override
        public String toString() {
            return at + " " + step;
        }
    }

    /** The two ledgers. */
    static final class Stage {

        private static final Instant START = Instant.parse("2026-03-07T20:47:11Z");
        private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

        final LedgerHistory history;
        final ManualClock clock;
        final QuotaLedger ledger;
        final NaiveLedger naive = new NaiveLedger(START);
        private final List<LedgerEvent> events;

        /** Texts, and steps that become text only in the story of a failure. */
        private final List<Object> log = new ArrayList<>();

        private Instant earliest = START;

        private Stage(LedgerHistory history, ManualClock clock, QuotaLedger ledger, List<LedgerEvent> events) {
            this.events = events;
            this.history = history;
            this.clock = clock;
            this.ledger = ledger;
        }

        private RequestId id(int number) {
            return RequestId.of("id-" + number);
        }

        private void time(Instant instant) {
            clock.set(instant);
            naive.clock(instant);
        }

        /**
         * What is charged at the instant of a change of limits, or later though the clock was set back for the change, is
         * before it only for the account changed, not for the whole chain: here nothing is.
         */
        void letTimePass() {
            time(naive.time().plusMillis(1));
            earliest = clock.instant();
        }

        private void account(String id, @Nullable String parent, List<QuotaLimit> limits) {
            boolean hasPolicy = WITH_POLICY.contains(id);
            ledger.admin()
                    .createAccount(Account.builder(id)
                            .parent(parent == null ? null : AccountId.of(parent))
                            .policy(hasPolicy ? POLICY : null)
                            .overrides(limits)
                            .build());
            naive.definitions().create(id, parent, hasPolicy, limits, START);
        }

        /** Whatever was edited before: a reserve that is granted now has found room. */
        private boolean strictLimitsKept(Admission.Granted granted) {
            ReservationState state =
                    ledger.reservation(granted.reservation().id()).orElseThrow();
            for (LimitStatus status : granted.replayed()
                    ? List.<LimitStatus>of()
                    : ledger.usage(state.chain().get(0))) {
                QuotaLimit limit = status.limit();
                boolean refuses = limit.boundary() == Boundary.STRICT
                        && !limit.onExhaustion().observes();
                if (refuses && state.held().units(limit.meter()) > 0) {
                    assertThat(status.used().plus(status.held()))
                            .as(() -> "used and held of strict limit " + status.account() + "/" + limit.name() + "\n"
                                    + story())
                            .isLessThanOrEqualTo(limit.amount());
                }
            }
            return true;
        }

        void same(String real, String expected) {
            log.add("  " + real);
            assertThat(real).as(() -> story()).isEqualTo(expected);
        }

        private void sameReservation(int id) {
            same(LedgerAnswers.reservation(ledger, id(id), noEarlier()), naive.reservation(id(id).value()));
        }

        /** Only the naive ledger knows what time it is where the clock was set back. */
        private Instant noEarlier() {
            return naive.time();
        }

        private void sameUsage() {
            List<String> usages = naive.usages(ACCOUNTS);
            Map<AccountId, AccountEntry> entries = ledger.admin().accounts(null, 2 * ACCOUNTS.size()).stream()
                    .collect(Collectors.toMap(AccountEntry::id, entry -> entry));
            for (int i = 0; i < ACCOUNTS.size(); i++) {
                AccountId account = AccountId.of(ACCOUNTS.get(i));
                AccountEntry entry = Objects.requireNonNull(entries.get(account));
                same(LedgerAnswers.usage(ledger, account), usages.get(i));
                same(LedgerAnswers.suspension(entry, noEarlier()), naive.suspension(ACCOUNTS.get(i)));
            }
            // The audit also finds rows that are ahead of a clock which was set back: those differ from nothing.
            assertThat(ledger.admin().audit().stream().filter(row -> !row.agrees()))
                    .as(() -> story())
                    .isEmpty();
        }

        private void sameAlerts() {
            List<String> alerts = events.stream()
                    .filter(LedgerEvent.Alert.class::isInstance)
                    .map(event -> LedgerAnswers.of((LedgerEvent.Alert) event))
                    .sorted()
                    .toList();
            events.clear();
            same(alerts.toString(), naive.alerts().take().toString());
        }

        private String story() {
            return log.stream().map(Object::toString).collect(Collectors.joining("\n"));
        }
    }

    /**
     * Plays the history on a store and on the naive ledger. Compares the answer, all usage and the alerts after each step, and
     * adds the journal up at the end.
     */
    void play(Function<Clock, QuotaStore> stores) {
        ManualClock clock = new ManualClock(Stage.START);
        LedgerInvariants invariants = new LedgerInvariants();
        List<LedgerEvent> events = new ArrayList<>();
        try (QuotaLedger ledger = QuotaLedger.builder(invariants.watch(stores.apply(clock)))
                .onEvent(events::add)
                .build()) {
            Stage stage = new Stage(this, clock, ledger, events);
            stage.account(
                    "org", null, Arrays.asList(plenty("tokens", Meter.TOKENS), plenty("requests", Meter.REQUESTS)));
            int spare = ACCOUNTS.indexOf(SPARE);
            stage.account(SPARE, PARENTS.get(spare), limits.get(spare));
            ledger.admin().createPolicy(new QuotaPolicy(POLICY, policy));
            stage.naive.definitions().changePolicy(policy, Stage.START);
            for (int i = 0; i < spare; i++) {
                stage.account(ACCOUNTS.get(i), PARENTS.get(i), limits.get(i));
            }
            for (Step step : steps) {
                stage.log.add(new Played(clock.instant(), step));
                step.play(stage);
                stage.sameUsage();
                stage.sameAlerts();
            }
            stage.letTimePass();
            invariants.check();
        }
    }

    private static QuotaLimit plenty(String name, Meter meter) {
        return QuotaLimit.of(name, Amount.ofUnits(PLENTY, meter), QuotaWindow.lifetime());
    }
}
