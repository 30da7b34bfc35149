package org.quotaledger.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.Boundary;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.testkit.ManualClock;

class TokenPoliciesTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final Duration PERIOD = Duration.ofHours(5);

    private final ManualClock clock = new ManualClock(NOON);
    private final QuotaLedger ledger = QuotaLedger.over(new InMemoryQuotaStore(clock));
    private final TokenPolicies policies = new TokenPolicies(ledger);
    private final AccountId user = policies.createUser("user", tokens(1_000));

    private static Amount tokens(long tokens) {
        return Amount.of(tokens, Meter.TOKENS);
    }

    private AccountId token(Boundary boundary, TokenPolicies.Action action) {
        return policies.createToken(
                "token", user, tokens(500), TokenPolicies.policy(tokens(100), PERIOD, NOON, boundary, action));
    }

    private boolean reserve(String id, AccountId token, long most) {
        return policies.reserve(RequestId.of(id), token, tokens(most)) instanceof Admission.Granted;
    }

    private void spend(String id, AccountId token, long tokens) {
        assertThat(reserve(id, token, tokens)).isTrue();
        policies.settle(RequestId.of(id), tokens(tokens));
    }

    private String used(AccountId token) {
        return ledger.usage(token).stream()
                .map(limit -> limit.limit().name() + " " + limit.used().units() + "+"
                        + limit.held().units())
                .toList()
                .toString();
    }

    private AccountStatus status(AccountId token) {
        return ledger.admin().account(token).orElseThrow().statusAt(clock.instant());
    }

    @Test
    void strictReservesMustFitAndGracefulOnesFinish() {
        AccountId strict = token(Boundary.STRICT, TokenPolicies.Action.REJECT);
        spend("a", strict, 90);

        assertThat(reserve("b", strict, 11)).isFalse();
        assertThat(reserve("c", strict, 10)).isTrue();
    }

    @Test
    void aGracefulRequestFinishesAndTheNextIsRefused() {
        AccountId graceful = token(Boundary.GRACEFUL, TokenPolicies.Action.REJECT);
        spend("a", graceful, 90);
        spend("b", graceful, 60);

        assertThat(reserve("c", graceful, 1)).isFalse();
        assertThat(used(graceful)).contains("policy 150+0");
    }

    @Test
    void whatOneOfThemRefusesNoneOfThemHolds() {
        AccountId token = token(Boundary.STRICT, TokenPolicies.Action.REJECT);

        assertThat(reserve("a", token, 101)).isFalse();

        assertThat(used(token)).isEqualTo("[total 0+0, policy 0+0, wallet 0+0]");
    }

    @Test
    void aSettleMovesTheDifferenceInAllOfThemInThePeriodOfItsReserve() {
        AccountId token = token(Boundary.STRICT, TokenPolicies.Action.REJECT);
        assertThat(reserve("a", token, 60)).isTrue();
        clock.advance(PERIOD);
        assertThat(reserve("b", token, 1)).isTrue();

        policies.settle(RequestId.of("a"), tokens(120));

        assertThat(used(token)).isEqualTo("[total 120+1, policy 0+1, wallet 120+1]");
        assertThat(ledger.admin().audit()).isEmpty();
    }

    @Test
    void exactlyTheQuotaExhaustsAndDisablesUntilThePeriodEndsWithoutAnybody() {
        AccountId token = token(Boundary.STRICT, TokenPolicies.Action.DISABLE_UNTIL_RESET);
        spend("a", token, 100);

        assertThat(status(token)).isEqualTo(AccountStatus.SUSPENDED);
        clock.advance(PERIOD);
        assertThat(status(token)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(reserve("b", token, 1)).isTrue();
    }

    @Test
    void aPolicyWithoutAutomaticResumeWaitsForAPersonAlsoAfterItsPeriod() {
        AccountId token = token(Boundary.STRICT, TokenPolicies.Action.DISABLE_UNTIL_RESUMED);
        spend("a", token, 100);
        clock.advance(PERIOD.multipliedBy(3));
        assertThat(status(token)).isEqualTo(AccountStatus.SUSPENDED);

        policies.reset(token, "alice");

        assertThat(status(token)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(ledger.admin().history(HistoryQuery.of(token).max(1)))
                .extracting(kept -> kept.change().actor())
                .containsExactly("alice");
    }

    @Test
    void aResetMovesNoScheduleAndATokenDisabledByHandStaysSo() {
        AccountId token = token(Boundary.STRICT, TokenPolicies.Action.DISABLE_UNTIL_RESET);
        spend("a", token, 100);
        ledger.admin().disable(token);
        clock.advance(Duration.ofHours(1));

        policies.reset(token, "alice");

        assertThat(status(token)).isEqualTo(AccountStatus.DISABLED);
        assertThat(ledger.usage(token).get(1).used().isZero()).isTrue();
        assertThat(ledger.usage(token).get(1).nextReset()).contains(NOON.plus(PERIOD));
    }

    @Test
    void anEditKeepsWhatIsUsed() {
        AccountId token = token(Boundary.STRICT, TokenPolicies.Action.DISABLE_UNTIL_RESUMED);
        spend("a", token, 80);

        policies.changeQuota(token, tokens(80), "alice");
        assertThat(status(token)).isEqualTo(AccountStatus.SUSPENDED);
        policies.changeQuota(token, tokens(81), "alice");

        assertThat(status(token)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(used(token)).contains("policy 80+0");
    }

    @Test
    void aWalletIsToppedUpOnceForItsPayment() {
        policies.topUpWallet(RequestId.of("payment"), user, tokens(50), "shop");
        policies.topUpWallet(RequestId.of("payment"), user, tokens(50), "shop");

        assertThat(ledger.usage(user).get(0).limit().amount()).isEqualTo(tokens(1_050));
    }

    @Test
    void aRefusalTellsWhenItRecoversOrThatAPersonHasToHelpAndNoAmounts() {
        AccountId token = token(Boundary.STRICT, TokenPolicies.Action.REJECT);
        spend("a", token, 100);
        Refusal recovers = refusal(token);
        policies.changeQuota(token, tokens(1_000), "alice");
        spend("b", token, 400);
        Refusal helpless = refusal(token);

        assertThat(recovers.code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
        for (String language : List.of("en", "zh")) {
            String time = TokenPolicies.answer(recovers, language, ZoneId.of("Asia/Shanghai"));
            String person = TokenPolicies.answer(helpless, language, ZoneId.of("Asia/Shanghai"));
            // Five hours after noon in UTC, on the wall clock of the zone.
            assertThat(time).contains("01:00").contains("UTC+8").doesNotContain("100");
            assertThat(person).doesNotContain("01:00").doesNotContain("500");
        }
    }

    private Refusal refusal(AccountId token) {
        return policies.reserve(RequestId.of("refused"), token, tokens(1))
                .fold(
                        granted -> {
                            throw new AssertionError(granted);
                        },
                        refusal -> refusal,
                        conflict -> {
                            throw new AssertionError(conflict);
                        });
    }
}
