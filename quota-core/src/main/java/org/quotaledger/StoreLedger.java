package org.quotaledger;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.amount.Charge;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.report.LedgerReports;
import org.quotaledger.reservation.Adjusted;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.CheckAnswer;
import org.quotaledger.reservation.Extended;
import org.quotaledger.reservation.Progressed;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what is asked for, and waits until it is done. Thread-safe. */
final class StoreLedger implements QuotaLedger {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaLedger.class);

    private final QuotaStore store;
    private final Duration timeToLive;
    private final Duration maxTimeToLive;
    private final Duration rememberIds;
    private final CommandRunner runner;
    private final RefusalTally refusals;
    private final Consumer<LedgerEvent> onEvent;
    private final boolean view;

    private final Commands commands;
    private final StoreAsyncLedger async;
    private final LedgerAdmin admin;
    private final LedgerReports reports;

    StoreLedger(
            QuotaStore store,
            Duration timeToLive,
            Duration maxTimeToLive,
            Duration rememberIds,
            RequestIds ids,
            Consumer<LedgerEvent> onEvent) {
        this(store, timeToLive, maxTimeToLive, rememberIds, ids, new RefusalTally(), onEvent, false);
    }

    private StoreLedger(
            QuotaStore store,
            Duration timeToLive,
            Duration maxTimeToLive,
            Duration rememberIds,
            RequestIds ids,
            RefusalTally refusals,
            Consumer<LedgerEvent> onEvent,
            boolean view) { // a view of another ledger, which writes down what is refused here too
        this.store = Objects.requireNonNull(store, "store");
        this.timeToLive = timeToLive;
        this.maxTimeToLive = maxTimeToLive;
        this.rememberIds = rememberIds;
        this.runner = new CommandRunner(store, onEvent, ids, refusals, view);
        this.refusals = refusals;
        this.onEvent = onEvent;
        this.view = view;
        this.commands = new Commands(timeToLive, maxTimeToLive, ids);
        this.async = new StoreAsyncLedger(runner, commands);
        this.reports = new LedgerReports(store);
        this.admin = new StoreAdmin(store, runner, rememberIds, null);
    }

    @Override
    public Admission reserve(ReserveRequest request) {
        return commands.admission(runner.run(commands.reserve(request)), request.tags(), runner);
    }

    @Override
    public CheckAnswer check(AccountId account, Charge charge) {
        return runner.run(commands.check(account, charge));
    }

    @Override
    public Answer<Settled> settle(RequestId id, Charge cost) {
        return runner.run(commands.settle(id, cost));
    }

    @Override
    public Answer<Settled> settleUnbilled(RequestId id, UnbilledReason reason, Charge counted) {
        return runner.run(commands.settleUnbilled(id, reason, counted));
    }

    @Override
    public Answer<Released> release(RequestId id) {
        return runner.run(commands.release(id));
    }

    @Override
    public Answer<Extended> extend(RequestId id, Duration timeToLive) {
        return runner.run(commands.extend(id, timeToLive));
    }

    @Override
    public Answer<Adjusted> adjust(RequestId id, Charge charge) {
        return runner.run(commands.adjust(id, charge));
    }

    @Override
    public Answer<Progressed> progress(RequestId id, Charge delivered) {
        return runner.run(commands.progress(id, delivered));
    }

    @Override
    public Answer<Charged> charge(RequestId id, AccountId account, Charge charge, Tags tags) {
        return runner.run(commands.charge(id, account, charge, tags));
    }

    @Override
    public Answer<Refunded> refund(RequestId refund, RequestId reservation, Charge charge) {
        return runner.run(commands.refund(refund, reservation, charge));
    }

    @Override
    public Optional<ReservationState> reservation(RequestId id) {
        return store.reservation(id);
    }

    @Override
    public List<LimitStatus> usage(AccountId account) {
        return runner.run(commands.usage(account));
    }

    @Override
    public AsyncQuotaLedger async() {
        return async;
    }

    @Override
    public LedgerAdmin admin() {
        return admin;
    }

    @Override
    public LedgerReports reports() {
        return reports;
    }

    @Override
    public QuotaLedger within(Duration timeout) {
        return new StoreLedger(
                store.within(timeout), timeToLive, maxTimeToLive, rememberIds, commands.ids(), refusals, onEvent, view);
    }

    @Override
    public QuotaLedger in(QuotaStore other) {
        return new StoreLedger(
                other, timeToLive, maxTimeToLive, rememberIds, commands.ids(), refusals, event -> {}, true);
    }

    @Override
    public void close() {
        try {
            runner.writeRefusals();
        } catch (QuotaStoreException | IllegalStateException failed) {
            LOG.warn("refusals were not counted", failed);
        } finally {
            store.close();
        }
    }
}
