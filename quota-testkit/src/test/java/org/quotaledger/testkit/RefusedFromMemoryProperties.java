package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.caching.CachingQuotaStore;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.CheckAnswer;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** Whatever happens, a question asked through the memory has the answer that the store itself would give. */
@Tag("slow")
class RefusedFromMemoryProperties {

    private static final Instant START = Instant.parse("2026-03-10T11:59:30Z");
    private static final List<AccountId> ACCOUNTS =
            List.of(AccountId.of("org"), AccountId.of("key-1"), AccountId.of("key-2"), AccountId.of("nobody"));

    /** Where limits of the others overflow to. */
    private static final AccountId POOL = AccountId.of("pool");

    private static final int STEPS = 60;
    private static final int QUESTIONS = 4;

    private static final AtomicLong ASKED = new AtomicLong();
    private static final AtomicLong REACHED_THE_STORE = new AtomicLong();

    @AfterContainer
    static void theMemoryAnsweredMany() {
        assertThat(REACHED_THE_STORE.get()).as("of %s", ASKED).isLessThan(ASKED.get() * 9 / 10);
    }

    @Property(tries = 500)
    void theAnswerIsTheStoresToTheLastFigure(@ForAll long seed) {
        new Play(seed, true).run();
    }

    /** A grant is not forgotten with: what it took can be missing from the figures, but nothing is let in or kept out. */
    @Property(tries = 500)
    void aGrantMakesNoRefusalWrong(@ForAll long seed) {
        new Play(seed, false).run();
    }

    private static final class Play {

        private final Random random;
        private final boolean forgetsGrants;
        private final boolean overflows;
        private final ManualClock clock = new ManualClock(START);
        private final InMemoryQuotaStore store = new InMemoryQuotaStore(clock);
        private final CachingQuotaStore caching = CachingQuotaStore.builder(
                        Intercepted.counting(store, REACHED_THE_STORE))
                .remember(Duration.ofMinutes(1))
                .rememberUnknown(Duration.ofMinutes(1))
                .ticker(Tickers.of(clock))
                .build();
        private final QuotaLedger ledger = QuotaLedger.over(caching);
        private final List<Reservation> holds = new ArrayList<>();
        private final List<String> history = new ArrayList<>();

        Play(long seed, boolean forgetsGrants) {
            this.random = new Random(seed);
            this.forgetsGrants = forgetsGrants;
            this.overflows = random.nextBoolean();
        }

        void run() {
            ledger.admin()
                    .createAccount(Account.builder(POOL).overrides(limits(POOL)).build());
            for (AccountId id : ACCOUNTS.subList(0, 3)) {
                Account.Builder account = Account.builder(id).overrides(limits(id));
                ledger.admin()
                        .createAccount(
                                id.equals(ACCOUNTS.get(0))
                                        ? account.build()
                                        : account.parent(ACCOUNTS.get(0)).build());
            }
            for (int step = 0; step < STEPS; step++) {
                act();
                for (int i = 0; i < QUESTIONS; i++) {
                    ask(new Command.Check(account(), charge(), pick(List.of(ReserveMode.values()))));
                }
            }
        }

        private List<QuotaLimit> limits(AccountId of) {
            List<QuotaLimit> limits = new ArrayList<>();
            for (Meter meter : List.of(Meter.TOKENS, Meter.REQUESTS)) {
                for (int i = random.nextInt(3); i > 0; i--) {
                    limits.add(QuotaLimit.builder(
                                    meter.name() + i, Amount.ofUnits(random.nextInt(12), meter), pick(windows()))
                            .boundary(pick(List.of(Boundary.values())))
                            .chargeTime(pick(List.of(ChargeTime.values())))
                            .onExpiry(pick(List.of(OnExpiry.values())))
                            .onExhaustion(
                                    !overflows || of.equals(POOL) || random.nextInt(3) > 0
                                            ? ExhaustionAction.refuse()
                                            : ExhaustionAction.overflowTo(POOL))
                            .noAlerts()
                            .build());
                }
            }
            return limits;
        }

        private static List<QuotaWindow> windows() {
            return List.of(
                    QuotaWindow.custom(Duration.ofSeconds(40), START),
                    QuotaWindow.hourly(ZoneOffset.UTC),
                    QuotaWindow.rolling(Duration.ofSeconds(60), Duration.ofSeconds(10)),
                    QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(1)),
                    QuotaWindow.sinceFirstUse(Duration.ofSeconds(50)),
                    QuotaWindow.lifetime(),
                    QuotaWindow.lifetime(START.plusSeconds(20), START.plusSeconds(120)));
        }

        private void act() {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> reserve();
                case 3 -> withHold(hold -> hold.settle(like(hold.held())).done(), "settle");
                case 4 -> withHold(hold -> hold.release().done(), "release");
                case 5 -> withHold(hold -> hold.progress(like(hold.held())).done(), "progress");
                case 6 -> administer();
                default -> pass(pick(List.of(0L, 1L, 3L, 10L, 30L)));
            }
        }

        private void reserve() {
            AccountId account = account();
            Charge charge = charge();
            Admission admission = ledger.reserve(ReserveRequest.builder(account, charge)
                    .timeToLive(Duration.ofSeconds(pick(List.of(5L, 20L, 45L, 600L))))
                    .build());
            history.add(clock + " reserve " + charge + " of " + account + ": " + admission.granted());
            if (admission instanceof Admission.Granted granted) {
                holds.add(granted.reservation());
                if (forgetsGrants) {
                    caching.forget();
                }
            }
        }

        private void withHold(Predicate<Reservation> operation, String what) {
            if (!holds.isEmpty()) {
                Reservation hold = pick(holds);
                history.add(clock + " " + what + " " + hold + ": " + operation.test(hold));
            }
        }

        private void administer() {
            AccountId id = random.nextInt(4) == 0 ? POOL : ACCOUNTS.get(random.nextInt(3));
            Instant soon = clock.instant().plusSeconds(1 + random.nextInt(40));
            int kind = random.nextInt(5);
            history.add(clock + " administer " + kind + " of " + id);
            switch (kind) {
                case 0 -> ledger.admin().suspend(id, soon);
                case 1 -> ledger.admin().resume(id);
                case 2 -> ledger.admin().expireAt(id, soon);
                case 3 -> ledger.admin().expireAt(id, null);
                default ->
                    ledger.admin()
                            .changeAccount(
                                    id,
                                    before -> before.toBuilder()
                                            .overrides(limits(id))
                                            .build());
            }
        }

        private void pass(long seconds) {
            clock.advance(Duration.ofSeconds(seconds).plusNanos(random.nextInt(2) * 1000L));
        }

        private void ask(Command.Check check) {
            ASKED.incrementAndGet();
            CheckAnswer expected = store.apply(check).answer();
            CheckAnswer answer = caching.apply(check).answer();

            assertThat(shown(answer)).as(() -> check + " after " + history).isEqualTo(shown(expected));
        }

        private String shown(CheckAnswer answer) {
            if (!(answer instanceof Refused refused)) {
                return answer.toString();
            }
            Refusal refusal = refused.refusal();
            if (forgetsGrants) {
                return refusal + " by " + refusal.cause() + " in " + spans(refusal);
            }
            // A grant can take the room of a limit that does not overflow: then the other account's reason counts no
            // more.
            return overflows ? "refused" : refusal.code().text();
        }

        /** A window that opens with its first use and is not open has a span only for the moment. */
        private static List<WindowSpan> spans(Refusal refusal) {
            return refusal.limits().stream()
                    .filter(limit -> !limit.limit().window().toString().startsWith("since"))
                    .map(LimitRefusal::span)
                    .toList();
        }

        private AccountId account() {
            return pick(ACCOUNTS);
        }

        private Charge charge() {
            Amount tokens = Amount.ofUnits(random.nextInt(14), Meter.TOKENS);
            Amount requests = Amount.ofUnits(random.nextInt(4), Meter.REQUESTS);
            return pick(List.of(Charge.of(tokens), Charge.of(requests), Charge.of(tokens, requests)));
        }

        private Charge like(Charge held) {
            return new Charge(held.amounts().stream()
                    .map(amount -> Amount.ofUnits(random.nextInt((int) amount.units() + 3), amount.meter()))
                    .toList());
        }

        private <T> T pick(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }
    }
}
