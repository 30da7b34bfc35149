package org.quotaledger.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.UnbilledReason;

/**
 * Costs against an oracle of plain fractions: prices are numerators over 10^12, multipliers over 10^3, and one integer
 * division at the end rounds. It shares no arithmetic with the code under test.
 */
class CostProperties {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** Five rates in 10^-12 usd: plain, read, write 5m, write 1h, output. */
    record Rates(List<Long> perToken) {
        TokenRates toTokenRates() {
            return new TokenRates(decimal(0), decimal(4), decimal(1), decimal(2), decimal(3));
        }

        private BigDecimal decimal(int kind) {
            return BigDecimal.valueOf(perToken.get(kind), 12);
        }
    }

    record Case(Rates low, Rates high, long threshold, List<Long> tokens, List<Long> multipliers) {
        PriceBook book() {
            return PriceBook.builder(Meter.USD)
                    .price(
                            "m",
                            ModelPrice.builder(low.toTokenRates())
                                    .above(threshold, high.toTokenRates())
                                    .multipliers(thousandths(0), thousandths(1))
                                    .build())
                    .build();
        }

        PriceTerms terms() {
            return PriceTerms.STANDARD.withMultipliers(thousandths(2), thousandths(3));
        }

        TokenUsage usage() {
            return TokenUsage.exclusive(tokens.get(0), tokens.get(1), tokens.get(2), tokens.get(3), tokens.get(4));
        }

        private BigDecimal thousandths(int i) {
            return BigDecimal.valueOf(multipliers.get(i), 3);
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<Long> price = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 100_000_000),
                Arbitraries.of(0L, 1L, 4_999L, 5_000L, 5_001L, 1_250_000L));
        Arbitrary<Rates> rates = price.list().ofSize(5).map(Rates::new);
        Arbitrary<Long> tokens = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 3), Arbitraries.longs().between(0, 500_000), Arbitraries.just(1L << 40));
        Arbitrary<Long> multiplier =
                Arbitraries.oneOf(Arbitraries.just(1_000L), Arbitraries.longs().between(0, 10_000));
        return Combinators.combine(
                        rates,
                        rates,
                        Arbitraries.longs().between(0, 600_000),
                        tokens.list().ofSize(5),
                        multiplier.list().ofSize(4))
                .as(Case::new);
    }

    @Property
    void equalsTheFractionsRoundedOnce(@ForAll("cases") Case c) {
        assertThat(units(c.book(), c.usage(), c.terms())).isEqualTo(oracle(c));
    }

    @Property
    void noReportOfAProviderMakesItThrow(@ForAll("cases") Case c, @ForAll @Size(5) List<Long> counts) {
        TokenUsage exclusive =
                TokenUsage.exclusive(counts.get(0), counts.get(1), counts.get(2), counts.get(3), counts.get(4));
        TokenUsage inclusive =
                TokenUsage.inclusive(counts.get(0), counts.get(1), counts.get(2), counts.get(3), counts.get(4));

        for (TokenUsage usage : List.of(exclusive, inclusive)) {
            Cost cost = c.book().cost("m", usage, NOW, c.terms());
            boolean negative = counts.stream().skip(1).anyMatch(tokens -> tokens < 0);
            assertThat(usage.totalTokens()).isNotNegative();
            if (negative || usage.contradiction().isPresent()) {
                assertThat(cost)
                        .isInstanceOfSatisfying(
                                Cost.Unpriceable.class,
                                unpriceable ->
                                        assertThat(unpriceable.reason()).isEqualTo(UnbilledReason.USAGE_INVALID));
            }
        }
    }

    @Property
    void moreTokensOfAnyKindNeverCostLessAtTheSameRates(@ForAll("cases") Case c, @ForAll("cases") Case more) {
        PriceBook book = PriceBook.builder(Meter.USD)
                .price("m", ModelPrice.of(c.low().toTokenRates()))
                .build();

        BigInteger one = units(book, c.usage(), c.terms());
        BigInteger both = units(book, sum(c.usage(), more.usage()), c.terms());

        assertThat(both).isGreaterThanOrEqualTo(one);
    }

    @Property
    void twoRequestsTogetherCostTheirSumUpToOneUnitOfRounding(@ForAll("cases") Case c, @ForAll("cases") Case other) {
        PriceBook book = PriceBook.builder(Meter.USD)
                .price("m", ModelPrice.of(c.low().toTokenRates()))
                .build();

        BigInteger apart = units(book, c.usage(), c.terms()).add(units(book, other.usage(), c.terms()));
        BigInteger together = units(book, sum(c.usage(), other.usage()), c.terms());

        assertThat(apart.subtract(together).abs()).isLessThanOrEqualTo(BigInteger.ONE);
    }

    @Property
    void anEstimateWithCacheWritesIsNeverLessThanTheCost(@ForAll("cases") Case c) {
        TokenUsage usage = c.usage();
        Rates noDearerReads = new Rates(List.of(
                c.low().perToken().get(0),
                Math.min(c.low().perToken().get(0), c.low().perToken().get(1)),
                c.low().perToken().get(2),
                c.low().perToken().get(3),
                c.low().perToken().get(4)));
        PriceBook book = PriceBook.builder(Meter.USD)
                .price("m", ModelPrice.of(noDearerReads.toTokenRates()))
                .build();
        Estimate estimate = Estimate.of(usage.inputTokens(), usage.output())
                .withCacheWrites()
                .withTerms(c.terms());

        assertThat(units(book.estimate("m", estimate, NOW))).isGreaterThanOrEqualTo(units(book, usage, c.terms()));
    }

    private static BigInteger oracle(Case c) {
        long inputTokens = 0;
        for (int kind = 0; kind < 4; kind++) {
            inputTokens += c.tokens().get(kind);
        }
        List<Long> rates = (inputTokens > c.threshold() ? c.high() : c.low()).perToken();
        BigInteger numerator = BigInteger.ZERO;
        for (int kind = 0; kind < 5; kind++) {
            int side = kind == 4 ? 1 : 0;
            numerator = numerator.add(BigInteger.valueOf(c.tokens().get(kind))
                    .multiply(BigInteger.valueOf(rates.get(kind)))
                    .multiply(BigInteger.valueOf(c.multipliers().get(side)))
                    .multiply(BigInteger.valueOf(c.multipliers().get(2 + side))));
        }
        // 10^12 × 10^3 × 10^3 parts of a dollar, 10^8 units in it: 10^10 parts of a unit, the half rounded up.
        BigInteger parts = BigInteger.TEN.pow(10);
        return numerator.shiftLeft(1).add(parts).divide(parts.shiftLeft(1));
    }

    private static BigInteger units(PriceBook book, TokenUsage usage, PriceTerms terms) {
        return units(book.cost("m", usage, NOW, terms));
    }

    private static BigInteger units(Cost cost) {
        return cost.fold(priced -> BigInteger.valueOf(priced.amount().units()), unpriceable -> {
            throw new AssertionError(unpriceable.detail());
        });
    }

    private static TokenUsage sum(TokenUsage a, TokenUsage b) {
        return new TokenUsage(
                a.plainInput() + b.plainInput(),
                a.cachedRead() + b.cachedRead(),
                a.cachedWrite5m() + b.cachedWrite5m(),
                a.cachedWrite1h() + b.cachedWrite1h(),
                a.output() + b.output());
    }
}
