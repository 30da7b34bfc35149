package org.quotaledger.testkit;

import java.time.Clock;
import org.junit.jupiter.api.Nested;
import org.quotaledger.spi.QuotaStore;

/**
 * What every store promises, as tests. A backend extends it and says how an empty store is opened:
 *
 * <pre>{@code
 * class MyStoreTest extends QuotaStoreContract {
 *     @Override
 *     protected QuotaStore openStore(Clock clock) {
 *         return new MyStore(clock);
 *     }
 * }
 * }</pre>
 *
 * <p>If a promise has no test here, it is not a promise yet. {@link LedgerInvariants} are checked after each test.
 */
public abstract class QuotaStoreContract {

    /** Creates the test. */
    protected QuotaStoreContract() {}

    /**
     * Returns a store whose ledger is empty: no account, no policy, no journal. It is closed when the test is over.
     *
     * @param clock what the store must tell the time by
     */
    protected abstract QuotaStore openStore(Clock clock);

    @Nested
    class Admission extends AdmissionContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class ReserveModes extends ReserveModeContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Accounts extends AccountContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Reservations extends ReservationContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Calls extends CallContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Settles extends SettleContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Holds extends HoldContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Charges extends ChargeContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Expiry extends ExpiryContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class ManyHolds extends ManyHoldsContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class RememberedIds extends RememberedIdsContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class ExpiryWindows extends ExpiryWindowContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class RetryTimes extends RetryTimeContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Windows extends WindowContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Definitions extends DefinitionContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class PolicyChanges extends PolicyChangeContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Observing extends ObservingContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Suspensions extends SuspensionContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class SuspensionChanges extends SuspensionChangeContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Resets extends ResetContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Overflow extends OverflowContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Alerts extends AlertContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Events extends EventContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class SuspensionEvents extends SuspensionEventContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class ChangeEvents extends ChangeEventContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class History extends HistoryContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Administration extends AdministrationContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Tightening extends TighteningContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Edits extends EditsContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Refusals extends RefusalContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Outbox extends OutboxContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Delivery extends DeliveryContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Outages extends OutageContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class ReturnsToClock extends ReturnToClockContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class OutageRecords extends OutageRecordContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class JournalRows extends JournalContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Reports extends ReportContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Retention extends RetentionContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }

    @Nested
    class Concurrency extends ConcurrencyContract {
        @Override
        QuotaStore openStore(Clock storeClock) {
            return QuotaStoreContract.this.openStore(storeClock);
        }
    }
}
