package org.quotaledger.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.quotaledger.account.AccountId;
import org.quotaledger.benchmarks.LedgerTables.Limits;
import org.quotaledger.spi.QuotaStore;

/**
 * Whether a pair takes longer in a large ledger: with a thousand accounts, with a million, and with a thousand and ten
 * million rows in the journal. Each row asks for a thousand accounts that were used before, whatever there is beside them;
 * one asks for any of the million, nearly all of them for the first time.
 */
final class ScaleGroup implements Group {

    private static final int FEW = 1_000;

    private final Plan plan;
    private final Opened<PostgresServer> server;
    private final Opened<LedgerTables> few;
    private final Opened<LedgerTables> many;
    private final Opened<LedgerTables> old;

    ScaleGroup(Plan plan) {
        this.plan = plan;
        server = new Opened<>(() -> PostgresServer.start(plan.pool()));
        few = new Opened<>(() -> filled("few", Math.min(FEW, plan.sizes().accounts()), 0));
        many = new Opened<>(() -> filled("many", plan.sizes().accounts(), 0));
        old = new Opened<>(() -> filled(
                "old", Math.min(FEW, plan.sizes().accounts()), plan.sizes().journalRows()));
    }

    @Override
    public boolean onlyIfNamed() {
        return true;
    }

    @Override
    public List<Row> rows() {
        return List.of(
                row("scale-reserve-accounts-1k", few),
                row("scale-reserve-accounts-1m", many),
                row("scale-reserve-journal-10m", old),
                row(
                        "scale-first-use-accounts-1m",
                        () -> many.get().pair(many.get().any())));
    }

    private Row row(String name, Opened<LedgerTables> tables) {
        Opened<AccountId[]> active = new Opened<>(() -> {
            AccountId[] some = tables.get().spread(FEW);
            for (AccountId key : some) {
                tables.get().pair(key);
            }
            return some;
        });
        return row(name, () -> {
            AccountId[] keys = active.get();
            tables.get().pair(keys[ThreadLocalRandom.current().nextInt(keys.length)]);
        });
    }

    private Row row(String name, Load.Operation pair) {
        return Row.perSecond(name, 1, now -> {
            pair.run(); // Opens what is not open yet.
            server.get().checkpoint();
            return Load.threads(1, now, pair);
        });
    }

    private LedgerTables filled(String prefix, int accounts, int journalRows) throws Exception {
        try (QuotaStore store = LedgerTables.store(server.get().filling(), prefix)) {
            LedgerTables.fill(store, 1, Limits.ONE, false);
            RowCopies.accounts(server.get(), prefix, accounts);
            LedgerTables first = LedgerTables.over(store, 1, false);
            first.pair(first.hot());
            copyJournal(prefix, accounts, journalRows);
        }
        server.get().execute("VACUUM ANALYZE");
        return LedgerTables.over(LedgerTables.store(server.get().pool(), prefix), accounts, false);
    }

    /** Copies the one row there is, as rows of all accounts in the year before. */
    private void copyJournal(String prefix, int accounts, int rows) throws Exception {
        String key = "'key-' || number % " + accounts;
        String then = "? - interval '400 days' + interval '1 second' * (number % 31536000)";
        RowCopies.copy(
                server.get(),
                prefix + "_journal",
                Map.of(
                        "account_id",
                        key,
                        "origin_id",
                        key,
                        "reservation_id",
                        "'old-' || number",
                        "operation_id",
                        "'old-' || number",
                        "reserved_at",
                        then.replace("?", "reserved_at"),
                        "settled_at",
                        then.replace("?", "settled_at"),
                        "recorded_at",
                        then.replace("?", "recorded_at")),
                "seq = 1",
                1,
                rows);
    }

    @Override
    public List<String> facts() {
        return List.of("scale: " + FEW + " and " + plan.sizes().accounts() + " accounts, "
                + plan.sizes().journalRows() + " journal rows, one thread");
    }

    /** The audit adds up an account's rows from its journal: a hundred of those that were asked for. */
    @Override
    public void verify() throws Exception {
        for (Opened<LedgerTables> tables : List.of(few, many, old)) {
            if (tables.ifOpen().isPresent()) {
                AccountId[] used = tables.get().spread(FEW);
                for (int i = 0; i < used.length; i += 10) {
                    tables.get().audit(used[i]);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Opened<LedgerTables> tables : List.of(few, many, old)) {
            tables.ifOpen().ifPresent(LedgerTables::close);
        }
        Optional<PostgresServer> started = server.ifOpen();
        if (started.isPresent()) {
            started.get().close();
        }
    }
}
