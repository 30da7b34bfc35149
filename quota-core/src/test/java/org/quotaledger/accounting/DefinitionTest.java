package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.policy.QuotaPolicy;

/** The rules of accounts and policies. */
class DefinitionTest extends MemoryLedger {

    @Test
    void pagesAreBounded() {
        assertThatThrownBy(() -> admin.accounts(null, 0))
                .hasMessageContaining("0")
                .hasMessageContaining("10000");
        assertThatThrownBy(() -> admin.policies(null, 10_001)).hasMessageContaining("10001");
        assertThatThrownBy(() -> admin.sweep(0)).hasMessageContaining("0");
    }

    @Test
    void aChangeThatChangesNothingWritesNothing() {
        AccountId key = account("key", daily(10));
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));

        assertThat(admin.changeAccount(key, before -> before).version()).isEqualTo(1);
        assertThat(admin.changePolicy("standard", before -> before).version()).isEqualTo(1);
        assertThat(admin.resume(key).version()).isEqualTo(1);
    }

    @Test
    void aDeletedAccountIsNobodysParent() {
        AccountId team = account("team");
        admin.deleteAccount(team);

        assertThat(refused(() -> account("key", team)).field()).isEqualTo("parent");
    }

    @Test
    void aSuspensionMustEndLater() {
        AccountId key = account("key");

        DefinitionException refused = refused(() -> admin.suspend(key, NOON));

        assertThat(refused.field()).isEqualTo("until");
        assertThat(refused).hasMessageContaining(NOON.toString());
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    private static DefinitionException refused(ThrowingCallable change) {
        DefinitionException refused = catchThrowableOfType(DefinitionException.class, change);
        assertThat(refused).as("refused").isNotNull();
        return refused;
    }
}
