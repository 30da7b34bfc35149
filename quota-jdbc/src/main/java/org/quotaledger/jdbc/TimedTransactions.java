package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.quotaledger.spi.QuotaStoreException;

/**
 * The store's own transactions as callers see them. Each runs on a thread of the store, and its caller has an answer by the
 * time-out, whatever the database does. Thread-safe.
 */
final class TimedTransactions implements Transactions {

    /** How long a report waits for more rows, unless it is asked through a view with another time-out. */
    private static final Duration ROWS_TIMEOUT = Duration.ofMinutes(10);

    private final Tx tx;
    private final Connections connections;
    private final StoreThreads threads;
    private final UnderWay underWay;
    private final Duration timeout;
    private final Duration rowsTimeout;

    TimedTransactions(Tx tx, Connections connections, StoreThreads threads, UnderWay underWay, Duration timeout) {
        this(tx, connections, threads, underWay, timeout, ROWS_TIMEOUT);
    }

    private TimedTransactions(
            Tx tx,
            Connections connections,
            StoreThreads threads,
            UnderWay underWay,
            Duration timeout,
            Duration rowsTimeout) {
        this.tx = tx;
        this.connections = connections;
        this.threads = threads;
        this.underWay = underWay;
        this.timeout = timeout;
        this.rowsTimeout = rowsTimeout;
    }

    /** Returns the same with another time-out, for reports too. */
    TimedTransactions within(Duration other) {
        return new TimedTransactions(tx, connections, threads, underWay, other, other);
    }

    /** How far a transaction has come: its caller gives it up, or it is committed, but never both. */
    private enum Stage {
        OPEN,
        COMMITTING,
        GIVEN_UP
    }

    @Override
    public <T> T write(Work<T> work) {
        AtomicReference<Stage> stage = new AtomicReference<>(Stage.OPEN);
        TimedWork timed =
                TimedWork.until(until(), () -> requireOpen(stage.compareAndSet(Stage.OPEN, Stage.COMMITTING)));
        Work<T> again = session -> {
            // A commit that was rolled back may have been before it.
            stage.compareAndSet(Stage.COMMITTING, Stage.OPEN);
            requireOpen(stage.get() == Stage.OPEN);
            return work.in(session);
        };
        return call(() -> tx.write(again, timed), timed, () -> stage.compareAndSet(Stage.OPEN, Stage.GIVEN_UP));
    }

    private static void requireOpen(boolean open) throws SQLException {
        if (!open) {
            throw new SQLException("given up by its caller");
        }
    }

    @Override
    public <T> T read(Work<T> work) {
        TimedWork timed = TimedWork.until(until(), () -> {});
        return call(() -> tx.read(work, timed), timed, () -> true);
    }

    /** Reads in one transaction or several. */
    interface Reads<T> {
        T with(Tx tx, TimedWork timed);
    }

    /** Runs what only reads. */
    <T> T reading(Reads<T> reads) {
        TimedWork timed = TimedWork.until(until(), () -> {});
        return call(() -> reads.with(tx, timed), timed, () -> true);
    }

    private long until() {
        return System.nanoTime() + timeout.toNanos();
    }

    private interface Caller {
        /** Gives the work up, and returns whether it is certain that nothing of it is applied, now or later. */
        boolean givesUp();
    }

    private <T> T call(Supplier<T> work, TimedWork timed, Caller caller) {
        enter(timed);
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            execute(timed, answer::completeExceptionally, () -> {
                try {
                    answer.complete(work.get());
                } catch (Throwable failure) {
                    answer.completeExceptionally(failure);
                }
            });
            return answer.get(left(timed), TimeUnit.NANOSECONDS);
        } catch (TimeoutException over) {
            throw caller.givesUp()
                    ? late("the database has not answered")
                    : QuotaStoreException.outcomeUnknown("no answer to a commit within " + timeout, over);
        } catch (InterruptedException interrupted) {
            throw interrupted(caller.givesUp(), interrupted);
        } catch (ExecutionException failed) {
            throw rethrown(failed.getCause());
        } finally {
            threads.calls().release();
        }
    }

    /** Waits for a place among the calls, and takes it. */
    private void enter(TimedWork timed) {
        connections.requireUp();
        try {
            if (!threads.calls().tryAcquire(left(timed), TimeUnit.NANOSECONDS)) {
                connections.requireUp();
                throw late("other calls waited for the database");
            }
        } catch (InterruptedException interrupted) {
            throw interrupted(true, interrupted);
        }
    }

    /** @param fails fails the caller, where the work is given up before it has a connection */
    private void execute(TimedWork timed, Consumer<QuotaStoreException> fails, Runnable work) {
        underWay.add(timed, fails);
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } finally {
                    underWay.remove(timed);
                }
            });
        } catch (RejectedExecutionException closed) {
            underWay.remove(timed);
            throw QuotaStoreException.notApplied("store was closed", closed);
        } catch (Error noThread) {
            underWay.remove(timed);
            throw noThread;
        }
    }

    private QuotaStoreException late(String why) {
        return QuotaStoreException.notApplied("no answer within " + timeout + ": " + why, null);
    }

    private static QuotaStoreException interrupted(boolean notApplied, InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        String message = "interrupted while waiting for the store";
        return notApplied
                ? QuotaStoreException.notApplied(message, interrupted)
                : QuotaStoreException.outcomeUnknown(message, interrupted);
    }

    private static RuntimeException rethrown(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(failure);
    }

    private static long left(TimedWork timed) {
        return Math.max(0, timed.remaining(System.nanoTime()));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Each wait for more rows has a time-out; a reader may take its time with those that it has. A database can sort for
     * minutes before the first row: that is longer than a command may take.
     */
    @Override
    public <R> void stream(Reading<R> work, Consumer<R> rows) {
        connections.requireUp();
        Handover<R> handover = new Handover<>();
        TimedWork timed = TimedWork.unlimited();
        execute(timed, handover::fail, () -> {
            try {
                tx.readOnce(
                        session -> {
                            work.in(session, handover::give);
                            return work;
                        },
                        timed);
                handover.end(null);
            } catch (Throwable failure) {
                handover.end(failure);
            }
        });
        try {
            handover.takeAll(rows, rowsTimeout);
        } catch (TimeoutException over) {
            throw QuotaStoreException.notApplied("no rows within " + rowsTimeout, null);
        } catch (InterruptedException interrupted) {
            throw interrupted(true, interrupted);
        } catch (ExecutionException failed) {
            throw rethrown(failed.getCause());
        } finally {
            handover.stop();
            timed.abandon();
            timed.abort(threads);
        }
    }
}
