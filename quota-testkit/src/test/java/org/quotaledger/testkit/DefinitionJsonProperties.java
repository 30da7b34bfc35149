package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.quotaledger.account.AccountId;
import org.quotaledger.json.AccountJson;
import org.quotaledger.json.PolicyJson;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;

/** Whatever is defined is read from what is written of it as it was. */
class DefinitionJsonProperties {

    @Property
    void aPolicyIsReadFromItsJsonAsItWas(@ForAll("policies") QuotaPolicy policy) {
        assertThat(PolicyJson.read(PolicyJson.write(policy))).isEqualTo(policy);
    }

    @Property
    void anAccountIsReadFromItsJsonAsItWas(@ForAll("ids") AccountId id, @ForAll("limits") QuotaLimit limit) {
        Account account = Account.builder(id).overrides(List.of(limit)).build();

        assertThat(AccountJson.read(AccountJson.write(account))).isEqualTo(account);
    }

    @Property
    void anExhaustionActionIsReadFromItsTextAsItWas(@ForAll("actions") ExhaustionAction action) {
        assertThat(ExhaustionAction.parse(action.toString())).isEqualTo(action);
    }

    @Provide
    Arbitrary<QuotaPolicy> policies() {
        return LedgerArbitraries.policies();
    }

    @Provide
    Arbitrary<QuotaLimit> limits() {
        return LedgerArbitraries.limits();
    }

    @Provide
    Arbitrary<AccountId> ids() {
        return LedgerArbitraries.accountIds();
    }

    @Provide
    Arbitrary<ExhaustionAction> actions() {
        return LedgerArbitraries.exhaustionActions();
    }
}
