package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/**
 * No sequence of edits, resets and refunds makes what is used differ from the journal, or lets reserves pass a strict
 * limit.
 */
abstract class EditsContract extends ContractSection {

    private static final int STEPS = 60;

    private static final List<QuotaWindow> WINDOWS = List.of(
            DAILY,
            QuotaWindow.daily(ZoneId.of("America/New_York")),
            HOURLY,
            QuotaWindow.custom(Duration.ofMinutes(90), NOON),
            QuotaWindow.rolling(Duration.ofHours(2)),
            QuotaWindow.sinceFirstUse(Duration.ofHours(3)),
            LIFETIME);

    @RepeatedTest(3)
    void noSequenceOfEditsResetsAndRefundsMakesUsedDifferFromTheJournal() {
        new Sequence(Long.getLong("quota.seed", System.nanoTime())).play();
    }

    @RepeatedTest(300)
    @Tag("long")
    void norDoesAnyOfManySequences() {
        new Sequence(Long.getLong("quota.seed", System.nanoTime())).play();
    }

    /** What one seed brings about: a key with a policy and limits of its own, and a team above it. */
    private final class Sequence {

        private final long seed;
        private final SplittableRandom random;
        private final String policy;
        private final AccountId team;
        private final AccountId key;
        private final List<RequestId> open = new ArrayList<>();
        private final List<RequestId> charged = new ArrayList<>();
        private final List<String> story = new ArrayList<>();

        Sequence(long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            policy = "policy";
            admin.createPolicy(QuotaPolicy.of(policy, limit()));
            team = account("team", limit());
            key = admin.createAccount(
                            Account.builder("key").parent(team).policy(policy).build())
                    .id();
        }

        void play() {
            for (int i = 0; i < STEPS; i++) {
                RequestId id = id("r" + i);
                assertThatCode(() -> step(id)).as(this::told).doesNotThrowAnyException();
                countsWhatTheJournalSays(key);
                countsWhatTheJournalSays(team);
            }
            assertThatCode(invariants::check).as(this::told).doesNotThrowAnyException();
        }

        private String told() {
            return "seed " + seed + ": " + String.join(", ", story);
        }

        /**
         * A limit of any window. One that opens with its first use is not charged at settle: where a limit becomes such a
         * one, holds from before are in none of its spans, and count only when they are settled.
         */
        private QuotaLimit limit() {
            QuotaWindow window = WINDOWS.get(random.nextInt(WINDOWS.size()));
            boolean bySettle = random.nextInt(4) == 0 && !window.opensWithUse();
            return QuotaLimit.builder("limit-" + random.nextInt(2), amount(random.nextInt(120)), window)
                    .chargeTime(bySettle ? ChargeTime.SETTLE : ChargeTime.RESERVE)
                    .noAlerts()
                    .boundary(random.nextInt(4) == 0 ? Boundary.GRACEFUL : Boundary.STRICT)
                    .onExhaustion(
                            random.nextInt(4) == 0
                                    ? ExhaustionAction.suspendUntilWindowEnd()
                                    : ExhaustionAction.refuse())
                    .build();
        }

        private void step(RequestId id) {
            switch (random.nextInt(14)) {
                case 0, 1, 2, 3 -> reserve(id);
                case 4, 5 -> settle();
                case 6 -> {
                    charged.add(id);
                    tell("charge", admin.charge(id, key, tokens(random.nextInt(20)), "by hand"));
                }
                case 7 -> refund(id);
                case 8 -> reset(random.nextBoolean() ? key : team);
                case 9 ->
                    tell(
                            "policy",
                            admin.changePolicy(policy, before -> new QuotaPolicy(policy, List.of(limit())))
                                    .limits());
                case 10 -> {
                    QuotaLimit own = limit();
                    AccountId of = random.nextBoolean() ? key : team;
                    tell("own of " + of, admin.override(of, own).overrides());
                }
                case 11 ->
                    tell(
                            "own",
                            admin.withoutOverride(key, "limit-" + random.nextInt(2))
                                    .overrides());
                case 12 -> tell("sweep", admin.sweep(100));
                // Never to the microsecond at which a hold expires: where the clock stands still, edits move an
                // account's
                // time on past it, and the invariants go by the clock.
                default ->
                    tell(
                            "time",
                            clock.advance(Duration.ofMinutes(random.nextInt(50)).plusMillis(7)));
            }
        }

        private void tell(String what, Object came) {
            story.add(what + " " + came);
        }

        private void reserve(RequestId id) {
            Admission admission =
                    ledger.reserve(request(id.value(), key, random.nextInt(40)).build());
            tell("reserve", admission);
            if (admission instanceof Admission.Granted granted
                    && granted.reservation().held().units(Meter.TOKENS) > 0) {
                open.add(id);
                for (LimitStatus status : ledger.usage(key)) {
                    if (status.limit().boundary() == Boundary.STRICT) {
                        assertThat(status.used().units() + status.held().units())
                                .as(() -> told() + ": " + status)
                                .isLessThanOrEqualTo(status.limit().amount().units());
                    }
                }
            }
        }

        private void settle() {
            if (!open.isEmpty()) {
                RequestId id = open.remove(random.nextInt(open.size()));
                if (random.nextInt(4) == 0) {
                    tell("release", ledger.release(id));
                } else {
                    charged.add(id);
                    tell("settle", ledger.settle(id, tokens(random.nextInt(50))));
                }
            }
        }

        private void refund(RequestId id) {
            if (!charged.isEmpty()) {
                RequestId of = charged.get(random.nextInt(charged.size()));
                tell("refund", ledger.refund(id, of, tokens(random.nextInt(30))));
            }
        }

        private void reset(AccountId account) {
            Optional<LimitStatus> any = ledger.usage(account).stream()
                    .filter(status -> status.account().equals(account))
                    .findFirst();
            any.ifPresent(status -> tell(
                    "reset of " + account,
                    admin.reset(account, status.limit().name()).resets()));
        }

        /** Adds up without the rule's code: rolling windows, whose count is of many spans, are left to the audit. */
        private void countsWhatTheJournalSays(AccountId account) {
            AccountEntry entry = admin.account(account).orElseThrow();
            for (LimitStatus status : ledger.usage(account)) {
                WindowSpan span = status.span();
                if (!status.account().equals(account)
                        || !status.limit().window().countsOneSpan()) {
                    continue;
                }
                boolean bySettle = status.limit().chargeTime() == ChargeTime.SETTLE;
                Instant resetAt = entry.resets().getOrDefault(status.limit().name(), Instant.MIN);
                long sum = journal().stream()
                        .filter(row -> row.account().equals(account)
                                && !row.reservedAt().isBefore(resetAt)
                                && span.contains(bySettle ? row.settledAt() : row.reservedAt()))
                        .mapToLong(row -> row.units())
                        .sum();
                assertThat(status.used().units())
                        .as(() -> told() + ": " + status)
                        .isEqualTo(sum);
            }
        }
    }
}
