package org.quotaledger.testkit;

import java.time.ZoneId;
import java.util.function.Function;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * A value that was drawn without knowledge of its zone, as a function of the zone. Deliberately not a {@code flatMap} over
 * zones: jqwik would build every generator anew for each value, at a hundred times the cost.
 */
interface Local<T> extends Function<ZoneId, T> {

    static <T> Arbitrary<T> in(Arbitrary<ZoneId> zones, Arbitrary<Local<T>> values) {
        // The likely mistakes are drawn often enough; jqwik's own edge cases would be their whole product.
        return Combinators.combine(zones, values)
                .as((zone, value) -> value.apply(zone))
                .withoutEdgeCases();
    }

    static <T> Arbitrary<Local<T>> anywhere(Arbitrary<? extends T> values) {
        return values.map(value -> zone -> value);
    }
}
