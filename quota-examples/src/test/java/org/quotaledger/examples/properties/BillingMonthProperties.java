package org.quotaledger.examples.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.quotaledger.testkit.NaiveWindow;
import org.quotaledger.testkit.QuotaArbitraries;
import org.quotaledger.window.QuotaWindow;

/** The oracle of docs/property-tests.md. */
class BillingMonthProperties {

    // doc-start: oracle
    @Property
    void theBillingMonthIsTheMonthOfTheLimit(
            @ForAll @IntRange(min = 1, max = 31) int day, @ForAll("instants") Instant now) {
        NaiveWindow month = NaiveWindow.of(QuotaWindow.monthly(ZoneOffset.UTC, day));

        assertThat(BillingMonth.start(now, day)).isEqualTo(month.spanAt(now).start());
    }

    @Provide
    Arbitrary<Instant> instants() {
        return QuotaArbitraries.instantsNear(ZoneOffset.UTC);
    }
    // doc-end
}
