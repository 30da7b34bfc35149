package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.policy.Account;

/** The name of the person who edits. */
class ActorTest extends MemoryLedger {

    @Test
    void anActorIsNamedByOneToTwoHundredCharacters() {
        assertThatThrownBy(() -> admin.as("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> admin.as("a".repeat(201)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("actor has 201 characters: expected 1 to 200");

        admin.as("a".repeat(200)).createAccount(Account.builder("key").build());

        assertThat(admin.history(HistoryQuery.ALL).get(0).change().actor()).hasSize(200);
    }
}
