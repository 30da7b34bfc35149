package org.quotaledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.RefusalCount;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Tags;

class RefusalTallyTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final RefusalTally tally = new RefusalTally();

    private void refuse(AccountId account, Instant at, String model) {
        tally.add(
                new Refusal(RefusalCode.ACCOUNT_DISABLED, account, account, List.of(), at, null),
                Tags.NONE.with(Tags.MODEL, model));
    }

    private Stream<Tags> takenOfKey() {
        return tally.take().stream()
                .filter(taken -> taken.account().equals(KEY))
                .flatMap(taken -> taken.counts().stream())
                .map(RefusalCount::tags);
    }

    @Test
    void anAccountAheadOfTheClockEndsNoQuarterOfAnother() {
        for (int i = 0; i < RefusalTally.MAX_TAGS; i++) {
            refuse(KEY, NOON, "m" + i);
        }
        refuse(AccountId.of("ahead"), NOON.plus(Duration.ofDays(2)), "m");
        assertThat(takenOfKey()).hasSize(RefusalTally.MAX_TAGS).doesNotContain(Tags.NONE);

        refuse(KEY, NOON.plusSeconds(60), "one more");

        assertThat(takenOfKey()).containsExactly(Tags.NONE);
    }

    @Test
    void theNextQuarterHasTagsOfItsOwn() {
        for (int i = 0; i <= RefusalTally.MAX_TAGS; i++) {
            refuse(KEY, NOON, "m" + i);
        }
        assertThat(takenOfKey()).contains(Tags.NONE);

        refuse(KEY, NOON.plus(Duration.ofMinutes(15)), "one more");

        assertThat(takenOfKey()).containsExactly(Tags.NONE.with(Tags.MODEL, "one more"));
    }
}
