package org.quotaledger.testkit;

import static org.quotaledger.testkit.NaiveAmounts.amounts;
import static org.quotaledger.testkit.NaiveAmounts.minus;
import static org.quotaledger.testkit.NaiveAmounts.text;
import static org.quotaledger.testkit.NaiveAmounts.units;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.reservation.ReserveMode;

/**
 * The ledger's rules a second time, slow and plain, to compare the real ones with.
 *
 * <p>{@link NaiveUsage} adds up used and held, {@link NaiveAdmission} refuses, {@link NaiveSuspending} suspends,
 * {@link NaiveAlerts} alerts, {@link NaiveDefinitions} has the changes by people. It shares no code with
 * {@code org.quotaledger.accounting} nor, by {@link NaiveWindow}, with the windows. Amounts are whole numbers of any size.
 * Answers are texts, in the words of {@link LedgerAnswers}.
 *
 * <p>Not modelled: alerts of what expiries charge, tags, and a window since first use that charges at settle time. Not thread-safe.
 */
final class NaiveLedger {

    private static final Duration REMEMBERED = Duration.ofDays(7);

    private record Refund(String reservation, SortedMap<String, BigInteger> amounts, String total, Instant at) {}

    private final NaiveUsage usage = new NaiveUsage();
    private final NaiveAlerts alerts = new NaiveAlerts(usage);
    private final NaiveSuspending suspending = new NaiveSuspending(usage, alerts);
    private final NaiveDefinitions definitions = new NaiveDefinitions(suspending);
    private final NaiveAdmission admission = new NaiveAdmission(usage, definitions);
    private final Map<String, NaiveEntry> remembered = new HashMap<>();
    private final Map<String, Refund> refunds = new HashMap<>();
    private Instant clock;

    /** When used or held last changed: no later step is earlier. */
    private Instant changedAt;

    NaiveLedger(Instant start) {
        clock = start;
        changedAt = start;
    }

    /** Returns the time: no earlier than the clock nor than anything that has changed. */
    Instant time() {
        return clock.isAfter(changedAt) ? clock : changedAt;
    }

    /** Sets the clock, forwards or back. */
    void clock(Instant instant) {
        clock = instant.truncatedTo(ChronoUnit.MICROS);
    }

    NaiveAlerts alerts() {
        return alerts;
    }

    NaiveDefinitions definitions() {
        return definitions;
    }

    /** Returns every instant after now at which anything changes by itself: where mistakes are. */
    NavigableSet<Instant> changesAhead() {
        NavigableSet<Instant> changes = new TreeSet<>();
        for (NaiveAccount account : definitions.accounts()) {
            changes.addAll(usage.changes(account, clock));
            NaiveSuspending.Suspension suspension = account.suspension(clock);
            Stream.of(
                            Optional.ofNullable(suspension == null ? null : suspension.until()),
                            Optional.ofNullable(account.expiresAt))
                    .flatMap(Optional::stream)
                    .filter(instant -> instant.isAfter(clock))
                    .forEach(changes::add);
        }
        return changes;
    }

    /** Time never runs backwards. */
    private Instant now(NaiveEntry entry) {
        Instant seen = entry.endedAt == null ? entry.reservedAt : entry.endedAt;
        return seen.isAfter(time()) ? seen : time();
    }

    // ---- Reserve and check

    /** @param unbilled whether the charge is only what an unbilled request counts all the same */
    String reserve(
            String id,
            String accountId,
            Map<String, Long> charge,
            ReserveMode mode,
            Duration timeToLive,
            boolean unbilled) {
        SortedMap<String, BigInteger> asked = amounts(charge);
        NaiveEntry known = remembered.get(id);
        if (known != null) {
            String conflict = conflict(known, accountId, asked, mode, timeToLive, unbilled);
            return conflict != null ? LedgerAnswers.conflict(conflict) : replay(known);
        }
        Instant now = time();
        NaiveAdmission.Verdict verdict =
                admission.verdict(definitions.account(accountId), new NaiveAdmission.Asked(asked, mode, unbilled), now);
        if (verdict.refused() != null) {
            return verdict.refused().text();
        }
        NaiveEntry entry = new NaiveEntry(
                accountId, verdict.chain(), false, asked, new TreeMap<>(verdict.held()), mode, timeToLive, now);
        entry.unbilled = unbilled;
        remembered.put(id, entry);
        suspending.step(verdict.chain(), now, () -> {
            usage.notice(verdict.chain(), now);
            usage.entries.add(entry);
            usage.open(verdict.chain(), asked.keySet(), now);
        });
        changedAt = now;
        String observed = verdict.observed() == null
                ? ""
                : ", observed " + verdict.observed().text();
        return LedgerAnswers.held(text(entry.held), entry.expiresAt) + observed;
    }

    private static @Nullable String conflict(
            NaiveEntry known,
            String accountId,
            SortedMap<String, BigInteger> asked,
            ReserveMode mode,
            Duration timeToLive,
            boolean unbilled) {
        if (known.direct) {
            return "operation";
        }
        if (!known.account.equals(accountId)) {
            return "account";
        }
        if (!known.asked.equals(asked)) {
            return "charge";
        }
        if (known.mode != mode) {
            return "mode";
        }
        if (!known.timeToLive.equals(timeToLive)) {
            return "timeToLive";
        }
        // Once it is settled nobody can say whether the reserve or the settle found that it is not billed.
        return known.status != NaiveEntry.Status.SETTLED && known.unbilled != unbilled ? "unbilled" : null;
    }

    private String replay(NaiveEntry known) {
        Instant now = now(known);
        return known.live(now)
                ? LedgerAnswers.replayed(LedgerAnswers.held(text(known.held), known.expiresAt))
                : LedgerAnswers.ended(known.statusText(now));
    }

    String check(String accountId, Map<String, Long> charge) {
        NaiveAdmission.Refusal refused = admission
                .verdict(
                        definitions.account(accountId),
                        new NaiveAdmission.Asked(amounts(charge), ReserveMode.ALL_OR_NOTHING, false),
                        time())
                .refused();
        return refused == null ? LedgerAnswers.ADMISSIBLE : refused.text();
    }

    // ---- What becomes of a reservation

    String settle(String id, Map<String, Long> said) {
        return settle(id, said, false);
    }

    /** @param counted what it counts all the same, which can be nothing of no meter */
    String settleUnbilled(String id, Map<String, Long> counted) {
        return settle(id, counted, true);
    }

    private String settle(String id, Map<String, Long> said, boolean unbilled) {
        NaiveEntry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        if (entry.direct) {
            return LedgerAnswers.conflict("operation");
        }
        SortedMap<String, BigInteger> cost = amounts(said);
        if (entry.status == NaiveEntry.Status.SETTLED && cost.equals(entry.cost) && (!unbilled || entry.unbilled)) {
            return LedgerAnswers.replayed(settled(entry));
        }
        boolean sameMeters = cost.keySet().equals(entry.held.keySet());
        if (!sameMeters && !(unbilled && entry.held.keySet().containsAll(cost.keySet()))) {
            return LedgerAnswers.METER_MISMATCH;
        }
        Instant now = now(entry);
        if (entry.status == NaiveEntry.Status.SETTLED) {
            return LedgerAnswers.conflict(cost.equals(entry.cost) ? "unbilled" : "cost");
        }
        if (entry.status == NaiveEntry.Status.RELEASED) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        boolean late = entry.expired(now);
        SortedMap<String, BigInteger> charged = new TreeMap<>();
        SortedMap<String, BigInteger> counted =
                unbilled && cost.isEmpty() && entry.unbilled ? entry.held : new TreeMap<>(cost);
        entry.held.keySet().forEach(meter -> counted.putIfAbsent(meter, BigInteger.ZERO));
        for (Map.Entry<String, BigInteger> amount : counted.entrySet()) {
            BigInteger held = units(entry.held, amount.getKey());
            boolean exceeds = amount.getValue().compareTo(held) > 0;
            OnExcess choice = exceeds ? entry.onExcess(amount.getKey()) : OnExcess.CHARGE;
            if (choice == OnExcess.REFUSE && !late) {
                return LedgerAnswers.EXCESS_REFUSED;
            }
            charged.put(amount.getKey(), choice == OnExcess.CAP ? held : amount.getValue());
        }
        suspending.step(entry.chain, now, () -> {
            entry.status = NaiveEntry.Status.SETTLED;
            entry.cost = cost;
            entry.charged = charged;
            entry.unbilled |= unbilled;
            entry.late = late;
            entry.endedAt = now;
        });
        changedAt = now;
        return settled(entry);
    }

    private static String settled(NaiveEntry entry) {
        SortedMap<String, BigInteger> excess = new TreeMap<>();
        entry.charged.forEach((meter, units) ->
                excess.put(meter, units.subtract(units(entry.held, meter)).max(BigInteger.ZERO)));
        return LedgerAnswers.settled(text(entry.charged), text(excess), entry.late);
    }

    String release(String id) {
        NaiveEntry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        Instant now = now(entry);
        if (entry.status == NaiveEntry.Status.RELEASED) {
            return LedgerAnswers.replayed(LedgerAnswers.RELEASED);
        }
        if (!entry.live(now)) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        entry.status = NaiveEntry.Status.RELEASED;
        entry.endedAt = now;
        changedAt = now;
        return LedgerAnswers.RELEASED;
    }

    String extend(String id, Duration timeToLive) {
        NaiveEntry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        Instant now = now(entry);
        if (!entry.live(now)) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        Instant longer = now.plus(timeToLive);
        entry.expiresAt = longer.isAfter(entry.expiresAt) ? longer : entry.expiresAt;
        return LedgerAnswers.extended(entry.expiresAt);
    }

    String adjust(String id, Map<String, Long> charge) {
        NaiveEntry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        SortedMap<String, BigInteger> wanted = amounts(charge);
        if (!wanted.keySet().equals(entry.held.keySet())) {
            return LedgerAnswers.METER_MISMATCH;
        }
        Instant now = now(entry);
        if (!entry.live(now)) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        String noRoom = entry.mode == ReserveMode.OBSERVE ? null : admission.noRoom(entry, wanted, now);
        if (noRoom != null) {
            return noRoom;
        }
        if (!wanted.equals(entry.held)) {
            suspending.step(entry.chain, now, () -> {
                usage.notice(entry.chain, now);
                entry.held = wanted;
                entry.due = entry.dueByExpiry();
            });
            changedAt = now;
        }
        return LedgerAnswers.adjusted(text(wanted));
    }

    String progress(String id, Map<String, Long> delivered) {
        NaiveEntry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        SortedMap<String, BigInteger> most = amounts(delivered);
        if (!most.keySet().equals(entry.held.keySet())) {
            return LedgerAnswers.METER_MISMATCH;
        }
        Instant now = now(entry);
        if (!entry.live(now)) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        if (entry.progress != null) {
            entry.progress.forEach((meter, units) -> most.merge(meter, units, BigInteger::max));
        }
        if (!most.equals(entry.progress)) {
            entry.progress = most;
            entry.due = entry.dueByExpiry();
        }
        return LedgerAnswers.progressed(text(most));
    }

    String charge(String id, String accountId, Map<String, Long> charge) {
        SortedMap<String, BigInteger> amounts = amounts(charge);
        NaiveEntry known = remembered.get(id);
        if (known != null) {
            if (!known.direct) {
                return LedgerAnswers.conflict("operation");
            }
            if (!known.account.equals(accountId)) {
                return LedgerAnswers.conflict("account");
            }
            return known.asked.equals(amounts)
                    ? LedgerAnswers.replayed(LedgerAnswers.charged(text(amounts)))
                    : LedgerAnswers.conflict("charge");
        }
        List<NaiveAccount> chain = definitions.account(accountId).chain();
        Instant now = time();
        SortedMap<String, BigInteger> nothing = new TreeMap<>();
        amounts.keySet().forEach(meter -> nothing.put(meter, BigInteger.ZERO));
        NaiveEntry entry = new NaiveEntry(
                accountId, chain, true, amounts, nothing, ReserveMode.ALL_OR_NOTHING, Duration.ZERO, now);
        entry.status = NaiveEntry.Status.SETTLED;
        entry.cost = amounts;
        entry.charged = amounts;
        entry.endedAt = now;
        remembered.put(id, entry);
        suspending.step(chain, now, () -> {
            usage.entries.add(entry);
            usage.open(chain, amounts.keySet(), now);
        });
        changedAt = now;
        return LedgerAnswers.charged(text(amounts));
    }

    String refund(String id, String reservation, Map<String, Long> charge) {
        SortedMap<String, BigInteger> amounts = amounts(charge);
        Refund before = refunds.get(id);
        if (before != null) {
            if (!before.reservation.equals(reservation)) {
                return LedgerAnswers.conflict("reservation");
            }
            return before.amounts.equals(amounts)
                    ? LedgerAnswers.replayed(LedgerAnswers.refunded(text(amounts), before.total))
                    : LedgerAnswers.conflict("charge");
        }
        NaiveEntry entry = remembered.get(reservation);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        if (!entry.held.keySet().containsAll(amounts.keySet())) {
            return LedgerAnswers.METER_MISMATCH;
        }
        Instant now = now(entry);
        if (entry.status != NaiveEntry.Status.SETTLED) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        SortedMap<String, BigInteger> left = minus(entry.charged, entry.refunded);
        boolean tooLarge = amounts.entrySet().stream()
                .anyMatch(amount -> amount.getValue().compareTo(units(left, amount.getKey())) > 0);
        if (tooLarge) {
            return LedgerAnswers.REFUND_TOO_LARGE;
        }
        suspending.step(entry.chain, now, () -> {
            entry.held.keySet().forEach(meter -> entry.refunded.merge(meter, BigInteger.ZERO, BigInteger::add));
            amounts.forEach((meter, units) -> entry.refunded.merge(meter, units, BigInteger::add));
        });
        changedAt = now;
        refunds.put(id, new Refund(reservation, amounts, text(entry.refunded), now));
        return LedgerAnswers.refunded(text(amounts), text(entry.refunded));
    }

    /** Writes down what has expired, and forgets ids. Nothing of it may show but the ids. */
    String sweep() {
        List<NaiveEntry> expired = usage.entries.stream()
                .filter(entry -> entry.expired(clock) && !entry.expiryWritten)
                .sorted(Comparator.comparing(entry -> entry.expiresAt))
                .toList();
        for (NaiveEntry entry : expired) {
            Instant now = now(entry);
            suspending.step(entry.chain, now, () -> entry.noticed.addAll(entry.chain));
            entry.expiryWritten = true;
            entry.endedAt = entry.expiresAt;
            changedAt = now;
        }
        Instant before = clock.minus(REMEMBERED);
        remembered.values().removeIf(entry -> entry.endedAt != null && entry.endedAt.isBefore(before));
        refunds.values().removeIf(refund -> refund.at.isBefore(before));
        return LedgerAnswers.swept(expired.size());
    }

    /** Returns used and held of all limits of each account's chain, in the order of the accounts. */
    List<String> usages(List<String> accountIds) {
        Map<NaiveAccount, List<String>> own = new HashMap<>();
        List<String> usages = new ArrayList<>();
        for (String id : accountIds) {
            usages.add(definitions.account(id).chain().stream()
                    .flatMap(account -> own.computeIfAbsent(account, this::ownUsage).stream())
                    .toList()
                    .toString());
        }
        return usages;
    }

    private List<String> ownUsage(NaiveAccount account) {
        Instant now = time();
        return account.limits.stream()
                .map(limit -> LedgerAnswers.usage(
                        account.id, limit, usage.used(account, limit, now), usage.held(account, limit, now, null)))
                .toList();
    }

    String suspension(String accountId) {
        NaiveSuspending.Suspension lasting = definitions.account(accountId).suspension(time());
        return lasting == null ? LedgerAnswers.ACTIVE : LedgerAnswers.suspended(lasting.until(), lasting.cause());
    }

    String reservation(String id) {
        NaiveEntry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        return LedgerAnswers.reservation(
                entry.statusText(time()),
                text(entry.held),
                entry.status == NaiveEntry.Status.SETTLED ? text(entry.charged) : "nothing",
                entry.reservedAt,
                entry.expiresAt);
    }
}
