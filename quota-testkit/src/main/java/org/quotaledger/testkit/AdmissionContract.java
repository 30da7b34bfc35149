package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;

/** What limits admit: boundaries, several limits and meters, and parents. */
abstract class AdmissionContract extends ContractSection {

    @Test
    void strictAdmitsUpToExactlyTheLimitAndNotOneMore() {
        AccountId key = account("key", daily(10));
        spend(key, 4);

        assertThat(reserve(key, 7).granted()).isFalse();
        assertThat(reserve(key, 6).granted()).isTrue();
        assertThat(reserve(key, 1).granted()).isFalse();
    }

    @Test
    void strictCountsWhatIsHeldAsWellAsWhatIsUsed() {
        AccountId key = account("key", daily(10));
        spend(key, 3);
        hold(key, 4);

        assertThat(reserve(key, 4).granted()).isFalse();
        assertThat(reserve(key, 3).granted()).isTrue();
        assertThat(usage(key)).isEqualTo("3 used, 7 held");
    }

    @Test
    void gracefulLetsTheRequestFinishThatCrossesTheLimitAndRefusesTheNext() {
        AccountId key = account("key", limit("daily", 10, DAILY).graceful().build());
        spend(key, 9);

        Reservation crossing = hold(key, 50);
        assertThat(reserve(key, 1).granted()).isFalse();
        assertThat(usage(key)).isEqualTo("9 used, 50 held");
        crossing.settle(tokens(50)).orThrow();

        assertThat(usage(key)).isEqualTo("59 used, 0 held");
        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
    }

    @Test
    void aMeterWithoutLimitIsUnlimited() {
        AccountId key = account("key", daily(10));
        Charge requests = Charge.of(Amount.ofUnits(Long.MAX_VALUE, Meter.REQUESTS));

        assertThat(ledger.reserve(key, requests).granted()).isTrue();
        assertThat(reserve(account("free"), Long.MAX_VALUE).granted()).isTrue();
    }

    @Test
    void aRefusalNamesEveryLimitWithoutRoomAndNoOther() {
        QuotaLimit monthly = limit("monthly", 100, MONTHLY).build();
        QuotaLimit hourly = limit("hourly", 9, HOURLY).build();
        AccountId team = account("team", daily(11));
        AccountId key = account("key", team, hourly, daily(8), monthly);
        spend(key, 5);

        Refusal refusal = refusal(reserve(key, 7));

        assertThat(limitNames(refusal)).containsExactlyInAnyOrder("key/hourly", "key/daily", "team/daily");
        LimitRefusal first = refusal.limits().get(0);
        assertThat(first.requested()).isEqualTo(amount(7));
        assertThat(first.used()).isEqualTo(amount(5));
        assertThat(first.held()).isEqualTo(amount(0));
    }

    @Test
    void severalMetersAreHeldTogetherOrNotAtAll() {
        QuotaLimit requests = QuotaLimit.builder("requests", Amount.ofUnits(1, Meter.REQUESTS), DAILY)
                .noAlerts()
                .build();
        AccountId key = account("key", daily(10), requests);

        assertThat(ledger.reserve(key, tokensAndRequests(3, 1)).granted()).isTrue();
        Refusal refusal = refusal(ledger.reserve(key, tokensAndRequests(3, 1)));

        assertThat(limitNames(refusal)).containsExactly("key/requests");
        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+3, key/requests 0+1");
    }

    @Test
    void aChargeCountsOnAllEightAccountsOfAChain() {
        List<AccountId> chain = chainOfEight();

        Reservation hold = hold(chain.get(0), 6);

        assertThat(chain).allSatisfy(account -> assertThat(usage(account)).isEqualTo("0 used, 6 held"));
        hold.settle(tokens(5)).orThrow();
        assertThat(chain).allSatisfy(account -> assertThat(usage(account)).isEqualTo("5 used, 0 held"));
        assertThat(state(hold).chain()).isEqualTo(chain);
    }

    @Test
    void aRefusalAtTheTopOfAChainHoldsNothingBelow() {
        List<AccountId> chain = chainOfEight();
        AccountId top = chain.get(7);
        spend(top, 6);

        Refusal refusal = refusal(reserve(chain.get(0), 5));

        assertThat(limitNames(refusal)).containsExactly("a1/daily");
        assertThat(refusal.cause()).isEqualTo(top);
        assertThat(chain.subList(0, 7))
                .allSatisfy(account -> assertThat(usage(account)).isEqualTo("0 used, 0 held"));
    }

    @Test
    void childrenShareWhatTheirParentHas() {
        AccountId team = account("team", daily(10));
        AccountId one = account("one", team, daily(8));
        AccountId two = account("two", team, daily(8));
        spend(one, 8);

        assertThat(limitNames(refusal(reserve(two, 3)))).containsExactly("team/daily");
        assertThat(reserve(two, 2).granted()).isTrue();
    }

    @Test
    void whatIsChargedToAParentIsNotChargedToItsChildren() {
        AccountId team = account("team", daily(10));
        AccountId key = account("key", team, daily(10));

        spend(team, 4);

        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+0, team/daily 4+0");
    }

    @Test
    void anOverflowIsAnErrorAndWritesNothing() {
        AccountId key = account("key", limit("daily", 10, DAILY).graceful().build());
        hold(key, 1);

        assertThatThrownBy(() -> reserve(key, Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);

        assertThat(usage(key)).isEqualTo("0 used, 1 held");
        assertThat(reserve(key, 5).granted()).isTrue();
    }

    /** Accounts a8 to a1, each the child of the one after it, with ten tokens a day each. */
    private List<AccountId> chainOfEight() {
        List<AccountId> chain = new ArrayList<>();
        chain.add(account("a1", daily(10)));
        for (int i = 2; i <= 8; i++) {
            chain.add(0, account("a" + i, chain.get(0), daily(10)));
        }
        return chain;
    }

    @Test
    void usageAndHoldsOfMoreThanALongTogetherAreARefusal() {
        AccountId key = account(
                "key",
                daily(Long.MAX_VALUE),
                limit("soft", 10, DAILY).boundary(Boundary.GRACEFUL).build());
        Reservation hold = hold(key, 9);
        ledger.charge(id("huge"), key, tokens(Long.MAX_VALUE)).orThrow();

        Refusal refusal = refusal(reserve(key, 1));

        assertThat(limitNames(refusal)).containsExactly("key/daily", "key/soft");
        assertThat(refusal.code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
        assertThat(hold.adjust(tokens(10)).done()).isFalse();
        assertThat(usage(key)).isEqualTo(Long.MAX_VALUE + " used, 9 held");
    }
}
