package org.quotaledger.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.alert.Severity;
import org.quotaledger.event.Events;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.event.LedgerEvent.Kind;

class EventFilterTest {

    private static EventSink.Delivery delivery(LedgerEvent event) {
        return new EventSink.Delivery(event, 1, Events.AT);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void letsTheKindsItNamesThroughAndNoOthers(Kind kind) {
        LedgerEvent event = Events.of(kind);

        assertThat(EventFilter.ALL.test(event)).isTrue();
        assertThat(EventFilter.kinds(kind).test(event)).isTrue();
        assertThat(EventFilter.kinds(Kind.ALERT, Kind.RESET).test(event))
                .isEqualTo(kind == Kind.ALERT || kind == Kind.RESET);
    }

    @Test
    void letsAlertsOfTheSeverityOrAGraverOneThrough() {
        EventFilter filter = EventFilter.ALL.atLeast(Severity.WARNING);

        assertThat(filter.test(Events.alert(Severity.INFO, "owner"))).isFalse();
        assertThat(filter.test(Events.alert(Severity.WARNING, "owner"))).isTrue();
        assertThat(filter.test(Events.alert(Severity.URGENT, "owner"))).isTrue();
        assertThat(filter.test(Events.of(Kind.RESET))).isTrue();
    }

    @Test
    void letsAlertsForOneOfTheRecipientsThrough() {
        EventFilter filter = EventFilter.ALL.recipients("admin", "finance");

        assertThat(filter.test(Events.alert(Severity.INFO, "owner"))).isFalse();
        assertThat(filter.test(Events.alert(Severity.INFO, "owner", "finance"))).isTrue();
        assertThat(filter.test(Events.of(Kind.SUSPENDED))).isTrue();
    }

    @Test
    void aSinkThatIsOnlyForSomeTakesTheRestForDelivered() throws Exception {
        List<LedgerEvent> taken = new ArrayList<>();
        EventSink sink = delivery -> taken.add(delivery.event());

        EventSink only = sink.only(EventFilter.kinds(Kind.RESET));
        for (Kind kind : Kind.values()) {
            only.deliver(delivery(Events.of(kind)));
        }

        assertThat(taken).extracting(LedgerEvent::kind).containsExactly(Kind.RESET);
    }

    @Test
    void oneOfSeveralSinksThatFailsMakesTheEventComeAgain() {
        List<LedgerEvent> taken = new ArrayList<>();
        EventSink all = EventSink.all(delivery -> taken.add(delivery.event()), delivery -> {
            throw new IOException("down");
        });

        assertThatThrownBy(() -> all.deliver(delivery(Events.of(Kind.RESET)))).isInstanceOf(IOException.class);
        assertThat(taken).hasSize(1);
    }
}
