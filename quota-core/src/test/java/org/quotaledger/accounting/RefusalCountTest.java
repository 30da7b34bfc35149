package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.report.Grouping;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.QuotaWindow;

/** The counts of refusals. */
class RefusalCountTest extends MemoryLedger {

    private void refuse(AccountId account, long tokens, int times) {
        for (int i = 0; i < times; i++) {
            refusal(reserve(account, tokens));
        }
    }

    private Map<String, Long> refused(ReportQuery query) {
        return ledger.reports().totals(query).refused();
    }

    private List<LedgerEvent.Refused> told() {
        return events.stream()
                .filter(LedgerEvent.Refused.class::isInstance)
                .map(LedgerEvent.Refused.class::cast)
                .toList();
    }

    private void refuseTagged(AccountId account, Tags tags, int times) {
        for (int i = 0; i < times; i++) {
            refusal(ledger.reserve(
                    ReserveRequest.builder(account, tokens(11)).tags(tags).build()));
        }
    }

    private List<String> refusedByModel(ReportQuery query) {
        return ledger.reports().by(query, Grouping.model()).lines().stream()
                .map(line -> line.groups() + " " + line.totals().refusedRequests())
                .toList();
    }

    @Test
    void moreThanTwentyCombinationsOfTagsOfAnAccountAreCountedWithoutTags() {
        AccountId key = account("key", daily(10));
        for (int i = 10; i < 40; i++) {
            refuseTagged(key, Tags.NONE.with(Tags.MODEL, "m" + i), 2);
            if (i == 15) {
                admin.sweep(10);
            }
        }
        clock.advance(Duration.ofMinutes(15));
        refuseTagged(key, Tags.NONE.with(Tags.MODEL, "m39"), 2);

        admin.sweep(10);

        List<String> models = refusedByModel(ReportQuery.ALL);
        assertThat(models).hasSize(22).startsWith("[] 20", "[m10] 2").endsWith("[m29] 2", "[m39] 2");
        assertThat(refused(ReportQuery.ALL)).isEqualTo(Map.of("quota_never_fits", 62L));
    }

    @Test
    void accountsThatMayNotReserveAreCountedAndUnknownOnesAreNot() {
        AccountId key = account("key");
        admin.disable(key);
        refuse(key, 1, 2);
        refuse(AccountId.of("made-up"), 1, 5);

        admin.sweep(10);

        assertThat(refused(ReportQuery.ALL)).isEqualTo(Map.of("account_disabled", 2L));
        assertThat(told()).isEmpty();
    }

    @Test
    void aKeyThatIsRefusedInManySpansCostsARowForEachQuarterOfAnHour() {
        AccountId key = account(
                "key",
                limit("rolling", 10, QuotaWindow.rolling(Duration.ofMinutes(1))).build(),
                limit("short", 5, QuotaWindow.custom(Duration.ofSeconds(1), NOON))
                        .build());
        for (int second = 0; second < 120; second++) {
            refuse(key, second % 2 == 0 ? 11 : 6, 1);
            clock.advance(Duration.ofSeconds(1));
        }

        admin.sweep(10);

        assertThat(refused(ReportQuery.ALL)).isEqualTo(Map.of("quota_never_fits", 120L));
    }

    @Test
    void aParentsLimitTellsItsOwnRefusals() {
        AccountId team = account("team", daily(10));
        AccountId key = account("key", team);
        AccountId other = account("other", team);
        spend(key, 10);
        refuse(key, 1, 1);
        refuse(other, 1, 1);

        admin.sweep(10);

        assertThat(told())
                .extracting(refused -> refused.account() + "/" + refused.limit())
                .containsExactly("team/daily");
    }
}
