package org.quotaledger.testkit;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;

/**
 * Generators of a ledger's arguments: ids, meters, amounts, charges, limits and policies. {@link QuotaArbitraries} has
 * windows and instants, and {@link QuotaArbitraryProvider} the parameters that need no {@code @Provide} method.
 * Thread-safe.
 */
public final class LedgerArbitraries {

    private static final String NAME_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789_-.";

    private LedgerArbitraries() {}

    /** Returns ids of accounts, of every length and of characters from all planes of Unicode. */
    public static Arbitrary<AccountId> accountIds() {
        return opaque(AccountId.MAX_LENGTH).map(AccountId::of);
    }

    /** Returns ids of requests, of every length and of characters from all planes of Unicode. */
    public static Arbitrary<RequestId> requestIds() {
        return opaque(RequestId.MAX_LENGTH).map(RequestId::of);
    }

    /** Returns meters: those that come with the ledger, and others of every scale. */
    public static Arbitrary<Meter> meters() {
        Arbitrary<Character> first = Arbitraries.chars().range('a', 'z');
        Arbitrary<String> rest = Arbitraries.strings().withChars(NAME_CHARS).ofMaxLength(49);
        Arbitrary<Integer> scales = Arbitraries.integers().between(Meter.MIN_SCALE, Meter.MAX_SCALE);
        return Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.of(Meter.USD, Meter.TOKENS, Meter.REQUESTS)),
                Tuple.of(
                        1,
                        Combinators.combine(first, rest, scales)
                                .as((start, end, scale) -> new Meter(start + end, scale))));
    }

    /** Returns amounts of a meter, from nothing to the largest there is. */
    public static Arbitrary<Amount> amounts(Meter meter) {
        return Arbitraries.longs().between(0, Long.MAX_VALUE).map(units -> Amount.ofUnits(units, meter));
    }

    /** Returns amounts of any of {@link #meters()}, from nothing to the largest there is. */
    public static Arbitrary<Amount> amounts() {
        return amountsUpTo(Long.MAX_VALUE);
    }

    private static Arbitrary<Amount> amountsUpTo(long mostUnits) {
        return Combinators.combine(Arbitraries.longs().between(0, mostUnits), meters())
                .as(Amount::ofUnits);
    }

    /** Returns charges of one to four meters. */
    public static Arbitrary<Charge> charges() {
        return amounts()
                .list()
                .uniqueElements(amount -> amount.meter().name())
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(Charge::new);
    }

    /** Returns tags, as many as a request can have. */
    public static Arbitrary<Tags> tags() {
        return Arbitraries.maps(opaque(50), opaque(200))
                .ofMaxSize(Tags.MAX_TAGS)
                .map(Tags::new);
    }

    /** Returns limits of every kind, with windows as {@link QuotaArbitraries#windows()} gives them. */
    public static Arbitrary<QuotaLimit> limits() {
        Arbitrary<List<AlertThreshold>> thresholds = Arbitraries.integers()
                .between(1, 1000)
                .map(percent -> AlertThreshold.percent(percent, Severity.INFO, AlertThreshold.ADMIN))
                .list()
                .uniqueElements()
                .ofMaxSize(4);
        Arbitrary<QuotaLimit> limits = Combinators.combine(
                        names(),
                        // A tenth of the largest: a threshold can be ten times the amount.
                        amountsUpTo(Long.MAX_VALUE / 10),
                        QuotaArbitraries.windows(),
                        Arbitraries.of(Boundary.class),
                        Arbitraries.of(ChargeTime.class),
                        Arbitraries.of(OnExcess.class),
                        Arbitraries.of(OnExpiry.class),
                        thresholds)
                .as((name, amount, window, boundary, chargeTime, onExcess, onExpiry, alerts) -> QuotaLimit.builder(
                                name, amount, window)
                        .boundary(boundary)
                        .chargeTime(chargeTime)
                        .onExcess(onExcess)
                        .onExpiry(onExpiry)
                        .thresholds(alerts)
                        .build());
        return Combinators.combine(limits, exhaustionActions(), debounces())
                .as((limit, onExhaustion, debounce) -> limit.toBuilder()
                        .onExhaustion(onExhaustion)
                        .alertDebounce(debounce)
                        .build());
    }

    /** Returns exhaustion actions of every kind; those that overflow do so to any of {@link #accountIds()}. */
    public static Arbitrary<ExhaustionAction> exhaustionActions() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        ExhaustionAction.refuse(),
                        ExhaustionAction.suspendUntilWindowEnd(),
                        ExhaustionAction.suspendUntilResumed(),
                        ExhaustionAction.observe()),
                accountIds().map(ExhaustionAction::overflowTo));
    }

    private static Arbitrary<Duration> debounces() {
        return Arbitraries.longs()
                .between(0, QuotaLimit.MAX_ALERT_DEBOUNCE.toNanos() / 1000)
                .map(micros -> Duration.of(micros, ChronoUnit.MICROS));
    }

    /** Returns policies of up to five limits. */
    public static Arbitrary<QuotaPolicy> policies() {
        Arbitrary<List<QuotaLimit>> limits =
                limits().list().uniqueElements(QuotaLimit::name).ofMaxSize(5);
        return Combinators.combine(opaque(QuotaPolicy.MAX_NAME), limits).as(QuotaPolicy::new);
    }

    private static Arbitrary<String> names() {
        return Arbitraries.strings().withChars(NAME_CHARS).ofMaxLength(99).map(rest -> "n" + rest);
    }

    /** Texts that name something: no control characters, no half of a surrogate pair. */
    private static Arbitrary<String> opaque(int maxLength) {
        Arbitrary<String> latin =
                Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(maxLength);
        Arbitrary<String> any = Arbitraries.integers()
                .between(0xA0, Character.MAX_CODE_POINT)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .list()
                .ofMinSize(1)
                .ofMaxSize(maxLength / 2)
                .map(points -> points.stream()
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
        return Arbitraries.frequencyOf(Tuple.of(3, latin), Tuple.of(1, any));
    }
}
