package org.quotaledger.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.quotaledger.Documents;
import org.quotaledger.event.Events;
import org.quotaledger.event.LedgerEvent.Kind;
import org.quotaledger.sink.WebhookSink;

/** The examples of docs/events.md are what is written. */
class EventDocumentTest {

    private final String document = Documents.read("events.md");

    @Test
    void oneEventOfEachKindIsWrittenAsItLooks() {
        assertThat(Documents.example(document, "## JSON", "json").lines())
                .containsExactlyElementsOf(Stream.of(Kind.values())
                        .map(Events::of)
                        .map(EventJson::write)
                        .toList());
    }

    @Test
    void theHeadersAreThoseThatAreSent() {
        assertThat(document)
                .contains(
                        "| `" + WebhookSink.ID + "` |",
                        "| `" + WebhookSink.ATTEMPT + "` |",
                        "| `" + WebhookSink.TIME + "` |",
                        "| `" + WebhookSink.SIGNATURE + "` |");
    }
}
