package org.quotaledger.examples;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.QuotaRefusedException;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** The first steps: a policy, an account, calls that are paid for, and the one that is refused. */
public final class Quickstart {

    private static final String HELP = """
            Spends a budget of 5 usd a day and 200 usd a month, in memory, until a call is refused.

              --help

            Exits with 0; with 1 if it fails; with 2 if it was not asked rightly.
            """;

    private Quickstart() {}

    /** Runs and ends the JVM with the exit status. */
    public static void main(String[] args) {
        System.exit(run(args, Clock.systemUTC(), System.out, System.err));
    }

    static int run(String[] args, Clock clock, PrintStream out, PrintStream err) {
        if (args.length == 1 && args[0].equals("--help")) {
            out.print(HELP);
            return 0;
        }
        if (args.length > 0) {
            err.println("takes no arguments but --help, and was given " + String.join(" ", args));
            return 2;
        }
        try {
            spend(clock, out);
            return 0;
        } catch (RuntimeException failure) {
            err.println("failed: " + failure);
            return 1;
        } finally {
            out.flush();
            err.flush();
        }
    }

    // readme-start
    static void spend(Clock clock, PrintStream out) {
        QuotaLimit daily = QuotaLimit.builder("daily", Amount.of(5, Meter.USD), QuotaWindow.daily(ZoneOffset.UTC))
                .alertAt(AlertThreshold.percent(80))
                .build();
        QuotaLimit monthly = QuotaLimit.builder(
                        "monthly", Amount.of(200, Meter.USD), QuotaWindow.monthly(ZoneOffset.UTC))
                .alertAt(AlertThreshold.percent(80))
                .build();
        AccountId key = AccountId.of("key-1");

        try (QuotaLedger ledger = QuotaLedger.builder(new InMemoryQuotaStore(clock))
                .onEvent(event -> {
                    if (event instanceof LedgerEvent.Alert alert) {
                        out.println("alert: " + alert.used() + " used of " + alert.limit());
                    }
                })
                .build()) {
            ledger.admin().createPolicy(QuotaPolicy.of("standard", daily, monthly));
            ledger.admin().createAccount(Account.builder(key).policy("standard").build());

            Charge atMost = Charge.of(Amount.of("1.00", Meter.USD)); // what a call may cost
            Charge cost = Charge.of(Amount.of("0.85", Meter.USD)); // what it turns out to have cost
            for (int call = 1; call <= 6; call++) {
                try (Reservation hold = ledger.reserve(key, atMost).orThrow()) {
                    // Forward the call here. If it throws, the hold is released and nothing is charged.
                    hold.settle(cost).orThrow();
                    out.println("call " + call + ": " + cost);
                } catch (QuotaRefusedException refused) {
                    String limit = refused.refusal().limits().get(0).limit().name();
                    String retry =
                            refused.refusal().retry().map(Instant::toString).orElse("no known time");
                    out.println("call " + call + ": refused by " + limit + ", come back at " + retry);
                }
            }
        }
    }
    // readme-end
}
