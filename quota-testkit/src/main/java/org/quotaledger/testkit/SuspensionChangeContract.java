package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.RefusalCode;

/** What changes of limits, of policies and of which policy it is do to suspensions. */
abstract class SuspensionChangeContract extends SuspendingSection {

    @Test
    void loweredToWhatIsUsedExhaustsAndSuspendsAtOnceAndRaisedAboveItResumes() {
        AccountId key = account("key", suspending(100));
        spend(key, 80);

        AccountEntry lowered = admin.override(key, suspending(50));
        assertThat(lowered.statusAt(clock.instant())).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(status(key, "daily").exhausted()).isTrue();
        assertThat(code(key, 1)).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);

        admin.override(key, suspending(200));
        spend(key, 40);
        assertThat(usage(key)).isEqualTo("120 used, 0 held");
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void aLimitThatIsAddedOrGetsAnotherWindowAndIsExhaustedByThatSuspendsAtOnce() {
        AccountId added = account("added");
        AccountId changed = account("changed", suspending(10));
        ledger.charge(id("c1"), added, tokens(10)).orThrow();
        ledger.charge(id("c2"), changed, tokens(9)).orThrow();

        admin.override(added, suspending(10));
        admin.override(
                changed,
                limit("daily", 9, HOURLY)
                        .onExhaustion(ExhaustionAction.suspendUntilResumed())
                        .build());

        assertThat(status(added)).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(status(changed)).isEqualTo(AccountStatus.SUSPENDED);
        clock.set(MIDNIGHT);
        assertThat(status(added)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(status(changed)).isEqualTo(AccountStatus.SUSPENDED);
    }

    @Test
    void aPolicyEditSuspendsAndResumesEveryAccountOfItAtOnce() {
        admin.createPolicy(QuotaPolicy.of("standard", suspending(100)));
        AccountId much = accountOf("much", "standard");
        AccountId little = accountOf("little", "standard");
        spend(much, 80);
        spend(little, 20);

        admin.changePolicy("standard", before -> QuotaPolicy.of("standard", suspending(50)));
        assertThat(status(much)).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(status(little)).isEqualTo(AccountStatus.ACTIVE);

        admin.changePolicy("standard", before -> QuotaPolicy.of("standard", suspending(81)));
        assertThat(status(much)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(reserve(much, 1).granted()).isTrue();
    }

    @Test
    void anotherPolicySuspendsAndResumesAsItsLimitsSay() {
        admin.createPolicy(QuotaPolicy.of("small", suspending(10)));
        admin.createPolicy(QuotaPolicy.of("standard", suspending(100)));
        AccountId key = accountOf("key", "standard");
        spend(key, 20);

        admin.changeAccount(key, before -> before.toBuilder().policy("small").build());
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
        admin.changeAccount(key, before -> before.toBuilder().policy("standard").build());
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void aChangeThatWasReadBeforeASuspensionIsMadeOfWhatIs() {
        AccountId key = account("key", suspending(10));
        boolean[] first = {true};

        admin.changeAccount(key, before -> {
            if (first[0]) {
                first[0] = false;
                spend(key, 10);
            }
            return before.toBuilder().expiresAt(MIDNIGHT).build();
        });

        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
    }
}
