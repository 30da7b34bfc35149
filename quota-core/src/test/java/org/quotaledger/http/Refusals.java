package org.quotaledger.http;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.window.QuotaWindow;

/** Refusals to answer. */
final class Refusals {

    static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    /** 13:12:30 in Shanghai. */
    static final Instant AT = Instant.parse("2026-03-01T05:12:30Z");

    private Refusals() {}

    static Refusal of(RefusalCode code, @Nullable Instant retryAt, LimitRefusal... limits) {
        return new Refusal(code, AccountId.of("key-1"), AccountId.of("team-secret"), List.of(limits), AT, retryAt);
    }

    static LimitRefusal limit(String name, RefusalCode code, @Nullable Instant retryAt) {
        return limit(name, code, retryAt, QuotaWindow.daily(SHANGHAI), Amount.of(5, Meter.USD));
    }

    static LimitRefusal limit(
            String name, RefusalCode code, @Nullable Instant retryAt, QuotaWindow window, Amount amount) {
        Meter meter = amount.meter();
        return limit(name, code, retryAt, window, amount, Amount.ofUnits(1, meter), amount, Amount.zero(meter));
    }

    static LimitRefusal limit(
            String name,
            RefusalCode code,
            @Nullable Instant retryAt,
            QuotaWindow window,
            Amount amount,
            Amount requested,
            Amount used,
            Amount held) {
        return new LimitRefusal(
                AccountId.of("team-secret"),
                QuotaLimit.of(name, amount, window),
                code,
                requested,
                used,
                held,
                window.spanAt(AT),
                retryAt);
    }

    static boolean isOfQuota(RefusalCode code) {
        return code.name().startsWith("QUOTA");
    }

    /** Returns a refusal with {@code count} limits, if limits are what it is about. */
    static Refusal with(RefusalCode code, @Nullable Instant retryAt, int count, Amount... amounts) {
        List<LimitRefusal> limits = new ArrayList<>();
        for (int i = 0; i < count && isOfQuota(code); i++) {
            String name = List.of("daily", "monthly", "burst", "team.daily").get(i);
            QuotaWindow window = QuotaWindow.daily(SHANGHAI);
            limits.add(limit(name, code, retryAt, window, amounts[0], amounts[1], amounts[2], amounts[3]));
        }
        return of(code, retryAt, limits.toArray(LimitRefusal[]::new));
    }
}
