package org.quotaledger.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.reservation.Tags;

class PlainJsonTest {

    @Test
    void tagsAreAnObjectInTheOrderOfTheirKeys() {
        Tags tags = new Tags(Map.of("model", "gpt-4o", "Team", "a \"b\" \\ c"));

        assertThat(PlainJson.write(tags)).isEqualTo("{\"Team\":\"a \\\"b\\\" \\\\ c\",\"model\":\"gpt-4o\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "quote \" and \\ backslash", "ünïcödé 日本 🚀", "{}", "[\"a\"]", "\u2028 \u00a0"})
    void whatIsWrittenIsReadBackTheSame(String value) {
        Tags tags = new Tags(Map.of("key", value, "k\"e\\y", "v"));
        List<String> names = List.of(value, "owner");

        assertThat(PlainJson.parseTags(PlainJson.write(tags))).isEqualTo(tags);
        assertThat(PlainJson.parseNames(PlainJson.write(names))).isEqualTo(names);
    }

    @Test
    void nothingIsAnEmptyObjectOrArray() {
        assertThat(PlainJson.write(Tags.NONE)).isEqualTo("{}");
        assertThat(PlainJson.parseTags("{}")).isEqualTo(Tags.NONE);
        assertThat(PlainJson.parseNames(PlainJson.write(List.of()))).isEmpty();
    }

    @Test
    void membersAreAnObjectInTheirOrder() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("status", 429);
        members.put("param", null);
        members.put("a/<b>\n", List.of(Map.of("name", "每日"), Map.of()));

        assertThat(PlainJson.write(members))
                .isEqualTo("{\"status\":429,\"param\":null,\"a/<b>\\n\":[{\"name\":\"每日\"},{}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "{\"model\":4}", "{\"a\":\"b\",\"a\":\"c\"}", "{\"a\":{}}", "{", ""})
    void whatIsNoObjectOfStringsIsRefused(String text) {
        assertThatThrownBy(() -> PlainJson.parseTags(text)).isInstanceOf(JsonFormatException.class);
    }

    @Test
    void theMessageNamesThePathAndWhatWasFound() {
        assertThatThrownBy(() -> PlainJson.parseTags("{\"model\":4}"))
                .hasMessage("model: expected a string but was the number 4");
        assertThatThrownBy(() -> PlainJson.parseNames("[\"owner\",null]"))
                .hasMessage("[1]: expected a string but was null");
    }
}
