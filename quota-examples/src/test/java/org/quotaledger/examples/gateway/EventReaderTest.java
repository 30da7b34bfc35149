package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class EventReaderTest {

    private static List<EventReader.Event> read(String stream) {
        EventReader reader = new EventReader(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)));
        List<EventReader.Event> events = new ArrayList<>();
        for (EventReader.Event event = reader.next(); event != null; event = reader.next()) {
            events.add(event);
        }
        return events;
    }

    private static List<String> data(String stream) {
        return read(stream).stream().map(EventReader.Event::data).toList();
    }

    @Test
    void readsTheDataOfEachEvent() {
        assertThat(data("data: a\n\ndata:b\n\n")).containsExactly("a", "b");
        assertThat(data("id: 1\r\ndata: a\r\ndata: b\r\n\r\n")).containsExactly("a\nb");
        assertThat(data(": comment\n\ndata: x")).containsExactly("", "x");
        assertThat(data("")).isEmpty();
    }

    @Test
    void knowsTheEndOfAnOpenAiStream() {
        assertThat(read("data: [DONE]\n\n")).singleElement().matches(EventReader.Event::isDone);
    }

    @Property
    void losesNoByte(@ForAll @StringLength(max = 60) @CharRange(from = 'a', to = 'c') String letters) {
        String stream = letters.replace("a", "\n").replace("b", "data: ").replace("c", "\r\n");

        StringBuilder all = new StringBuilder();
        read(stream).forEach(event -> all.append(new String(event.raw(), StandardCharsets.UTF_8)));

        assertThat(all).hasToString(stream);
    }

    @Test
    void saysThatAStreamBrokeOff() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        };
        EventReader reader = new EventReader(new SequenceInputStream(
                new ByteArrayInputStream("data: a\n\ndata".getBytes(StandardCharsets.UTF_8)), broken));

        assertThat(reader.next()).isNotNull();
        assertThatThrownBy(reader::next)
                .isInstanceOfSatisfying(
                        GatewayError.class, error -> assertThat(error.status()).isEqualTo(502));
    }
}
