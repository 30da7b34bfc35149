package org.quotaledger.testkit;

import java.time.Clock;
import org.junit.jupiter.api.Nested;
import org.quotaledger.spi.QuotaStore;

/**
 * The promises of every store, as tests: one nested class for each section, one test for each claim. A backend extends
 * this class and opens an empty store for each test:
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
 * <p>A promise of a store without a test here is no promise yet. The rules that no store can break have their tests in
 * quota-core. {@link LedgerInvariants} are checked after each test.
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
    class Admission extends AdmissionContract {}

    @Nested
    class ReserveModes extends ReserveModeContract {}

    @Nested
    class Accounts extends AccountContract {}

    @Nested
    class Reservations extends ReservationContract {}

    @Nested
    class Calls extends CallContract {}

    @Nested
    class Settles extends SettleContract {}

    @Nested
    class Holds extends HoldContract {}

    @Nested
    class Charges extends ChargeContract {}

    @Nested
    class Expiry extends ExpiryContract {}

    @Nested
    class ManyHolds extends ManyHoldsContract {}

    @Nested
    class RememberedIds extends RememberedIdsContract {}

    @Nested
    class ExpiryWindows extends ExpiryWindowContract {}

    @Nested
    class RetryTimes extends RetryTimeContract {}

    @Nested
    class Windows extends WindowContract {}

    @Nested
    class Definitions extends DefinitionContract {}

    @Nested
    class PolicyChanges extends PolicyChangeContract {}

    @Nested
    class Observing extends ObservingContract {}

    @Nested
    class Suspensions extends SuspensionContract {}

    @Nested
    class SuspensionChanges extends SuspensionChangeContract {}

    @Nested
    class Resets extends ResetContract {}

    @Nested
    class Overflow extends OverflowContract {}

    @Nested
    class Alerts extends AlertContract {}

    @Nested
    class Events extends EventContract {}

    @Nested
    class SuspensionEvents extends SuspensionEventContract {}

    @Nested
    class ChangeEvents extends ChangeEventContract {}

    @Nested
    class History extends HistoryContract {}

    @Nested
    class Administration extends AdministrationContract {}

    @Nested
    class Tightening extends TighteningContract {}

    @Nested
    class Edits extends EditsContract {}

    @Nested
    class Refusals extends RefusalContract {}

    @Nested
    class Outbox extends OutboxContract {}

    @Nested
    class Delivery extends DeliveryContract {}

    @Nested
    class Outages extends OutageContract {}

    @Nested
    class ReturnsToClock extends ReturnToClockContract {}

    @Nested
    class OutageRecords extends OutageRecordContract {}

    @Nested
    class JournalRows extends JournalContract {}

    @Nested
    class Reports extends ReportContract {}

    @Nested
    class Retention extends RetentionContract {}

    @Nested
    class Concurrency extends ConcurrencyContract {}
}
