package org.quotaledger.admin;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class AdminCommandTest {

    @Test
    void whatDefinesAnAccountRequiresIt() {
        assertThatNullPointerException()
                .isThrownBy(() -> new AccountCommand.Create(null))
                .withMessage("account");
        assertThatNullPointerException()
                .isThrownBy(() -> new AccountCommand.Replace(null, 1))
                .withMessage("account");
        assertThatNullPointerException().isThrownBy(() -> new Tighten(null, 1)).withMessage("account");
    }

    @Test
    void whatChangesAnAccountRequiresItsId() {
        assertThatNullPointerException()
                .isThrownBy(() -> new AccountCommand.Delete(null))
                .withMessage("accountId");
        assertThatNullPointerException()
                .isThrownBy(() -> new AccountCommand.Suspend(null, Instant.EPOCH))
                .withMessage("accountId");
        assertThatNullPointerException()
                .isThrownBy(() -> new AccountCommand.Resume(null))
                .withMessage("accountId");
    }

    @Test
    void whatDefinesAPolicyRequiresIt() {
        assertThatNullPointerException()
                .isThrownBy(() -> new PolicyCommand.Create(null))
                .withMessage("policy");
        assertThatNullPointerException()
                .isThrownBy(() -> new PolicyCommand.Replace(null, 1))
                .withMessage("policy");
    }
}
