package org.quotaledger.accounting;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.RequestId;

/** Tells a retry from another request that uses the same id. */
final class Conflicts {

    private Conflicts() {}

    /** A field of a request that differs from what it was before. */
    record Field(String name, String earlier, String now) {}

    static @Nullable Field field(String name, @Nullable Object earlier, @Nullable Object now) {
        return Objects.equals(earlier, now) ? null : new Field(name, String.valueOf(earlier), String.valueOf(now));
    }

    static Declined.@Nullable Conflict first(RequestId id, @Nullable Field... fields) {
        for (Field field : fields) {
            if (field != null) {
                return new Declined.Conflict(id, field.name(), field.earlier(), field.now());
            }
        }
        return null;
    }
}
