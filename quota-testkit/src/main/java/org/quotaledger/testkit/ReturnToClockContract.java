package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.window.QuotaWindow;

/** Accounts whose clock was ahead and has been set right. */
abstract class ReturnToClockContract extends ContractSection {

    private static final Instant AHEAD = NOON.plus(Duration.ofDays(2));
    private static final Instant BACK = NOON.plus(Duration.ofHours(1));

    private static final Duration LEASE = Duration.ofMinutes(1);

    private int charges;

    @Test
    void anAccountAheadOfTheClockIsInTheAuditUntilItIsBroughtBack() {
        AccountId key = account("key", daily(10));
        AccountId other = account("other", daily(10));
        spend(other, 1);
        clock.set(AHEAD);
        spend(key, 4);
        clock.set(BACK);

        assertThat(admin.audit(other)).isEmpty();
        assertThat(admin.audit()).singleElement().satisfies(row -> {
            assertThat(row.row().account()).isEqualTo(key);
            assertThat(row.agrees()).isTrue();
            assertThat(row.isAhead(BACK, store.clockLead())).isTrue();
        });
        assertThat(admin.repair(key)).isEmpty();

        assertThat(admin.returnToClock(key)).containsExactly(key);

        assertThat(admin.audit()).isEmpty();
        expectsItsTimeToBeTheClocks(key);
        assertThat(history(key).get(0)).isEqualTo("null REPAIR null brought back to the clock");
    }

    @Test
    void whatWasChargedInTheTimeAheadCountsOnceInTheWindowsOfTheClock() {
        QuotaLimit[] limits = limitsOfEveryWindow(100);
        AccountId team = account("team", limits);
        AccountId key = account("key", team, limits);
        spend(key, 3);
        clock.set(AHEAD);
        spend(key, 4);
        Reservation open = hold(key, 2);
        clock.set(BACK);
        long journaled = sum(journal());

        admin.returnToClock(key);

        assertThat(sum(journal())).isEqualTo(journaled).isEqualTo(14);
        assertThat(journal())
                .allMatch(row -> !row.reservedAt().isAfter(BACK)
                        && !row.settledAt().isAfter(BACK)
                        && !row.recordedAt().isAfter(BACK));
        clock.advance(Duration.ofMinutes(1));
        assertThat(ledger.usage(key))
                .hasSize(2 * limits.length)
                .allSatisfy(status -> assertThat(status.used().units() + " used, "
                                + status.held().units() + " held")
                        .as(status.limit().name())
                        .isEqualTo(status.limit().name().equals("hourly") ? "4 used, 2 held" : "7 used, 2 held"));
        open.settle(tokens(2)).orThrow();
        clock.set(MIDNIGHT);
        assertThat(usage(key, "day")).isEqualTo("0 used, 0 held");
        assertThat(usage(key, "life")).isEqualTo("9 used, 0 held");
        clock.set(AHEAD);
        assertThat(usage(key, "day")).isEqualTo("0 used, 0 held");
        spend(key, 1);
        assertThat(admin.audit()).isEmpty();
    }

    @Test
    void aHoldOfTheTimeAheadLivesItsTimeToLiveFromTheClockOn() {
        AccountId key = account("key", daily(10));
        clock.set(AHEAD);
        Reservation open = hold(key, 6);
        clock.set(BACK);

        admin.returnToClock(key);

        assertThat(state(open).expiresAt()).isEqualTo(BACK.plus(TIME_TO_LIVE));
        assertThat(usage(key)).isEqualTo("0 used, 6 held");
        assertThat(reserve(key, 5).granted()).isFalse();
        clock.set(BACK.plus(TIME_TO_LIVE));
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        admin.sweep(10);
        assertThat(state(open).status()).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(open.settle(tokens(6)).orThrow().late()).isTrue();
        assertThat(usage(key)).isEqualTo("6 used, 0 held");
    }

    @Test
    void aHoldThatExpiredInTheTimeAheadStaysExpired() {
        AccountId key = account("key", daily(10));
        Reservation open = hold(key, 6);
        clock.set(AHEAD);
        spend(key, 1);
        clock.set(NOON.plusSeconds(60));

        admin.returnToClock(key);

        assertThat(usage(key)).isEqualTo("1 used, 0 held");
        assertThat(open.settle(tokens(6)).orThrow().late()).isTrue();
        assertThat(usage(key)).isEqualTo("7 used, 0 held");
    }

    @Test
    void aRefundOfAChargeOfTheTimeAheadGoesBackToTheWindowOfTheClock() {
        AccountId key = account("key", daily(10));
        clock.set(AHEAD);
        Reservation spent = spend(key, 6);
        clock.set(BACK);

        admin.returnToClock(key);
        ledger.refund(id("refund"), spent.id(), tokens(5)).orThrow();

        assertThat(usage(key)).isEqualTo("1 used, 0 held");
        expectsItsTimeToBeTheClocks(key);
    }

    @Test
    void aSuspensionLastsOnlyIfALimitIsExhaustedAtTheClock() {
        AccountId key = account("key", suspending("daily", 10, DAILY));
        clock.set(AHEAD);
        spend(key, 10);
        clock.set(BACK);

        admin.returnToClock(key);

        assertThat(admin.account(key).orElseThrow().suspensionAt(BACK))
                .satisfies(suspension -> assertThat(suspension.until()).isEqualTo(MIDNIGHT));
        clock.set(MIDNIGHT);
        assertThat(admin.account(key).orElseThrow().statusAt(MIDNIGHT)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void allAccountsUnderTheTopmostParentComeBackTogether() {
        AccountId org = account("org", daily(100));
        AccountId team = account("team", org, daily(100));
        AccountId one = account("one", team, daily(100));
        AccountId two = account("two", org, daily(100));
        clock.set(AHEAD);
        spend(one, 1);
        clock.set(BACK);
        spend(two, 2);

        assertThat(admin.returnToClock(one)).containsExactlyInAnyOrder(org, team, one, two);

        assertThat(admin.audit()).isEmpty();
        assertThat(usage(two)).isEqualTo("2 used, 0 held");
        assertThat(usage(org)).isEqualTo("3 used, 0 held");
        expectsItsTimeToBeTheClocks(two);
    }

    @Test
    void whatWasDefinedInTheTimeAheadIsOfTheClock() {
        admin.createPolicy(QuotaPolicy.of("plan", daily(10)));
        AccountId key = accountOf("key", "plan");
        spend(key, 3);
        clock.set(AHEAD);
        admin.changePolicy(
                "plan",
                before -> QuotaPolicy.of("plan", limit("month", 20, MONTHLY).build()));
        AccountId created = account("created", daily(5));
        spend(created, 5);
        clock.set(BACK);

        admin.returnToClock(key);
        admin.returnToClock(created);

        assertThat(usage(key, "month")).isEqualTo("3 used, 0 held");
        expectsItsTimeToBeTheClocks(key);
        assertThat(usage(created)).isEqualTo("5 used, 0 held");
        assertThat(reserve(created, 1).granted()).isFalse();
        clock.set(MIDNIGHT);
        assertThat(reserve(created, 5).granted()).isTrue();
    }

    @Test
    void eventsOfTheTimeAheadAreDatedAtTheClockAndDueAtOnce() {
        admin.createPolicy(QuotaPolicy.of("plan", daily(10)));
        AccountId key = accountOf("key", "plan");
        store.outbox().claim("one", 100, LEASE).forEach(store.outbox()::delivered);
        clock.set(AHEAD);
        spend(key, 10);
        admin.changePolicy("plan", before -> QuotaPolicy.of("plan", daily(20)));
        clock.set(BACK);
        assertThat(store.outbox().claim("one", 100, LEASE)).isEmpty();

        admin.returnToClock(key);

        assertThat(store.outbox().claim("one", 100, LEASE))
                .allSatisfy(claim -> assertThat(claim.event().at()).isEqualTo(BACK))
                .extracting(claim -> claim.event().kind())
                .containsExactly(LedgerEvent.Kind.EXHAUSTED, LedgerEvent.Kind.LIMIT_CHANGED);
    }

    @Test
    void anEventThatANodeClaimedInTheTimeAheadIsDueAgain() {
        AccountId key = account("key", daily(10));
        spend(key, 10);
        clock.set(AHEAD);
        int claimed = store.outbox().claim("one", 100, LEASE).size();
        clock.set(BACK);
        assertThat(store.outbox().claim("two", 100, LEASE)).isEmpty();

        admin.returnToClock(key);

        assertThat(store.outbox().claim("two", 100, LEASE)).hasSize(claimed).isNotEmpty();
    }

    @Test
    void anUnknownAccountIsRefused() {
        assertThatThrownBy(() -> admin.returnToClock(AccountId.of("nobody"))).isInstanceOf(DefinitionException.class);
    }

    /** The naive side of it: sums of the journal and of live holds, counted here. */
    @Test
    void randomUseBeforeAheadAndAfterAddsUp() {
        randomUseAddsUp(2);
    }

    @Test
    @Tag("long")
    void muchRandomUseBeforeAheadAndAfterAddsUp() {
        randomUseAddsUp(8);
    }

    private void randomUseAddsUp(int seeds) {
        for (int seed = 1; seed <= seeds; seed++) {
            Random random = new Random(seed);
            clock.set(NOON);
            QuotaLimit[] limits = limitsOfEveryWindow(1_000);
            AccountId team = account("team-" + seed, limits);
            List<AccountId> keys = List.of(account("a-" + seed, team, limits), account("b-" + seed, team, limits));
            List<Reservation> open = new ArrayList<>();
            use(random, keys, open, Duration.ofMinutes(40));
            clock.set(NOON.plus(Duration.ofHours(1 + random.nextInt(400))));
            use(random, keys, open, Duration.ofHours(30));
            clock.set(BACK);
            List<Long> units = journal().stream().map(JournalRow::units).toList();

            admin.returnToClock(keys.get(random.nextInt(2)));

            assertThat(journal().stream().map(JournalRow::units).toList())
                    .as("seed %d", seed)
                    .isEqualTo(units);
            clock.advance(Duration.ofMillis(1));
            addsUp(seed, team, keys);
            use(random, keys, open, Duration.ofMinutes(40));
            addsUp(seed, team, keys);
            for (int days = 1; days < 20; days += 3) {
                clock.set(BACK.plus(Duration.ofDays(days)));
                addsUp(seed, team, keys);
                spend(keys.get(0), 1);
            }
            addsUp(seed, team, keys);
        }
    }

    private void use(Random random, List<AccountId> keys, List<Reservation> open, Duration longest) {
        for (int i = 0; i < 12; i++) {
            AccountId key = keys.get(random.nextInt(keys.size()));
            switch (random.nextInt(5)) {
                case 0 -> open.add(hold(key, 1 + random.nextInt(9)));
                case 1 -> spend(key, 1 + random.nextInt(9));
                case 2 ->
                    ledger.charge(id("charge-" + ++charges), key, tokens(2)).orThrow();
                case 3 -> {
                    if (!open.isEmpty()) {
                        open.remove(random.nextInt(open.size())).settle(tokens(random.nextInt(9)));
                    }
                }
                default -> clock.advance(longest.dividedBy(12));
            }
        }
    }

    private void addsUp(int seed, AccountId team, List<AccountId> keys) {
        Instant now = clock.instant();
        assertThat(admin.audit(team)).as("seed %d at %s", seed, now).isEmpty();
        for (AccountId key : keys) {
            assertThat(admin.audit(key)).as("seed %d at %s", seed, now).isEmpty();
            for (LimitStatus status : ledger.usage(key)) {
                if (List.of("day", "month", "life").contains(status.limit().name())) {
                    long used = journal().stream()
                            .filter(row -> row.account().equals(status.account())
                                    && status.span().contains(row.reservedAt()))
                            .mapToLong(JournalRow::units)
                            .sum();
                    assertThat(status.used().units())
                            .as(
                                    "seed %d at %s: %s of %s",
                                    seed, now, status.limit().name(), status.account())
                            .isEqualTo(used);
                }
            }
        }
    }

    /** Changes made at one instant are a microsecond or two apart. */
    private void expectsItsTimeToBeTheClocks(AccountId account) {
        Instant now = clock.advance(Duration.ofSeconds(1));
        assertThat(hold(account, 1).expiresAt()).isEqualTo(now.plus(TIME_TO_LIVE));
    }

    private static long sum(List<JournalRow> rows) {
        return rows.stream().mapToLong(JournalRow::units).sum();
    }

    private static QuotaLimit[] limitsOfEveryWindow(long tokens) {
        return new QuotaLimit[] {
            limit("hourly", tokens, HOURLY).build(),
            limit("day", tokens, DAILY).build(),
            limit("month", tokens, MONTHLY).build(),
            limit("life", tokens, LIFETIME).build(),
            limit("rolling", tokens, QuotaWindow.rolling(Duration.ofHours(6))).build(),
            limit("first", tokens, QuotaWindow.sinceFirstUse(Duration.ofHours(5)))
                    .build(),
            limit("settled", tokens, DAILY).chargeTime(ChargeTime.SETTLE).build()
        };
    }
}
