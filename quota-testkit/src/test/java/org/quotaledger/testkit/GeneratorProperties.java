package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** Claims about the generators that users have. */
class GeneratorProperties {

    private static final Amount TEN = Amount.of(10, Meter.TOKENS);

    @Property
    void aLimitAcceptsEveryWindow(@ForAll QuotaWindow window) {
        assertThatCode(() -> QuotaLimit.of("any", TEN, window)).doesNotThrowAnyException();
    }

    @Property
    void aLimitAcceptsEveryWindowOfAKind(@ForAll("kinds") Tuple2<String, QuotaWindow> kind) {
        assertThatCode(() -> QuotaLimit.of("any", TEN, kind.get2())).doesNotThrowAnyException();
    }

    @Property
    void aGeneratorOfOneKindGivesThatKind(@ForAll("kinds") Tuple2<String, QuotaWindow> kind) {
        assertThat(kind.get2().toString()).startsWith(kind.get1());
    }

    @Property
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void windowsAreOfEveryKind(@ForAll QuotaWindow window) {
        Statistics.label("kind").collect(window.toString().split(" ")[0]).coverage(found -> {
            for (String kind : List.of(
                    "hourly", "daily", "weekly", "monthly", "every", "rolling", "since-first-use", "lifetime")) {
                found.check(kind).count(count -> count > 0);
            }
        });
    }

    @Property
    void anInstantBesideAWindowIsOneThatTheWindowAnswers(@ForAll Tuple2<QuotaWindow, Instant> at) {
        assertThatCode(() -> at.get1().spanAt(at.get2())).doesNotThrowAnyException();
    }

    @Property
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void instantsLieOftenAtABoundaryOfTheirWindow(@ForAll Tuple2<QuotaWindow, Instant> at) {
        WindowSpan span = at.get1().spanAt(at.get2());
        boolean atBoundary = span.startInclusive().equals(at.get2())
                || span.endExclusive().minusNanos(1).equals(at.get2());

        Statistics.label("at a boundary")
                .collect(atBoundary)
                .coverage(found -> found.check(true).percentage(share -> share > 15));
    }

    @Property
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void instantsLieOftenNextToAnOffsetChangeOfTheirZone(@ForAll("zonesWithInstants") Tuple2<ZoneId, Instant> at) {
        ZoneId zone = at.get1();
        boolean changes = !zone.getRules()
                .getOffset(at.get2().minusSeconds(2))
                .equals(zone.getRules().getOffset(at.get2().plusSeconds(2)));

        Statistics.label("next to a change")
                .collect(changes)
                .coverage(found -> found.check(true).percentage(share -> share > 5));
    }

    @Property(tries = 100)
    void mainValuesNeedNoAnnotation(
            @ForAll AccountId account,
            @ForAll RequestId request,
            @ForAll Amount amount,
            @ForAll Charge charge,
            @ForAll Tags tags,
            @ForAll ExhaustionAction action,
            @ForAll List<Meter> meters) {
        assertThat(AccountId.of(account.value())).isEqualTo(account);
        assertThat(RequestId.of(request.value())).isEqualTo(request);
        assertThat(Amount.ofUnits(amount.units(), amount.meter())).isEqualTo(amount);
        assertThat(charge.amounts()).hasSizeBetween(1, 4);
        assertThat(new Tags(tags.values())).isEqualTo(tags);
        assertThat(ExhaustionAction.parse(action.toString())).isEqualTo(action);
        assertThat(meters).doesNotContainNull();
    }

    @Property(tries = 100)
    void definitionsNeedNoAnnotation(@ForAll QuotaLimit limit, @ForAll QuotaPolicy policy) {
        assertThat(limit.toBuilder().build()).isEqualTo(limit);
        assertThat(policy.limits()).hasSizeLessThanOrEqualTo(5);
    }

    @Provide
    Arbitrary<Tuple2<String, QuotaWindow>> kinds() {
        Map<String, Arbitrary<QuotaWindow>> byText = Map.of(
                "hourly ", QuotaArbitraries.hourlyWindows(),
                "daily ", QuotaArbitraries.dailyWindows(),
                "weekly ", QuotaArbitraries.weeklyWindows(),
                "monthly ", QuotaArbitraries.monthlyWindows(),
                "every ", QuotaArbitraries.customWindows(),
                "rolling ", QuotaArbitraries.rollingWindows(),
                "since-first-use ", QuotaArbitraries.windowsSinceFirstUse(),
                "lifetime", QuotaArbitraries.lifetimes());
        return Arbitraries.oneOf(byText.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .<Arbitrary<? extends Tuple2<String, QuotaWindow>>>map(
                        kind -> kind.getValue().map(window -> Tuple.of(kind.getKey(), window)))
                .toList());
    }

    @Provide
    Arbitrary<Tuple2<ZoneId, Instant>> zonesWithInstants() {
        return QuotaArbitraries.zonesWithInstants();
    }
}
