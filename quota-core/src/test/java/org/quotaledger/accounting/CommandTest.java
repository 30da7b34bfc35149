package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.Tags;

/** What a command is made of is as allowed, whoever makes it. */
class CommandTest {

    private static final RequestId ID = RequestId.of("r");

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT1.0000001S"})
    void takesNoTimeToLiveThatARequestMayNotHave(Duration timeToLive) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reserve(timeToLive))
                .withMessageContaining("time to live");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Command.Extend(ID, timeToLive, List.of()))
                .withMessageContaining("time to live");
    }

    private static Command.Reserve reserve(Duration timeToLive) {
        return new Command.Reserve(
                new RequestOrigin(ID, AccountId.of("key"), Tags.NONE),
                Charge.of(Amount.of(1, Meter.TOKENS)),
                ReserveMode.ALL_OR_NOTHING,
                timeToLive,
                true,
                null,
                false);
    }
}
