package org.quotaledger.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Reservation;

/**
 * A node in a process of its own. It opens the ledger at a URL, says so, and waits for a byte. Then each of its threads
 * sends a number of requests, and settles or releases at random. It prints its charges. Anything but a refusal ends it
 * with a stack trace.
 */
final class NodeProcess {

    private static final int THREADS = 3;
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private NodeProcess() {}

    /** @param arguments the URL, the requests of each thread, the seed, then the accounts */
    public static void main(String[] arguments) throws Exception {
        int requests = Integer.parseInt(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        List<AccountId> accounts = new ArrayList<>();
        for (int i = 3; i < arguments.length; i++) {
            accounts.add(AccountId.of(arguments[i]));
        }
        try (JdbcQuotaStore store = JdbcQuotaStore.open(connections(arguments[0]))) {
            QuotaLedger ledger = QuotaLedger.over(store);
            OUT.println("ready");
            if (System.in.read() < 0) {
                throw new IOException("nobody gave the start");
            }
            List<Callable<Work>> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                threads.add(() -> work(ledger, accounts, random, requests));
            }
            Work all = new Work(0, 0, 0);
            for (Work work : Race.all(threads)) {
                all = all.plus(work);
            }
            OUT.println("charged " + all.charged() + " granted " + all.granted() + " refused " + all.refused());
        }
    }

    /** A pool would say by itself that it has no connection, and not let the store say why. */
    private static DataSource connections(String url) {
        if (url.startsWith("jdbc:h2:")) {
            JdbcDataSource h2 = new JdbcDataSource();
            h2.setURL(url);
            h2.setUser("sa");
            return h2;
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(4);
        return new HikariDataSource(config);
    }

    private record Work(long charged, int granted, int refused) {

        Work plus(Work other) {
            return new Work(charged + other.charged, granted + other.granted, refused + other.refused);
        }
    }

    private static Work work(QuotaLedger ledger, List<AccountId> accounts, Random random, int requests) {
        long charged = 0;
        int granted = 0;
        int refused = 0;
        for (int i = 0; i < requests; i++) {
            AccountId account = accounts.get(random.nextInt(accounts.size()));
            Admission admission = ledger.reserve(account, tokens(1 + random.nextInt(20)));
            if (!(admission instanceof Admission.Granted hold)) {
                refused++;
                continue;
            }
            granted++;
            Reservation reservation = hold.reservation();
            if (random.nextInt(4) == 0) {
                reservation.release().orThrow();
            } else {
                int cost = random.nextInt((int) reservation.held().units(Meter.TOKENS) + 1);
                reservation.settle(tokens(cost)).orThrow();
                charged += cost;
            }
        }
        return new Work(charged, granted, refused);
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }
}
