package org.quotaledger.json;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.window.QuotaWindow;

/** Policies and accounts of every shape. */
final class DefinitionArbitraries {

    private DefinitionArbitraries() {}

    static Arbitrary<QuotaPolicy> policies() {
        return Combinators.combine(texts(100), limits()).as(QuotaPolicy::new);
    }

    static Arbitrary<Account> accounts() {
        return Combinators.combine(
                        texts(200),
                        texts(200).injectNull(0.5),
                        texts(100).injectNull(0.5),
                        limits(),
                        Arbitraries.of(true, false),
                        instants(0, 253_402_300_799L).injectNull(0.5))
                .as((id, parent, policy, overrides, disabled, expiresAt) -> Account.builder(id)
                        .parent(parent == null || parent.equals(id) ? null : AccountId.of(parent))
                        .policy(policy)
                        .overrides(overrides)
                        .disabled(disabled)
                        .expiresAt(expiresAt)
                        .build());
    }

    private static Arbitrary<List<QuotaLimit>> limits() {
        return limit().list().ofMaxSize(5).map(limits -> {
            Map<String, QuotaLimit> byName = new LinkedHashMap<>();
            limits.forEach(limit -> byName.put(limit.name(), limit));
            return List.copyOf(byName.values());
        });
    }

    private static Arbitrary<QuotaLimit> limit() {
        return Combinators.combine(
                        names(),
                        amounts(),
                        windows(),
                        Arbitraries.of(Boundary.class),
                        Arbitraries.of(ChargeTime.class),
                        Arbitraries.of(OnExcess.class),
                        Arbitraries.of(OnExpiry.class))
                .flatAs((name, amount, window, boundary, chargeTime, onExcess, onExpiry) -> thresholds(amount.meter())
                        .map(thresholds -> QuotaLimit.builder(name, amount, window)
                                .boundary(boundary)
                                .chargeTime(chargeTime)
                                .onExcess(onExcess)
                                .onExpiry(onExpiry)
                                .thresholds(thresholds)
                                .alertDebounce(Duration.ofSeconds(thresholds.size() * 12_345L, 678_000))
                                .build()));
    }

    private static Arbitrary<List<AlertThreshold>> thresholds(Meter meter) {
        Arbitrary<AlertThreshold.Level> percents =
                Arbitraries.integers().between(1, 1000).map(AlertThreshold.Percent::new);
        Arbitrary<AlertThreshold.Level> amounts = Arbitraries.longs()
                .greaterOrEqual(1)
                .map(units -> new AlertThreshold.Absolute(Amount.ofUnits(units, meter)));
        Arbitrary<List<String>> recipients =
                texts(100).set().ofMinSize(1).ofMaxSize(3).map(names -> List.copyOf(new TreeSet<>(names)));
        return Combinators.combine(Arbitraries.oneOf(percents, amounts), Arbitraries.of(Severity.class), recipients)
                .as(AlertThreshold::new)
                .list()
                .ofMaxSize(4)
                .uniqueElements(AlertThreshold::level);
    }

    private static Arbitrary<Amount> amounts() {
        Arbitrary<Meter> own = Combinators.combine(
                        Arbitraries.strings()
                                .withChars("abz09_.-")
                                .ofMaxLength(49)
                                .map(rest -> "m" + rest),
                        Arbitraries.integers().between(0, 12))
                .as(Meter::new);
        Arbitrary<Meter> meters =
                Arbitraries.oneOf(Arbitraries.of(Meter.USD, Meter.TOKENS, Meter.REQUESTS, new Meter("usd", 2)), own);
        // Ten times it, the highest share that alerts, still fits.
        return Combinators.combine(Arbitraries.longs().between(0, Long.MAX_VALUE / 10), meters)
                .as(Amount::ofUnits);
    }

    private static Arbitrary<String> names() {
        return Arbitraries.strings().withChars("abzABZ059_.-").ofMaxLength(99).map(rest -> "n" + rest);
    }

    /** Texts of any characters that a name may have, quotes and whole surrogate pairs too. */
    private static Arbitrary<String> texts(int maxLength) {
        Arbitrary<String> characters = Arbitraries.oneOf(
                Arbitraries.chars().range(' ', '~').map(String::valueOf),
                Arbitraries.of("\"", "\\", "/", "é", "账", "\u2028", "\ud83d\ude00", "'", "{", "]", ":"));
        return characters.list().ofMinSize(1).ofMaxSize(maxLength / 2).map(all -> String.join("", all));
    }

    static Arbitrary<QuotaWindow> windows() {
        Arbitrary<ZoneId> zones = Arbitraries.oneOf(
                Arbitraries.of(ZoneId.getAvailableZoneIds()).map(ZoneId::of),
                Arbitraries.integers().between(-64_800, 64_800).map(ZoneOffset::ofTotalSeconds));
        Arbitrary<LocalTime> times = Arbitraries.longs()
                .between(0, LocalTime.MAX.toNanoOfDay() / 1000)
                .map(micros -> LocalTime.ofNanoOfDay(micros * 1000));
        Arbitrary<Duration> lengths = Arbitraries.longs()
                .between(1_000_000, 3653L * 86_400_000_000L)
                .map(m -> Duration.of(m, ChronoUnit.MICROS));
        Arbitrary<Period> periods = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 3653).map(Period::ofDays),
                Arbitraries.integers().between(1, 120).map(Period::ofMonths));
        Arbitrary<Instant> anchors = instants(-62_135_596_800L, 253_402_300_799L);
        Arbitrary<LocalDateTime> localAnchors = anchors.map(anchor -> LocalDateTime.ofInstant(anchor, ZoneOffset.UTC));
        return Arbitraries.oneOf(
                zones.map(QuotaWindow::hourly),
                Combinators.combine(zones, times).as(QuotaWindow::daily),
                Combinators.combine(zones, Arbitraries.of(DayOfWeek.class), times)
                        .as(QuotaWindow::weekly),
                Combinators.combine(zones, Arbitraries.integers().between(1, 31), times)
                        .as(QuotaWindow::monthly),
                Combinators.combine(lengths, anchors).as(QuotaWindow::custom),
                Combinators.combine(periods, localAnchors, zones).as(QuotaWindow::custom),
                lengths.map(length -> QuotaWindow.rolling(length)),
                lengths.map(QuotaWindow::sinceFirstUse),
                Arbitraries.just(QuotaWindow.lifetime()),
                anchors.map(QuotaWindow::lifetimeFrom));
    }

    private static Arbitrary<Instant> instants(long firstSecond, long lastSecond) {
        return Combinators.combine(
                        Arbitraries.longs().between(firstSecond, lastSecond - 1),
                        Arbitraries.integers().between(0, 999_999))
                .as((second, micros) -> Instant.ofEpochSecond(second, micros * 1000L));
    }
}
