package org.quotaledger.examples.replay;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaPolicy;

/** One run: makes the accounts, replays the requests, and compares what the ledger has kept. */
final class Replayer {

    private final Arguments arguments;
    private final Charges charges;
    private final QuotaPolicy policy;
    private final Dealing dealing;
    private final PrintStream err;

    Replayer(Arguments arguments, Charges charges, QuotaPolicy policy, PrintStream err) {
        this.arguments = arguments;
        this.charges = charges;
        this.policy = policy;
        this.dealing = new Dealing(arguments.run(), arguments.load().keys());
        this.err = err;
    }

    /** @throws Misuse if the store has a run of this name */
    Report replay(Trace trace) {
        List<TraceRow> rows = trace.rows().stream().sorted(TraceRow.IN_TIME).toList();
        TraceRow first = rows.get(0);
        TraceRow last = rows.get(rows.size() - 1);
        try (SharedStore store = SharedStore.of(arguments.store())) {
            Node node = store.open(first.at());
            define(node);
            Tally tally = replay(rows, store);
            Verdict verdict = Verdict.of(
                    node.store(), dealing.accounts(), arguments.output().window(), tally);
            return new Report(
                    first.at(),
                    last.at(),
                    trace.unreadable().size(),
                    charges.model(),
                    arguments.load().keys(),
                    arguments.output().window(),
                    tally.figures(),
                    verdict);
        }
    }

    /** Every run has accounts of its own: requests charged to those of an earlier run would be charged twice. */
    private void define(Node node) {
        try {
            for (AccountId account : dealing.accounts()) {
                // A deleted account keeps what it has used, so that even one cannot be taken again.
                if (node.store().account(account).isPresent()) {
                    throw alreadyThere("account " + account);
                }
            }
            // Of two runs that start at once, one creates the policy.
            node.ledger().admin().createPolicy(new QuotaPolicy(arguments.run(), policy.limits()));
            for (AccountId account : dealing.accounts()) {
                node.ledger()
                        .admin()
                        .createAccount(
                                Account.builder(account).policy(arguments.run()).build());
            }
        } catch (DefinitionException taken) {
            if (taken.reason() != DefinitionException.Reason.ALREADY_EXISTS) {
                throw taken;
            }
            throw alreadyThere("policy " + arguments.run());
        }
    }

    private Misuse alreadyThere(String what) {
        return new Misuse("--run is " + arguments.run() + ": the store has the " + what
                + " of an earlier run; nothing was replayed, name another run");
    }

    private Tally replay(List<TraceRow> rows, SharedStore store) {
        Progress progress = new Progress(err, arguments.output().quiet(), rows.size());
        long startNanos = System.nanoTime();
        Tally tally = new Lanes(store, dealing, charges, arguments, progress).replay(rows);
        long nanos = System.nanoTime() - startNanos;
        if (!arguments.output().quiet()) {
            err.println(String.format(
                    Locale.ROOT,
                    "%,d requests replayed in %s",
                    rows.size(),
                    Duration.ofNanos(nanos - nanos % 1_000_000)));
        }
        return tally;
    }
}
