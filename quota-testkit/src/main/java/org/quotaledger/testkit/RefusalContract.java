package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.RefusalCount;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.report.Grouping;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Tags;
import org.quotaledger.spi.ClaimedEvent;
import org.quotaledger.window.QuotaWindow;

/** What was refused is counted: it writes nothing at once, and a sweep writes it down together. */
abstract class RefusalContract extends ContractSection {

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

    @Test
    void whatWasRefusedIsCountedByTheNextSweepAndNotBefore() {
        AccountId key = account("key", daily(10));
        refuse(key, 11, 2);
        spend(key, 8);
        refuse(key, 5, 3);
        spend(key, 2);
        refuse(key, 1, 4);
        assertThat(refused(ReportQuery.ALL)).isEmpty();

        admin.sweep(10);
        admin.sweep(10);

        assertThat(refused(ReportQuery.ALL))
                .isEqualTo(Map.of("quota_never_fits", 2L, "quota_insufficient", 3L, "quota_exhausted", 4L));
        assertThat(ledger.reports().totals(ReportQuery.ALL).requests()).isEqualTo(2);
        assertThat(usage(key)).isEqualTo("10 used, 0 held");
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
    void refusalsAreCountedByTheTagsOfTheirRequests() {
        AccountId team = account("team");
        AccountId key = account("key", team, daily(10));
        refuseTagged(key, Tags.NONE.with(Tags.MODEL, "gpt-4o"), 41);
        refuseTagged(key, Tags.NONE.with(Tags.MODEL, "o1"), 2);
        refuseTagged(key, Tags.NONE, 3);

        admin.sweep(10);

        assertThat(refusedByModel(ReportQuery.ALL)).containsExactly("[] 3", "[gpt-4o] 41", "[o1] 2");
        assertThat(refusedByModel(ReportQuery.of(team))).containsExactly("[] 3", "[gpt-4o] 41", "[o1] 2");
        assertThat(told()).extracting(LedgerEvent.Refused::count).containsExactly(46L);
        assertThat(refused(ReportQuery.ALL)).isEqualTo(Map.of("quota_never_fits", 46L));
    }

    @Test
    void aRefusalByAParentCountsOnceForTheRequestAndIsTheParentsToo() {
        AccountId team = account("team", daily(10));
        AccountId key = account("key", team, daily(100));
        AccountId other = account("other", team);
        spend(other, 10);
        refuse(key, 1, 3);
        refuse(other, 1, 1);

        admin.sweep(10);

        assertThat(refused(ReportQuery.ALL)).isEqualTo(Map.of("quota_exhausted", 4L));
        assertThat(refused(ReportQuery.ofParents(1))).isEqualTo(Map.of("quota_exhausted", 4L));
        assertThat(refused(ReportQuery.of(team))).isEqualTo(Map.of("quota_exhausted", 4L));
        assertThat(ledger.reports().by(ReportQuery.ALL, Grouping.account()).lines())
                .extracting(line -> line.groups() + " " + line.totals().refusedRequests())
                .containsExactly("[key] 3", "[other] 1");
    }

    @Test
    void refusalsAreCountedInTheQuarterOfAnHourInWhichTheyWere() {
        AccountId key = account("key", daily(10));
        refuse(key, 11, 2);
        clock.advance(Duration.ofHours(1));
        refuse(key, 11, 3);
        clock.advance(Duration.ofHours(3));

        admin.sweep(10);

        assertThat(ledger.reports()
                        .by(ReportQuery.ALL, Grouping.hour(ZoneOffset.UTC))
                        .lines())
                .extracting(line -> line.groups() + " " + line.totals().refusedRequests())
                .containsExactly("[2026-03-10T12:00+00:00] 2", "[2026-03-10T13:00+00:00] 3");
    }

    @Test
    void refusalsByALimitAreToldOnceInASpanWithTheirCount() {
        AccountId key = account("key", daily(10));
        spend(key, 10);
        clock.advance(Duration.ofMinutes(1));
        refuse(key, 1, 3);
        admin.sweep(10);
        refuse(key, 1, 2);
        admin.sweep(10);

        assertThat(told())
                .containsExactly(new LedgerEvent.Refused(
                        told().get(0).id(),
                        key,
                        NOON.plus(Duration.ofMinutes(1)),
                        "daily",
                        status(key, "daily").span(),
                        RefusalCode.QUOTA_EXHAUSTED,
                        3));
        clock.set(MIDNIGHT);
        spend(key, 10);
        refuse(key, 1, 1);
        admin.sweep(10);
        assertThat(told()).extracting(LedgerEvent.Refused::count).containsExactly(3L, 1L);
        assertThat(told()).extracting(LedgerEvent.Refused::id).doesNotHaveDuplicates();
        assertThat(store.outbox().claim("node", 100, Duration.ofMinutes(1)).stream()
                        .map(ClaimedEvent::event))
                .containsAll(told());
    }

    @Test
    void refusalsOfSeveralSpansInOneSweepAreToldEach() {
        AccountId key = account("key", limit("hourly", 10, HOURLY).build());
        refuse(key, 11, 1);
        admin.sweep(10);
        clock.advance(Duration.ofMinutes(50));
        refuse(key, 11, 2);
        clock.advance(Duration.ofMinutes(15));
        refuse(key, 11, 3);
        clock.advance(Duration.ofMinutes(30));
        refuse(key, 11, 4);
        clock.advance(Duration.ofMinutes(30));
        refuse(key, 11, 5);

        admin.sweep(10);

        assertThat(told()).extracting(LedgerEvent.Refused::count).containsExactly(1L, 7L, 5L);
        assertThat(told())
                .extracting(LedgerEvent.Refused::at)
                .containsExactly(NOON, NOON.plus(Duration.ofMinutes(65)), NOON.plus(Duration.ofMinutes(125)));
        assertThat(refused(ReportQuery.ALL)).isEqualTo(Map.of("quota_never_fits", 15L));
    }

    private void count(AccountId key, String id, QuotaWindow window, Instant first, long times) {
        RefusalCount count = new RefusalCount(
                key,
                "limit",
                window.spanAt(first),
                RefusalCode.QUOTA_EXHAUSTED,
                first.truncatedTo(ChronoUnit.HOURS),
                first,
                times,
                Tags.NONE);
        events.addAll(store.apply(new Command.CountRefusals(id(id), key, List.of(count)))
                .events());
    }

    @Test
    void countsOfALaterSpanThatAreWrittenFirstHideNoEarlierOne() {
        AccountId key = account("key", limit("limit", 10, HOURLY).build());
        Instant next = NOON.plus(Duration.ofHours(1));
        clock.set(NOON.plus(Duration.ofHours(3)));

        count(key, "third", HOURLY, NOON.plus(Duration.ofHours(2)), 5);
        count(key, "second", HOURLY, next, 7);
        count(key, "first", HOURLY, NOON, 1);
        count(key, "again", HOURLY, next.plus(Duration.ofMinutes(59)), 2);

        assertThat(told()).extracting(LedgerEvent.Refused::count).containsExactly(5L, 7L, 1L);
        assertThat(told()).extracting(LedgerEvent.Refused::id).doesNotHaveDuplicates();
    }

    @Test
    void ofARollingLimitOnlyWhatIsALengthAwayIsPublishedBesideALaterOne() {
        QuotaWindow rolling = QuotaWindow.rolling(Duration.ofHours(2));
        AccountId key = account("key", limit("limit", 10, rolling).build());
        clock.set(NOON.plus(Duration.ofHours(4)));

        count(key, "late", rolling, NOON.plus(Duration.ofHours(3)), 5);
        count(key, "within", rolling, NOON.plus(Duration.ofHours(1)).plus(MICROSECOND), 7);
        count(key, "a length before", rolling, NOON.plus(Duration.ofHours(1)), 1);

        assertThat(told()).extracting(LedgerEvent.Refused::count).containsExactly(5L, 1L);
    }

    @Test
    void refusalsByARollingLimitAreToldOnceInItsLength() {
        AccountId key = account(
                "key",
                limit("rolling", 10, QuotaWindow.rolling(Duration.ofHours(2))).build());
        for (int minutes = 0; minutes < 200; minutes += 10) {
            refuse(key, 11, 1);
            admin.sweep(10);
            clock.advance(Duration.ofMinutes(10));
        }

        assertThat(told()).extracting(LedgerEvent.Refused::at).containsExactly(NOON, NOON.plus(Duration.ofHours(2)));
    }

    @Test
    void aRefusalByTheAccountThatARequestOverflowsToIsCountedAndNotTold() {
        AccountId rich = account("rich", daily(10));
        AccountId key = account(
                "key",
                limit("own", 0, LIFETIME)
                        .onExhaustion(ExhaustionAction.overflowTo(rich))
                        .build());
        spend(rich, 10);
        refuse(key, 1, 3);

        admin.sweep(10);

        assertThat(refused(ReportQuery.of(key))).isEqualTo(Map.of("quota_exhausted", 3L));
        assertThat(refused(ReportQuery.of(rich))).isEmpty();
        assertThat(told()).isEmpty();
    }

    @Test
    void threadsThatAreRefusedAreAllCounted() throws InterruptedException {
        AccountId key = account("key", daily(10));
        Race.of(8, thread -> {
            refuse(key, 11, 200);
            if (thread % 2 == 0) {
                admin.sweep(10);
            }
        });

        admin.sweep(10);

        assertThat(refused(ReportQuery.ALL)).isEqualTo(Map.of("quota_never_fits", 1_600L));
        assertThat(told()).hasSize(1);
    }

    @Test
    void refusalsOfAnotherLedgerOfTheStoreAreCountedByItself() {
        AccountId key = admin.createAccount(
                        Account.builder("key").override(daily(10)).build())
                .id();
        QuotaLedger another = QuotaLedger.over(store);
        refusal(another.reserve(key, tokens(11)));
        refuse(key, 11, 1);

        admin.sweep(10);
        assertThat(refused(ReportQuery.ALL)).isEqualTo(Map.of("quota_never_fits", 1L));
        another.admin().sweep(10);
        assertThat(refused(ReportQuery.ALL)).isEqualTo(Map.of("quota_never_fits", 2L));
    }
}
