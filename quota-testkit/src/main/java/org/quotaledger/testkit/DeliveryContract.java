package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.quotaledger.EventDelivery;
import org.quotaledger.EventDelivery.Round;
import org.quotaledger.account.AccountId;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.sink.EventSink;

/** Events are delivered at least once, whatever fails in between. */
abstract class DeliveryContract extends ContractSection {

    /** What a sink took, and what it is to do. */
    private static final class Box implements EventSink {
        private final ConcurrentLinkedQueue<Delivery> taken = new ConcurrentLinkedQueue<>();
        private volatile EventSink then = delivery -> {};

        @Override
        public void deliver(Delivery delivery) throws Exception {
            taken.add(delivery);
            then.deliver(delivery);
        }

        List<UUID> ids() {
            return taken.stream().map(delivery -> delivery.event().id()).toList();
        }
    }

    private final Box sink = new Box();

    private EventDelivery.Builder delivering(EventSink to) {
        return EventDelivery.builder(store, to).lease(Duration.ofMinutes(1));
    }

    private List<UUID> told() {
        return events.stream().map(LedgerEvent::id).toList();
    }

    private void exhaust(String... ids) {
        for (String id : ids) {
            spend(account(id, daily(10)), 10);
        }
    }

    @Test
    void everyEventIsDeliveredOnceAndInOrder() {
        AccountId key = account("key", QuotaLimit.of("daily", amount(100), DAILY));
        spend(key, 100);
        EventDelivery delivery = delivering(sink).build();

        assertThat(delivery.deliverOnce()).isEqualTo(new Round(5, 5, 0, 0));
        assertThat(delivery.deliverOnce()).isEqualTo(new Round(0, 0, 0, 0));

        assertThat(sink.ids()).isEqualTo(told());
        assertThat(sink.taken).allSatisfy(taken -> {
            assertThat(taken.attempt()).isEqualTo(1);
            assertThat(taken.at()).isEqualTo(clock.instant());
        });
    }

    @Test
    void whatFailsComesAgainAfterPausesThatDoubleUpToTheLongest() {
        exhaust("key");
        EventDelivery delivery = delivering(sink)
                .pauses(Duration.ofSeconds(1), Duration.ofSeconds(5))
                .build();
        sink.then = failing -> {
            throw new IOException("no");
        };

        assertThat(delivery.deliverOnce()).isEqualTo(new Round(1, 0, 1, 0));
        for (int seconds : new int[] {1, 2, 4, 5, 5}) {
            clock.advance(Duration.ofSeconds(seconds).minus(MICROSECOND));
            assertThat(delivery.deliverOnce().claimed()).isZero();
            clock.advance(MICROSECOND);
            assertThat(delivery.deliverOnce()).isEqualTo(new Round(1, 0, 1, 0));
        }
        sink.then = taking -> {};
        clock.advance(Duration.ofSeconds(5));

        assertThat(delivery.deliverOnce()).isEqualTo(new Round(1, 1, 0, 0));
        assertThat(sink.ids()).hasSize(7).containsOnly(told().get(0));
        assertThat(sink.taken).extracting(EventSink.Delivery::attempt).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void whatASinkTookBeforeItsNodeDiedComesAgainWithTheSameIdOnAnotherNode() {
        exhaust("key");
        store.outbox()
                .claim("dead", 10, Duration.ofMinutes(1))
                .forEach(claim ->
                        sink.taken.add(new EventSink.Delivery(claim.event(), claim.attempt(), clock.instant())));
        EventDelivery survivor = delivering(sink).node("survivor").build();
        assertThat(survivor.deliverOnce().claimed()).isZero();

        clock.advance(Duration.ofMinutes(1));

        assertThat(survivor.deliverOnce()).isEqualTo(new Round(1, 1, 0, 0));
        assertThat(sink.ids()).containsExactly(told().get(0), told().get(0));
    }

    @Test
    void nodesThatDeliverAtOnceDeliverEachEventOnce() throws InterruptedException {
        List<AccountId> keys = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            keys.add(account("key-" + i, QuotaLimit.of("daily", amount(100), DAILY)));
        }
        keys.forEach(key -> spend(key, 100));

        Race.of(4, thread -> {
            EventDelivery delivery =
                    delivering(sink).node("node-" + thread).batchSize(7).build();
            while (sink.taken.size() < 100) {
                delivery.deliverOnce();
            }
        });

        assertThat(sink.ids()).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(told());
    }
}
