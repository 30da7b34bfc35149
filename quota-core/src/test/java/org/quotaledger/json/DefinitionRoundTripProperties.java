package org.quotaledger.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaPolicy;

/** What is written is read back to the same, whatever it is. */
class DefinitionRoundTripProperties {

    @Property(tries = 300)
    void aPolicyIsReadBackAsItWasWritten(@ForAll("policies") QuotaPolicy policy) {
        assertThat(PolicyJson.read(PolicyJson.write(policy))).isEqualTo(policy);
    }

    @Property(tries = 300)
    void anAccountIsReadBackAsItWasWritten(@ForAll("accounts") Account account) {
        assertThat(AccountJson.read(AccountJson.write(account))).isEqualTo(account);
    }

    @Property(tries = 100)
    void bytesAreReadLikeTextWithAByteOrderMarkOrWithout(@ForAll("policies") QuotaPolicy policy) throws IOException {
        String json = PolicyJson.write(policy);

        for (String document : new String[] {json, "\ufeff" + json}) {
            byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
            assertThat(PolicyJson.read(new ByteArrayInputStream(bytes))).isEqualTo(policy);
        }
    }

    @Property(tries = 100)
    void writtenTextIsWhatWouldBeWrittenAgain(@ForAll("accounts") Account account) {
        String json = AccountJson.write(account);

        assertThat(AccountJson.write(AccountJson.read(json))).isEqualTo(json);
        assertThat(json.getBytes(StandardCharsets.UTF_8))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(json);
    }

    @Provide
    Arbitrary<QuotaPolicy> policies() {
        return DefinitionArbitraries.policies();
    }

    @Provide
    Arbitrary<Account> accounts() {
        return DefinitionArbitraries.accounts();
    }
}
