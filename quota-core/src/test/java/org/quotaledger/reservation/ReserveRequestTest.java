package org.quotaledger.reservation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;

class ReserveRequestTest {

    private static final AccountId KEY = AccountId.of("key");

    @Test
    void asksForAllOrNothingUnlessToldOtherwise() {
        ReserveRequest request = ReserveRequest.builder(KEY, Charge.of(Amount.of(1, Meter.REQUESTS)))
                .build();

        assertThat(request.mode()).isEqualTo(ReserveMode.ALL_OR_NOTHING);
        assertThat(request.id()).isEmpty();
        assertThat(request.timeToLive()).isEmpty();
        assertThat(request.tags()).isEqualTo(Tags.NONE);
        assertThat(request.unbilled()).isEmpty();
    }

    @Test
    void refusesAChargeOfNothingUnlessUnbilled() {
        assertThatThrownBy(() -> ReserveRequest.builder(KEY, Charge.NONE).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names no meter");
        assertThat(ReserveRequest.unbilled(KEY, UnbilledReason.MODEL_MISSING)
                        .build()
                        .charge())
                .isEqualTo(Charge.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0009S", "PT1.0000001S"})
    void refusesTimesToLiveThatAreTooShortOrTooFine(Duration timeToLive) {
        assertThatThrownBy(() -> ReserveRequest.builder(KEY, Charge.of(Amount.of(1, Meter.REQUESTS)))
                        .timeToLive(timeToLive)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(timeToLive.toString());
    }

    @Test
    void sortsTagsAndBoundsThem() {
        assertThat(Tags.NONE.with("model", "gpt").with("a", "b").values())
                .containsExactly(Map.entry("a", "b"), Map.entry("model", "gpt"));

        Map<String, String> tooMany = new TreeMap<>();
        for (int i = 0; i < 17; i++) {
            tooMany.put("key" + i, "value");
        }
        assertThatThrownBy(() -> new Tags(tooMany)).hasMessage("request has 17 tags: expected at most 16");
        assertThatThrownBy(() -> Tags.NONE.with("model", "")).isInstanceOf(IllegalArgumentException.class);
    }
}
