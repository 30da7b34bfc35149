package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.policy.QuotaPolicy;

/** Changes of limits, and the suspensions that they start or end. */
class SuspensionChangeTest extends MemoryLedger {

    @Test
    void anotherWindowThatIsExhaustedTooEndsNoSuspension() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);

        admin.override(key, suspending("daily", 10, HOURLY));

        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
    }

    private AccountId keyOfAPolicyThatSuspendsUntilResumed() {
        admin.createPolicy(QuotaPolicy.of("standard", suspendingUntilResumed(10)));
        AccountId key = accountOf("key", "standard");
        spend(key, 10);
        return key;
    }

    @Test
    void aChangeOfAnotherLimitEndsNoSuspension() {
        AccountId key = keyOfAPolicyThatSuspendsUntilResumed();
        clock.set(MIDNIGHT);

        admin.override(key, limit("hourly", 100, HOURLY).build());

        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
    }

    @Test
    void aChangeOfAnotherLimitSuspendsNobodyAgainWhomAPersonResumed() {
        AccountId key = keyOfAPolicyThatSuspendsUntilResumed();
        admin.resume(key);

        admin.override(key, limit("hourly", 100, HOURLY).build());

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void aChangeOfAnotherKindNeitherSuspendsAgainNorResumes() {
        AccountId key = account("key", suspending(10));
        AccountId until = account("until", suspendingUntilResumed(10));
        spend(key, 10);
        spend(until, 10);
        admin.resume(key);

        admin.expireAt(key, NOON.plus(Duration.ofDays(9)));
        admin.override(key, limit("hourly", 100, HOURLY).build());
        clock.set(MIDNIGHT);
        admin.expireAt(until, NOON.plus(Duration.ofDays(9)));
        admin.override(until, limit("hourly", 100, HOURLY).build());

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(status(until)).isEqualTo(AccountStatus.SUSPENDED);
    }

    @Test
    void anExhaustedLimitThatComesToSuspendDoesSoAtOnceAndOneThatNoLongerDoesResumes() {
        AccountId key = account("key", daily(10));
        spend(key, 10);

        admin.override(key, suspending(10));
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
        admin.override(key, daily(10));
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        admin.override(key, suspendingUntilResumed(10));
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
        admin.withoutOverride(key, "daily");
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }
}
