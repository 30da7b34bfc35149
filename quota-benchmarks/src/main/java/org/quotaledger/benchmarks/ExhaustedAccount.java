package org.quotaledger.benchmarks;

import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.window.QuotaWindow;

/** An account without room, whose reserves are refused. */
final class ExhaustedAccount implements AutoCloseable {

    /** Looking at the clock takes about as long as a hundredth of so many operations. */
    static final int LATENCY_OF_ONE_IN = 64;

    private static final AccountId ID = AccountId.of("exhausted");
    private static final Charge ONE = Charge.of(Amount.ofUnits(1, Meter.USD));

    private final QuotaLedger ledger;

    private ExhaustedAccount(QuotaLedger ledger) {
        this.ledger = ledger;
    }

    /** Makes one in an empty store, which is closed with it. */
    static ExhaustedAccount create(QuotaStore store) {
        QuotaLedger ledger = QuotaLedger.over(store);
        ledger.admin()
                .createPolicy(QuotaPolicy.of(
                        "little", QuotaLimit.of("lifetime", Amount.ofUnits(1, Meter.USD), QuotaWindow.lifetime())));
        ledger.admin().createAccount(Account.builder(ID).policy("little").build());
        ledger.reserve(ID, ONE).orThrow().settle(ONE).orThrow();
        return new ExhaustedAccount(ledger);
    }

    void refuse() {
        if (ledger.reserve(ID, ONE).granted()) {
            throw new IllegalStateException("an exhausted account was let in");
        }
    }

    @Override
    public void close() {
        ledger.close();
    }
}
