package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.quotaledger.EventDelivery;
import org.quotaledger.EventDelivery.Round;
import org.quotaledger.account.AccountId;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.sink.EventSink;

/** Failing sinks, slow ones, and deliveries that start and stop. */
class EventDeliveryTest extends ContractSection {

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
    void aPoisonedEventHoldsUpNoOther() {
        exhaust("one", "poison", "two");
        EventDelivery delivery = delivering(sink).build();
        sink.then = taken -> {
            if (Objects.equals(taken.event().account(), AccountId.of("poison"))) {
                throw new StackOverflowError("poison");
            }
        };

        assertThat(delivery.deliverOnce()).isEqualTo(new Round(3, 2, 1, 0));
        exhaust("three");

        assertThat(delivery.deliverOnce()).isEqualTo(new Round(1, 1, 0, 0));
    }

    @Test
    void whenASinkFailsAgainAndAgainTheRestIsGivenBackUntried() {
        exhaust("1", "2", "3", "4", "5", "6", "7", "8");
        EventDelivery delivery = delivering(sink).build();
        sink.then = down -> {
            throw new IOException("down");
        };

        assertThat(delivery.deliverOnce()).isEqualTo(new Round(8, 0, 5, 3));
        assertThat(sink.taken).hasSize(5);
        sink.then = up -> {};

        assertThat(delivery.deliverOnce()).isEqualTo(new Round(3, 3, 0, 0));
        clock.advance(Duration.ofSeconds(1));
        assertThat(delivery.deliverOnce()).isEqualTo(new Round(5, 5, 0, 0));
        assertThat(sink.ids()).containsAll(told());
    }

    @Test
    void whenASinkTakesHalfTheLeaseTheRestIsGivenBack() {
        exhaust("1", "2", "3");
        EventDelivery delivery = delivering(sink).build();
        sink.then = slow -> clock.advance(Duration.ofSeconds(31));

        assertThat(delivery.deliverOnce()).isEqualTo(new Round(3, 1, 0, 2));
        assertThat(delivery.deliverOnce()).isEqualTo(new Round(2, 1, 0, 1));
    }

    @Test
    void aStartedDeliveryDeliversByItselfUntilItIsClosed() throws InterruptedException {
        LinkedBlockingQueue<LedgerEvent> arrived = new LinkedBlockingQueue<>();
        EventDelivery delivery = delivering(taken -> arrived.add(taken.event()))
                .pollEvery(Duration.ofMillis(1))
                .build();
        delivery.start();
        try {
            exhaust("key");

            assertThat(arrived.poll(Race.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(events.get(0));
            assertThatThrownBy(delivery::start).isInstanceOf(IllegalStateException.class);
        } finally {
            delivery.close();
        }
        exhaust("other");

        assertThat(store.outbox().claim("after", 10, Duration.ofMinutes(1))).hasSize(1);
        assertThat(arrived).isEmpty();
    }

    @Test
    void closingWaitsForTheEventUnderWayAndGivesTheRestBack() throws InterruptedException {
        exhaust("one", "two", "three");
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        EventDelivery delivery = delivering(taken -> {
                    underWay.countDown();
                    assertThat(goOn.await(Race.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                            .isTrue();
                    sink.deliver(taken);
                })
                .pollEvery(Duration.ofMillis(1))
                .build();
        delivery.start();
        assertThat(underWay.await(Race.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        Thread closing = new Thread(delivery::close);
        closing.start();
        // It is closed, whether or not it waits already, when it can no longer be started.
        while (isOpen(delivery)) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        closing.join(Race.PATIENCE.toMillis());

        assertThat(sink.ids()).containsExactly(told().get(0));
        assertThat(store.outbox().claim("next", 10, Duration.ofMinutes(1)))
                .extracting(claim -> claim.event().id())
                .containsExactly(told().get(1), told().get(2));
    }

    private static boolean isOpen(EventDelivery delivery) {
        try {
            delivery.start();
            throw new AssertionError("started twice");
        } catch (IllegalStateException refused) {
            return String.valueOf(refused.getMessage()).contains("started");
        }
    }
}
