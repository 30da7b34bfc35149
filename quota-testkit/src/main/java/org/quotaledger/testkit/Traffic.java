package org.quotaledger.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;

/** Requests of every kind that writes the journal, as a seed has them; some are left to expire. */
final class Traffic {

    private static final int REQUESTS = 80;

    private final QuotaLedger ledger;
    private final ManualClock clock;
    private final SplittableRandom random;
    private final List<RequestId> open = new ArrayList<>();

    Traffic(QuotaLedger ledger, ManualClock clock, SplittableRandom random) {
        this.ledger = ledger;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Plays them on some accounts.
     *
     * @param name what the ids of the requests start with
     * @param pauseBelowSeconds two requests follow each other in less than that, and in whole seconds
     */
    void play(List<AccountId> accounts, String name, int pauseBelowSeconds) {
        for (int i = 0; i < REQUESTS; i++) {
            request(RequestId.of(name + i), accounts.get(random.nextInt(accounts.size())));
            if (!open.isEmpty() && random.nextBoolean()) {
                settle(open.remove(random.nextInt(open.size())));
            }
            clock.advance(Duration.ofSeconds(random.nextInt(pauseBelowSeconds)));
            if (random.nextInt(5) == 0) {
                ledger.admin().sweep(100);
            }
        }
    }

    private void request(RequestId id, AccountId account) {
        switch (random.nextInt(7)) {
            case 0 ->
                ledger.charge(id, account, charge(random.nextInt(50)), tags()).orThrow();
            case 1 ->
                ledger.reserve(ReserveRequest.unbilled(account, UnbilledReason.PRICE_NOT_FOUND)
                                .id(id.value())
                                .build())
                        .orThrow();
            default -> {
                ledger.reserve(ReserveRequest.builder(account, charge(20))
                                .id(id.value())
                                .tags(tags())
                                .build())
                        .orThrow();
                open.add(id);
                if (random.nextBoolean()) {
                    ledger.progress(id, charge(random.nextInt(20))).orThrow();
                }
            }
        }
    }

    private void settle(RequestId id) {
        int tokens = random.nextInt(30);
        ledger.settle(id, charge(tokens)).orThrow();
        if (tokens > 3 && random.nextBoolean()) {
            Charge refund = Charge.of(Amount.ofUnits(random.nextInt(tokens), Meter.TOKENS));
            ledger.refund(RequestId.of("refund-" + id), id, refund).orThrow();
        }
    }

    private static Charge charge(long tokens) {
        return Charge.of(Amount.ofUnits(tokens, Meter.TOKENS), Amount.ofUnits(1, Meter.REQUESTS));
    }

    private Tags tags() {
        return Tags.NONE.with("model", "m" + random.nextInt(2)).with("other", "o" + random.nextInt(2));
    }
}
