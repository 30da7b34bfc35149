package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;

/** A limit that only observes: it refuses nothing, and records what it would have refused. */
abstract class ObservingContract extends ContractSection {

    private static QuotaLimit observingLimit(long tokens) {
        return limit("daily", tokens, DAILY)
                .onExhaustion(ExhaustionAction.observe())
                .build();
    }

    @Test
    void anObservingLimitRefusesNothingAndRecordsWhatItWouldHave() {
        AccountId key = account("key", observingLimit(10));
        spend(key, 8);

        assertThat(reserve(key, 2).orThrow().release().done()).isTrue();
        assertThat(journal().stream().filter(row -> row.kind() == JournalKind.OBSERVED))
                .isEmpty();
        Reservation passed = hold(key, 3);
        assertThat(state(passed).terms().observed()).isEqualTo(RefusalCode.QUOTA_INSUFFICIENT);
        passed.settle(tokens(3)).orThrow();

        assertThat(usage(key)).isEqualTo("11 used, 0 held");
        assertThat(onlyRow(JournalKind.OBSERVED).reason()).isEqualTo("quota_insufficient");
        List<String> observed = reserve(key, 1)
                .fold(
                        granted -> limitNames(granted.observed().orElseThrow()),
                        refused -> List.<String>of(),
                        conflict -> List.<String>of());
        assertThat(observed).containsExactly("key/daily");
    }
}
