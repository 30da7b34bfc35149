package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStore;

/**
 * What is true of every ledger at any moment, checked after each test so that tests catch what they were not looking
 * for:
 *
 * <ul>
 *   <li>the store's own audit finds no difference;
 *   <li>used of every limit is the sum of the journal's rows, added up here once more, of what was reserved since the
 *       limit was last reset;
 *   <li>held of every limit is the sum of the reservations that are held and not expired, and so 0 when all have ended;
 *   <li>the journal charges each settled reservation, on every account of its chain, what the reservation says.
 * </ul>
 *
 * A test registers it, and opens its store through it:
 *
 * <pre>{@code
 * @RegisterExtension
 * final LedgerInvariants invariants = new LedgerInvariants();
 *
 * QuotaLedger ledger = QuotaLedger.over(invariants.watch(new MyStore()));
 * }</pre>
 *
 * <p>Checking sweeps first, so that holds which have expired are written down. Not thread-safe: threads of a test must be done when it ends.
 */
public final class LedgerInvariants implements AfterEachCallback {

    private final List<WatchedStore> stores = new ArrayList<>();
    private boolean strictLimitsKept;

    /** Creates an extension that watches no store yet. */
    public LedgerInvariants() {}

    /** Returns the store as it is, to be checked and then closed when the test is over. */
    public QuotaStore watch(QuotaStore store) {
        WatchedStore watched = new WatchedStore(store);
        stores.add(watched);
        return watched;
    }

    /**
     * Says that this test charges by reserves and settles within their holds only: then used and held of no strict
     * limit may together pass its amount.
     */
    public void expectStrictLimitsKept() {
        strictLimitsKept = true;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            // A test that failed has said why; a ledger it left in the middle says nothing more.
            if (context.getExecutionException().isEmpty()) {
                stores.forEach(this::check);
            }
        } finally {
            stores.forEach(WatchedStore::close);
        }
    }

    /** Checks every store watched, now. */
    public void check() {
        stores.forEach(this::check);
    }

    private void check(WatchedStore store) {
        QuotaLedger ledger = QuotaLedger.over(store);
        assertThat(ledger.admin().audit().stream().filter(row -> !row.agrees()).toList())
                .as("rows that are not what journal and holds say")
                .isEmpty();
        // What an expiry charges counts before it is written down; the journal has it only after.
        int expired;
        do {
            expired = ledger.admin().sweep(10_000).expired();
        } while (expired > 0);
        assertThat(ledger.admin().audit().stream().filter(row -> !row.agrees()).toList())
                .as("rows that are not what journal and holds say after a sweep")
                .isEmpty();
        List<JournalRow> journal = journal(store);
        List<ReservationState> reservations = reservations(store, store.ids());
        checkCharges(journal, reservations);
        for (AccountEntry account : store.accounts(null, 10_000)) {
            checkUsage(ledger, store, account.id(), journal, reservations);
        }
    }

    private void checkUsage(
            QuotaLedger ledger,
            QuotaStore store,
            AccountId account,
            List<JournalRow> journal,
            List<ReservationState> reservations) {
        Instant now = store.now();
        for (LimitStatus status : ledger.usage(account)) {
            String name = status.account() + "/" + status.limit().name() + " at " + now;
            Counted counted = new Counted(status.limit(), status, now);
            Instant resetAt = store.account(status.account())
                    .map(entry -> entry.resets().get(status.limit().name()))
                    .orElse(Instant.MIN);
            BigInteger used = counted.used(journal.stream()
                    .filter(row -> row.account().equals(status.account())
                            && !row.reservedAt().isBefore(resetAt))
                    .toList());
            assertThat(status.used().units())
                    .as("used of %s is the journal's sum", name)
                    .isEqualTo(counted(used));
            BigInteger held = counted.held(reservations.stream()
                    .filter(state -> state.chain().contains(status.account())
                            && !state.reservedAt().isBefore(resetAt))
                    .toList());
            assertThat(status.held().units())
                    .as("held of %s is the sum of live holds", name)
                    .isEqualTo(counted(held));
            if (strictLimitsKept && status.limit().boundary() == Boundary.STRICT) {
                assertThat(used.add(held))
                        .as("used and held of strict limit %s", name)
                        .isLessThanOrEqualTo(
                                BigInteger.valueOf(status.limit().amount().units()));
            }
        }
    }

    /** A sum of more than a long holds is counted as the largest long. */
    private static long counted(BigInteger sum) {
        return sum.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact();
    }

    /** What counts of a limit, by windows that share no code with the ledger's. */
    private record Counted(QuotaLimit limit, LimitStatus status, Instant now) {

        BigInteger used(Collection<JournalRow> rows) {
            BigInteger sum = BigInteger.ZERO;
            for (JournalRow row : rows) {
                Instant at = limit.chargeTime() == ChargeTime.SETTLE ? row.settledAt() : row.reservedAt();
                if (limit.meter().equals(row.meter()) && counts(at)) {
                    sum = sum.add(BigInteger.valueOf(row.units()));
                }
            }
            return sum;
        }

        BigInteger held(Collection<ReservationState> reservations) {
            BigInteger sum = BigInteger.ZERO;
            for (ReservationState state : reservations) {
                boolean live = state.statusAt(now) == ReservationStatus.HELD;
                if (live
                        && (limit.chargeTime() == ChargeTime.SETTLE
                                ? isOpen(state.reservedAt())
                                : counts(state.reservedAt()))) {
                    sum = sum.add(BigInteger.valueOf(state.held().units(limit.meter())));
                }
            }
            return sum;
        }

        /** What is charged at settle time is held whatever span is open, if one was when it was reserved. */
        private boolean isOpen(Instant at) {
            String text = limit.window().toString();
            return text.startsWith("since-first-use")
                    || NaiveWindow.of(text).spanAt(at).contains(at);
        }

        private boolean counts(Instant at) {
            String text = limit.window().toString();
            if (text.startsWith("since-first-use")) {
                return status.span().contains(at);
            }
            NaiveWindow window = NaiveWindow.of(text);
            NaiveWindow.Span span = window.spanAt(at);
            return span.contains(at) && !now.isBefore(span.start()) && now.isBefore(window.countedUntil(span));
        }
    }

    private static void checkCharges(List<JournalRow> journal, List<ReservationState> reservations) {
        for (ReservationState state : reservations) {
            if (state.status() != ReservationStatus.SETTLED) {
                continue;
            }
            for (AccountId account : state.chain()) {
                Objects.requireNonNull(state.charged()).amounts().forEach(amount -> {
                    BigInteger sum = journal.stream()
                            .filter(row -> row.reservation().equals(state.id())
                                    && row.reservedAt().equals(state.reservedAt())
                                    && row.account().equals(account)
                                    && amount.meter().equals(row.meter()))
                            .map(row -> BigInteger.valueOf(row.units()))
                            .reduce(BigInteger.ZERO, BigInteger::add);
                    assertThat(sum.longValueExact())
                            .as("journal of %s, %s on %s", state.id(), amount.meter(), account)
                            .isEqualTo(amount.units() - state.refunded().units(amount.meter()));
                });
            }
        }
    }

    private static List<JournalRow> journal(QuotaStore store) {
        List<JournalRow> rows = new ArrayList<>();
        store.journal(JournalQuery.ALL, rows::add);
        return rows;
    }

    private static List<ReservationState> reservations(QuotaStore store, Collection<RequestId> ids) {
        return ids.stream().map(store::reservation).flatMap(Optional::stream).toList();
    }
}
