package org.quotaledger.benchmarks;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a row is to reach.
 *
 * @param row the row
 * @param figure which of its figures
 * @param least whether it is to be at least, or at most, the bound
 * @param factor the bound, or the factor of the peer's figure that is the bound
 * @param peer the row whose figure is the measure, {@code null} where the bound is a number
 */
record Target(
        String row,
        Figure figure,
        boolean least,
        BigDecimal factor,
        @Nullable String peer) {

    /** A figure of a row. */
    enum Figure {
        VALUE,
        P50,
        P99;

        @Nullable
        BigDecimal of(Sample sample) {
            return switch (this) {
                case VALUE -> sample.value();
                case P50 -> sample.p50();
                case P99 -> sample.p99();
            };
        }
    }

    static final List<Target> ALL = List.of(
            times("pg-pair-hot-32", "20", "pg-bucket4j-pair-hot-32"),
            times("pg-pair-hot-32", "25", "pg-plain-pair-hot-32"),
            times("pg-pair-hot-32", "0.7", "pg-bucket4j-batched-pair-hot-32"),
            p99("pg-pair-hot-32", "1", "pg-plain-pair-10k-8"),
            times("pg-pair-10k-32", "4", "pg-bucket4j-pair-10k-32"),
            times("pg-pair-10k-32", "2.5", "pg-cte-pair-10k-32"),
            p99("pg-pair-10k-32", "0.25", "pg-bucket4j-pair-10k-32"),
            times("pg-pair-parent-3limits-32", "0.5", "pg-pair-10k-32"),
            times("pg-pair-10k-1", "1.7", "pg-plain-pair-10k-1"),
            times("pg-pair-10k-1", "0.9", "pg-cte-pair-10k-1"),
            times("pg-pair-10k-8", "1.2", "pg-cte-pair-10k-8"),
            times("pg-pair-10k-32-rtt500", "6", "pg-bucket4j-pair-10k-32-rtt500"),
            times("pg-pair-hot-async512", "100", "pg-bucket4j-pair-hot-32"),
            times("pg-pair-10k-async512", "12", "pg-bucket4j-pair-10k-32"),
            new Target("refused-from-memory", Figure.VALUE, true, new BigDecimal(1_000_000), null),
            atMost("scale-reserve-accounts-1m", Figure.P50, "1.3", "scale-reserve-accounts-1k"),
            atMost("scale-reserve-journal-10m", Figure.P50, "1.3", "scale-reserve-accounts-1k"),
            new Target("memory-pair-hot-1", Figure.VALUE, true, new BigDecimal(5_000_000), null),
            times("memory-pair-100k-1", "1.5", "memory-bucket4j-pair-100k-1"),
            times("memory-pair-100k-2", "2.5", "memory-bucket4j-pair-100k-2"),
            atMost("memory-idle-account-bytes", Figure.VALUE, "400", null),
            atMost("window-calendar", Figure.VALUE, "150", null),
            atMost("window-elapsed", Figure.VALUE, "15", null),
            atMost("window-cached", Figure.VALUE, "5", null));

    private static Target times(String row, String factor, String peer) {
        return new Target(row, Figure.VALUE, true, new BigDecimal(factor), peer);
    }

    private static Target p99(String row, String factor, String peer) {
        return atMost(row, Figure.P99, factor, peer);
    }

    private static Target atMost(String row, Figure figure, String bound, @Nullable String peer) {
        return new Target(row, figure, false, new BigDecimal(bound), peer);
    }

    /** Returns lines that say which targets were reached, of those whose rows were measured. */
    static List<String> lines(Map<String, Sample> measured) {
        List<String> lines = new ArrayList<>();
        for (Target target : ALL) {
            target.line(measured).ifPresent(lines::add);
        }
        return lines;
    }

    private Optional<String> line(Map<String, Sample> measured) {
        Sample own = measured.get(row);
        Sample others = peer == null ? null : measured.get(peer);
        if (own == null || (peer != null && others == null)) {
            return Optional.empty();
        }
        BigDecimal is = figure.of(own);
        BigDecimal measure = others == null ? BigDecimal.ONE : figure.of(others);
        if (is == null || measure == null || measure.signum() == 0) {
            return Optional.empty();
        }
        BigDecimal ratio = is.divide(measure, 3, RoundingMode.HALF_UP);
        boolean reached = least ? ratio.compareTo(factor) >= 0 : ratio.compareTo(factor) <= 0;
        String what = figure == Figure.VALUE ? "" : " " + figure.toString().toLowerCase(Locale.ROOT);
        return Optional.of("%-28s %s %s%s, is %s: %s"
                .formatted(
                        row + what,
                        least ? "at least" : "at most",
                        factor.toPlainString(),
                        peer == null ? "" : " x " + peer,
                        ratio.toPlainString(),
                        reached ? "reached" : "missed by " + missedBy(ratio)));
    }

    /** The part of the bound, in percent, by which it is missed. */
    private String missedBy(BigDecimal ratio) {
        BigDecimal part = ratio.subtract(factor).abs().divide(factor, 3, RoundingMode.HALF_UP);
        return part.movePointRight(2).toPlainString() + " %";
    }
}
