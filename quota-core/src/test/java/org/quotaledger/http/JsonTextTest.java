package org.quotaledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    private final ObjectMapper reader = new ObjectMapper();

    @Property
    void anyTextIsReadBackAsItWas(@ForAll String name, @ForAll String text) throws JsonProcessingException {
        String json =
                new JsonText().beginObject().name(name).value(text).endObject().toString();

        JsonNode read = reader.readTree(json);

        assertThat(read.get(name).textValue()).isEqualTo(text);
    }

    @Property
    void anyTextIsTheSameInUtf8(@ForAll String text) {
        String json = new JsonText().value(text).toString();

        assertThat(new String(json.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(json);
    }

    @Test
    void controlCharactersQuotesAndHalfPairsAreEscaped() {
        String json =
                new JsonText().value("a\"b\\c\n\u0000\ud83d\ude00\ud83dx\ude00").toString();

        assertThat(json).isEqualTo("\"a\\\"b\\\\c\\u000a\\u0000\ud83d\ude00\\ud83dx\\ude00\"");
    }

    @Test
    void separatesMembersAndElements() {
        JsonText json = new JsonText().beginObject();
        json.name("a").beginArray().endArray();
        json.name("b").beginArray().value(1).value("2").nullValue();
        json.beginObject().endObject().endArray().name("c").nullValue().endObject();

        assertThat(json).hasToString("{\"a\":[],\"b\":[1,\"2\",null,{}],\"c\":null}");
    }
}
