package org.quotaledger.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.quotaledger.policy.QuotaLimit;

/** For every row in the range that a group of commands recorded, the rule answers and adds the same. */
class RangeProperties {

    /** A group on one row: reserves, each of which is settled at once if its cost is not negative. */
    record Group(QuotaLimit limit, long used, long held, List<Pair> pairs) {}

    record Pair(long reserved, long cost) {}

    /** Everything that a store would answer and write. */
    record Outcome(List<String> answers, long usedMore, long heldMore) {}

    @Provide
    Arbitrary<Group> groups() {
        Arbitrary<Long> few = Arbitraries.longs().between(0, 12);
        Arbitrary<Long> any = Arbitraries.oneOf(few, Arbitraries.longs().between(0, Long.MAX_VALUE));
        Arbitrary<Pair> pairs =
                Combinators.combine(any, Arbitraries.longs().between(-1, 12)).as(Pair::new);
        Arbitrary<QuotaLimit> limits = Combinators.combine(any, Arbitraries.of(true, false))
                .as((amount, strict) -> strict ? Given.limit(amount) : Given.graceful(amount));
        return Combinators.combine(limits, any, any, pairs.list().ofMinSize(1).ofMaxSize(4))
                .as(Group::new);
    }

    @Property(tries = 20_000)
    void everyRowInsideGetsTheSameAnswersAndChanges(
            @ForAll("groups") Group group, @ForAll("rows") long used, @ForAll("rows") long held) {
        Counter recorded = Given.tracked(group.used(), group.held());
        Outcome first;
        try {
            first = decide(group, recorded);
        } catch (ArithmeticException overflow) {
            return; // Such a group is not written by its range.
        }
        Range range = Objects.requireNonNull(recorded.range());

        assertThat(range.contains(group.used(), group.held()))
                .as(range.toString())
                .isTrue();
        for (long[] row :
                List.of(new long[] {used, held}, new long[] {near(group.used(), used), near(group.held(), held)})) {
            if (range.contains(row[0], row[1])) {
                assertThat(decide(group, Given.used(row[0], row[1])))
                        .as("row %d, %d in %s", row[0], row[1], range)
                        .isEqualTo(first);
            }
        }
    }

    private static long near(long value, long by) {
        return Math.max(0, value - 6 + by % 13);
    }

    @Provide
    Arbitrary<Long> rows() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(0, 40), Arbitraries.longs().between(0, Long.MAX_VALUE));
    }

    private static Outcome decide(Group group, Counter counter) {
        long used = counter.used();
        long held = counter.held();
        UnitOfWork work = Given.work(Given.account("key", group.limit(), counter));
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < group.pairs().size(); i++) {
            Pair pair = group.pairs().get(i);
            Reserve.Answer answer = Given.reserve("r", pair.reserved()).decide(work.begin(null, false), Given.NOON);
            answers.add(kind(answer));
            if (answer instanceof Reserve.Answer.Held granted && pair.cost() >= 0) {
                answers.add(Given.settle(pair.cost())
                        .decide(work.begin(granted.reservation(), true), Given.NOON)
                        .toString());
            }
        }
        return new Outcome(answers, counter.used() - used, counter.held() - held);
    }

    /** A refusal shows used and held, which differ from row to row: its codes are alike. */
    private static String kind(Reserve.Answer answer) {
        return answer instanceof Reserve.Answer.Refused refused
                ? "refused " + refused.refusal().code()
                : answer.toString();
    }
}
