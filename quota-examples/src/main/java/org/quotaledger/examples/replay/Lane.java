package org.quotaledger.examples.replay;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.Tags;

/**
 * Replays the requests of some keys on one node, in the order in which they happened: each is reserved at its own instant
 * and settled when its answer was complete, which is after later requests of the same key were reserved.
 */
final class Lane {

    /** What is due first; of two at one instant the one that was reserved first. */
    private static final Comparator<Due> FIRST_DUE =
            Comparator.comparing(Due::at).thenComparingLong(due -> due.row().line());

    private final Node node;
    private final Dealing dealing;
    private final Charges charges;
    private final ServiceTime serviceTime;
    private final Progress progress;
    private final Tally tally;
    private final PriorityQueue<Due> running = new PriorityQueue<>(FIRST_DUE);

    Lane(Node node, Dealing dealing, Charges charges, ServiceTime serviceTime, Tally tally, Progress progress) {
        this.node = node;
        this.dealing = dealing;
        this.charges = charges;
        this.serviceTime = serviceTime;
        this.tally = tally;
        this.progress = progress;
    }

    /** A request that was admitted, and when its answer is complete. */
    private record Due(Instant at, TraceRow row, Reservation hold) {}

    /**
     * Replays requests.
     *
     * @param rows in the order of time
     * @throws InterruptedException if the thread was told to stop because another lane failed
     */
    Tally replay(List<TraceRow> rows) throws InterruptedException {
        for (TraceRow row : rows) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            // What ends at the very instant of a request has made room for it.
            settleUntil(row.at());
            reserve(row);
            progress.oneMore();
        }
        settleUntil(Instant.MAX);
        return tally;
    }

    private void reserve(TraceRow row) {
        AccountId account = dealing.account(dealing.keyOf(row));
        node.clock().set(row.at());
        Admission admission = node.ledger()
                .reserve(ReserveRequest.builder(account, charges.estimate(row))
                        .id(dealing.run() + "/" + row.line())
                        .tag(Tags.MODEL, charges.model())
                        .build());
        Figures answer = admission.fold(
                granted -> {
                    if (granted.replayed()) {
                        throw new IllegalStateException(
                                "request " + granted.reservation().id() + " was made before");
                    }
                    running.add(new Due(serviceTime.endOf(row), row, granted.reservation()));
                    return Figures.ofAdmitted();
                },
                (Refusal refusal) -> Figures.of(refusal),
                conflict -> {
                    throw new IllegalStateException(conflict.message());
                });
        tally.add(account, row.at(), answer);
    }

    private void settleUntil(Instant instant) {
        for (Due due = running.peek(); due != null && !due.at().isAfter(instant); due = running.peek()) {
            running.remove();
            node.clock().set(due.at());
            Charge cost = charges.cost(due.row());
            Settled settled = due.hold().settle(cost).orThrow();
            tally.add(due.hold().account(), due.row().at(), Figures.of(settled));
        }
    }
}
