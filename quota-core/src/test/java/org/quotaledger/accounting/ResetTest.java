package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** The effect of a reset on windows, holds and suspensions. */
class ResetTest extends MemoryLedger {

    @Test
    void itMovesNoSchedule() {
        AccountId key = account(
                "key",
                limit("five", 10, QuotaWindow.sinceFirstUse(Duration.ofHours(5)))
                        .build());
        spend(key, 10);
        clock.advance(Duration.ofHours(1));

        admin.reset(key, "five");
        spend(key, 10);

        assertThat(status(key, "five").span().startInclusive()).isEqualTo(NOON);
        assertThat(refusal(reserve(key, 1)).retry()).contains(NOON.plus(Duration.ofHours(5)));
    }

    @Test
    void anOldHoldThatGrowsHasToFindRoomAllTheSame() {
        AccountId key = account("key", daily(10));
        Reservation hold = hold(key, 4);
        admin.reset(key, "daily");
        spend(key, 3);

        assertThat(hold.adjust(tokens(8)).done()).isFalse();
        assertThat(hold.adjust(tokens(7)).done()).isTrue();
        assertThat(usage(key)).isEqualTo("3 used, 0 held");
    }

    @Test
    void itLeavesAPersonsSuspensionAndADisabledAccountAsTheyAre() {
        AccountId key = account("key", daily(10));
        admin.suspend(key, null);
        admin.disable(key);

        admin.reset(key, "daily");

        assertThat(admin.enable(key).statusAt(clock.instant())).isEqualTo(AccountStatus.SUSPENDED);
    }

    @Test
    void aLimitThatIsNotInForceIsNamed() {
        AccountId key = account("key", daily(10));

        assertThatThrownBy(() -> admin.reset(key, "daily", "weekly"))
                .isInstanceOf(DefinitionException.class)
                .hasMessage("limit is \"weekly\": account key has no such limit");
        assertThatThrownBy(() -> admin.reset(AccountId.of("nobody"), "daily"))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("there is no such account");
    }

    /** No window of the limit counts such a hold, so that any window to come has room for it. */
    @Test
    void aHoldOfBeforeAResetCanGrowInTheNextWindow() {
        AccountId key = account("key", daily(10));
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 5);
        admin.reset(key, "daily");
        hold(key, 8, Duration.ofMinutes(10));

        Declined.NoRoom noRoom = (Declined.NoRoom) declined(hold.adjust(tokens(8)));

        assertThat(noRoom.refusal().retry()).contains(MIDNIGHT);
        clock.set(MIDNIGHT);
        assertThat(hold.adjust(tokens(8)).done()).isTrue();
    }
}
