package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.spi.UsageAudit;

/** Accounts with more holds than one step looks at: answers stay exact, and no step reads or changes all of them. */
abstract class ManyHoldsContract extends ContractSection {

    /** More than a step reads, and more than it expires one by one. */
    private static final int MANY = 120;

    /** The holds that expire one a second: more than twice as many as a step reads. */
    private static final int SECONDS = 250;

    /** Holds one token for each second of time to live. */
    private List<Reservation> holdForSeconds(AccountId account, int holds) {
        List<Reservation> held = new ArrayList<>();
        for (int seconds = 1; seconds <= holds; seconds++) {
            held.add(hold(account, 1, Duration.ofSeconds(seconds)));
        }
        return held;
    }

    private List<Reservation> hold(AccountId account, int holds, int progress) {
        List<Reservation> held = new ArrayList<>();
        for (int i = 0; i < holds; i++) {
            Reservation hold = hold(account, 2);
            if (progress > 0) {
                hold.progress(tokens(progress)).orThrow();
            }
            held.add(hold);
        }
        return held;
    }

    private Refusal refused(AccountId account, long tokens) {
        return refusal(reserve(account, tokens));
    }

    private void agree(AccountId account) {
        assertThat(store.audit(account)).isNotEmpty().allMatch(UsageAudit::agrees);
    }

    @Test
    void aRetryTimeIsExactWhileAHundredExpiriesAreEnough() {
        AccountId key = account("key", daily(SECONDS));
        holdForSeconds(key, SECONDS);

        assertThat(refused(key, 1).retry()).contains(NOON.plusSeconds(1));
        assertThat(refused(key, 99).retry()).contains(NOON.plusSeconds(99));
    }

    @Test
    void aRetryTimeIsTheHundredthExpiryWhereMoreHoldsHaveToExpire() {
        AccountId key = account("key", daily(SECONDS));
        holdForSeconds(key, SECONDS);

        assertThat(refused(key, 180).retry()).contains(NOON.plusSeconds(100));
        clock.set(NOON.plusSeconds(100));
        assertThat(refused(key, 180).retry()).contains(NOON.plusSeconds(180));
        clock.set(NOON.plusSeconds(180));
        assertThat(reserve(key, 180).granted()).isTrue();
    }

    @Test
    void aRetryTimeIsOfTheNextHundredHoldsAfterOthersHaveEnded() {
        AccountId key = account("key", daily(SECONDS));
        List<Reservation> held = holdForSeconds(key, SECONDS);
        assertThat(refused(key, 1).retry()).contains(NOON.plusSeconds(1));
        held.subList(0, 99).forEach(hold -> hold.settle(tokens(1)).orThrow());

        assertThat(refused(key, 50).retry()).contains(NOON.plusSeconds(149));
        assertThat(refused(key, 101).retry()).contains(NOON.plusSeconds(199));
        assertThat(refused(key, 100).retry()).contains(NOON.plusSeconds(199));
    }

    @Test
    void holdsThatExpireTogetherAreFreeAtOnce() {
        AccountId team = account("team", daily(2 * MANY));
        AccountId key = account("key", team, daily(2 * MANY));
        List<Reservation> dead = hold(key, MANY, 0);
        assertThat(reserve(key, 1).granted()).isFalse();
        clock.advance(TIME_TO_LIVE);

        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+0, team/daily 0+0");
        assertThat(reserve(key, 2 * MANY).granted()).isTrue();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+240, team/daily 0+240");
        agree(key);
        agree(team);
        dead.get(MANY - 1).settle(tokens(2)).orThrow();
        assertThat(admin.sweep(1_000).expired()).isEqualTo(MANY - 1);
        assertThat(usageOfAll(key)).isEqualTo("key/daily 2+240, team/daily 2+240");
        agree(key);
        agree(team);
        assertThat(state(dead.get(0)).status()).isEqualTo(ReservationStatus.EXPIRED);
    }

    @ParameterizedTest
    @EnumSource(ChargeTime.class)
    void chargesOfHoldsThatExpireTogetherCountAtOnce(ChargeTime chargeTime) {
        AccountId key =
                account("key", limit("daily", 610, DAILY).chargeTime(chargeTime).build());
        List<Reservation> dead = hold(key, MANY, 3);
        clock.advance(TIME_TO_LIVE);

        assertThat(usage(key)).isEqualTo("360 used, 0 held");
        assertThat(reserve(key, 251).granted()).isFalse();
        Reservation next = hold(key, 250);

        assertThat(usage(key)).isEqualTo("360 used, 250 held");
        agree(key);
        next.settle(tokens(10)).orThrow();
        dead.get(MANY - 1).settle(tokens(5)).orThrow();
        assertThat(usage(key)).isEqualTo("372 used, 0 held");
        agree(key);
        clock.advance(Duration.ofMinutes(1));
        assertThat(admin.sweep(1_000).expired()).isEqualTo(MANY - 1);
        assertThat(usage(key)).isEqualTo("372 used, 0 held");
        agree(key);
        assertThat(journal().stream()
                        .filter(row -> row.kind() == JournalKind.EXPIRE || row.kind() == JournalKind.EXPIRE_REVERSAL)
                        .mapToLong(JournalRow::units)
                        .sum())
                .as("each expiry has its own row, and that of the late settle was taken back if it was written")
                .isEqualTo(3 * (MANY - 1));
    }

    @Test
    void aLaterReserveCountsOutWhatExpiredSince() {
        AccountId key = account("key", daily(3_000));
        hold(key, MANY, 3);
        clock.advance(Duration.ofSeconds(1));
        List<Reservation> later = hold(key, MANY, 3);
        clock.set(NOON.plus(TIME_TO_LIVE));
        hold(key, 1);
        assertThat(usage(key)).isEqualTo("360 used, 241 held");
        clock.advance(Duration.ofSeconds(1));

        hold(key, 1);

        assertThat(usage(key)).isEqualTo("720 used, 2 held");
        agree(key);
        later.get(0).settle(tokens(4)).orThrow();
        assertThat(usage(key)).isEqualTo("721 used, 2 held");
        agree(key);
    }

    @Test
    void chargesOfHoldsThatExpireTogetherExhaustAndSuspend() {
        AccountId key = account("key", suspending("daily", 300, DAILY));
        hold(key, MANY, 3);
        clock.advance(TIME_TO_LIVE);

        hold(key, 0);

        assertThat(usage(key)).isEqualTo("360 used, 0 held");
        assertThat(refused(key, 1).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(events).filteredOn(LedgerEvent.Exhausted.class::isInstance).hasSize(1);
        assertThat(events).filteredOn(LedgerEvent.Suspended.class::isInstance).hasSize(1);
        agree(key);
    }

    @Test
    void aLimitThatIsAddedAfterwardsCountsTheChargesToo() {
        AccountId key = account("key", daily(610));
        hold(key, MANY, 3);
        clock.advance(TIME_TO_LIVE);
        hold(key, 1);

        relimit(key, daily(610), limit("monthly", 610, MONTHLY).build());

        assertThat(usage(key, "monthly")).isEqualTo("360 used, 1 held");
        assertThat(reserve(key, 250).granted()).isFalse();
        hold(key, 249);
        agree(key);
        admin.sweep(1_000);
        assertThat(usage(key, "monthly")).isEqualTo("360 used, 250 held");
        agree(key);
    }

    @Test
    void aResetForgetsTheChargesToo() {
        AccountId key = account("key", daily(610));
        List<Reservation> dead = hold(key, MANY, 3);
        clock.advance(TIME_TO_LIVE);
        hold(key, 1);

        admin.reset(key, "daily");
        clock.advance(Duration.ofSeconds(1));

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        dead.get(MANY - 1).settle(tokens(5)).orThrow();
        admin.sweep(1_000);
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        agree(key);
    }

    @Test
    void aRefusalPastManyExpiriesLeavesNoTrace() {
        AccountId team = account("team", daily(2 * MANY));
        AccountId key = account("key", team, daily(2 * MANY));
        List<Reservation> dead = hold(key, MANY, 0);
        clock.advance(TIME_TO_LIVE);
        List<String> journaled = journalLines();
        int published = events.size();

        refused(key, 2 * MANY + 1);
        refused(key, 2 * MANY + 1);

        assertThat(journalLines()).isEqualTo(journaled);
        assertThat(events).hasSize(published);
        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+0, team/daily 0+0");
        agree(key);
        agree(team);
        dead.get(MANY - 1).settle(tokens(2)).orThrow();
        assertThat(admin.sweep(1_000).expired()).isEqualTo(MANY - 1);
        assertThat(reserve(key, 2 * MANY - 2).granted()).isTrue();
        assertThat(usageOfAll(key)).isEqualTo("key/daily 2+238, team/daily 2+238");
        agree(key);
        agree(team);
    }

    @Test
    void aRefusalPastExpiriesCountsTheHoldsThatStillLive() {
        AccountId key = account("key", daily(SECONDS));
        holdForSeconds(key, SECONDS);
        clock.advance(Duration.ofSeconds(100));

        assertThat(refused(key, 101).retry()).contains(NOON.plusSeconds(101));

        assertThat(usage(key)).isEqualTo("0 used, 150 held");
        agree(key);
        clock.advance(Duration.ofSeconds(1));
        assertThat(refused(key, 102).retry()).contains(NOON.plusSeconds(102));
        assertThat(reserve(key, 101).granted()).isTrue();
        agree(key);
    }

    @Test
    void aRefusalOfTwoAccountsChangesNeither() {
        AccountId pool = account("pool", daily(2 * MANY));
        AccountId key = account(
                "key",
                limit("daily", 2 * MANY, DAILY)
                        .onExhaustion(ExhaustionAction.overflowTo(pool))
                        .build());
        hold(pool, MANY, 0);
        hold(key, MANY, 0);
        clock.advance(TIME_TO_LIVE);

        refused(key, 2 * MANY + 1);

        agree(key);
        agree(pool);
        assertThat(reserve(key, 2 * MANY).granted()).isTrue();
        assertThat(reserve(key, 2 * MANY).granted()).isTrue();
        assertThat(usage(key)).isEqualTo("0 used, 240 held");
        assertThat(usage(pool)).isEqualTo("0 used, 240 held");
    }

    @Test
    void aLimitThatIsAddedOrResetAfterSuchARefusalCountsNoDeadHold() {
        AccountId key = account("key", daily(2 * MANY));
        List<Reservation> dead = hold(key, MANY, 0);
        clock.advance(TIME_TO_LIVE);
        refused(key, 2 * MANY + 1);

        relimit(key, daily(2 * MANY), limit("monthly", 2 * MANY, MONTHLY).build());
        assertThat(usage(key, "monthly")).isEqualTo("0 used, 0 held");
        agree(key);
        dead.get(0).settle(tokens(3)).orThrow();
        assertThat(usageOfAll(key)).isEqualTo("key/daily 3+0, key/monthly 3+0");
        admin.reset(key, "daily");
        clock.advance(Duration.ofSeconds(1));
        dead.get(1).settle(tokens(3)).orThrow();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+0, key/monthly 6+0");
        agree(key);
    }
}
