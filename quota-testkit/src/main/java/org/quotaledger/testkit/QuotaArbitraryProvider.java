package org.quotaledger.testkit;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.providers.ArbitraryProvider;
import net.jqwik.api.providers.TypeUsage;
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

/**
 * Generators for parameters that have a type of the ledger, such as {@code @ForAll QuotaWindow window}. jqwik finds this
 * class on the class path of a test by itself.
 *
 * <p>The types are {@link QuotaWindow}, {@link AccountId}, {@link RequestId}, {@link Meter}, {@link Amount}, {@link Charge},
 * {@link Tags}, {@link ExhaustionAction}, {@link QuotaLimit} and {@link QuotaPolicy}, and lists, sets and other containers
 * of these. {@code Tuple2<QuotaWindow, Instant>} is a window with an instant near its boundaries, as
 * {@link QuotaArbitraries#windowsWithInstants()} gives them. Zones and instants that stand alone remain jqwik's.
 *
 * <p>Thread-safe.
 */
public final class QuotaArbitraryProvider implements ArbitraryProvider {

    private static final TypeUsage WINDOW_WITH_INSTANT =
            TypeUsage.of(Tuple2.class, TypeUsage.of(QuotaWindow.class), TypeUsage.of(Instant.class));

    private static final Map<Class<?>, Supplier<Arbitrary<?>>> GENERATORS = Map.ofEntries(
            Map.entry(QuotaWindow.class, QuotaArbitraries::windows),
            Map.entry(AccountId.class, LedgerArbitraries::accountIds),
            Map.entry(RequestId.class, LedgerArbitraries::requestIds),
            Map.entry(Meter.class, LedgerArbitraries::meters),
            Map.entry(Amount.class, LedgerArbitraries::amounts),
            Map.entry(Charge.class, LedgerArbitraries::charges),
            Map.entry(Tags.class, LedgerArbitraries::tags),
            Map.entry(ExhaustionAction.class, LedgerArbitraries::exhaustionActions),
            Map.entry(QuotaLimit.class, LedgerArbitraries::limits),
            Map.entry(QuotaPolicy.class, LedgerArbitraries::policies));

    /** For jqwik, which makes it through {@link java.util.ServiceLoader}. */
    public QuotaArbitraryProvider() {}

    @Override
    public boolean canProvideFor(TypeUsage type) {
        return GENERATORS.containsKey(type.getRawType()) || isWindowWithInstant(type);
    }

    @Override
    public Set<Arbitrary<?>> provideFor(TypeUsage type, SubtypeProvider subtypes) {
        if (isWindowWithInstant(type)) {
            return Set.of(QuotaArbitraries.windowsWithInstants());
        }
        Supplier<Arbitrary<?>> generator = GENERATORS.get(type.getRawType());
        return generator == null ? Set.of() : Set.of(generator.get());
    }

    /** Returns a priority above that of jqwik's own provider of tuples. */
    @Override
    public int priority() {
        return 10;
    }

    private static boolean isWindowWithInstant(TypeUsage type) {
        return type.isOfType(Tuple2.class) && type.canBeAssignedTo(WINDOW_WITH_INSTANT);
    }
}
