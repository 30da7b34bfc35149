package org.quotaledger.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes in, it is read or refused with a short message, and costs little. */
class HostileDefinitionTest {

    private static final String MANY = "x".repeat(10_000_000);

    static Stream<Arguments> documents() {
        return Stream.of(
                document("nothing", "", "the document is empty"),
                document("blanks", "  \n ", "the document is empty"),
                document("no object", "[]", "expected an object with name, limits, but was an array"),
                document("null", "null", "expected an object with name, limits, but was null"),
                document("text after it", "{\"name\": \"p\", \"limits\": []} {}", "line 1, column "),
                document("a comment", "{/* p */ \"name\": \"p\", \"limits\": []}", "line 1, column "),
                document("single quotes", "{'name': 'p', 'limits': []}", "line 1, column "),
                document("a comma too many", "{\"name\": \"p\", \"limits\": [],}", "line 1, column "),
                document("an end too early", "{\"name\": \"p\", \"limits\": [", "at limits"),
                document("deep arrays", "{\"limits\": " + "[".repeat(100_000), "nesting depth"),
                document("deep objects", "{\"a\":".repeat(100_000), "nesting depth"),
                document("a long string", "{\"name\": \"" + MANY + "\"}", "has 10000012 characters, more than"),
                document("a string of a megabyte", text(1_000_000), "1000000 characters"),
                document("a long key", "{\"" + "k".repeat(900_000) + "\": 1}", "Name length"),
                document("a long number", amount("1" + "0".repeat(500_000)), "at limits[0].amount: Number"),
                document("a fine number", amount("0." + "0".repeat(190) + "1"), "limits[0].amount: amount"),
                document("a huge exponent", amount("1e2147483648"), "limits[0].amount"),
                document("an endless exponent", amount("1e" + "9".repeat(150)), "limits[0].amount"),
                document("not a number", amount("NaN"), "at limits[0].amount"),
                document("infinity", amount("-Infinity"), "at limits[0].amount"),
                document("leading zeros", amount("007"), "at limits[0].amount"),
                document("a key twice", "{\"name\": \"a\", \"name\": \"a\", \"limits\": []}", "at name: Duplicate"),
                document(
                        "a key twice inside",
                        "{\"name\": \"a\", \"limits\": [{}, {\"x\": 1, \"x\": 2}]}",
                        "at limits[1].x: Duplicate"),
                document("half a surrogate pair", text("\ud800", 1), "half of a surrogate pair"),
                document("an escaped null character", text("\\u0000", 1), "control character U+0"));
    }

    /** Named, so that no report holds ten million characters. */
    private static Arguments document(String what, String document, String problem) {
        return Arguments.of(Named.of(what, document), problem);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documents")
    void isRefusedWithAShortMessageOnOneLine(String document, String problem) {
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> PolicyJson.read(document))
                .withMessageContaining(problem)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1000));
    }

    @Test
    void aStreamWithoutEndIsRefusedBeforeItFillsTheMemory() {
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> PolicyJson.read(new Endless("{\"name\": \"p\", \"limits\": [", "[],")))
                .withMessageContaining("more bytes than the 1048576 allowed");
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> AccountJson.read(new Endless("", " ")))
                .withMessageContaining("more bytes than the 1048576 allowed");
    }

    @ParameterizedTest
    @MethodSource("brokenUtf8")
    void bytesThatAreNoUtf8AreRefused(byte[] bytes) {
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> AccountJson.read(new ByteArrayInputStream(bytes)));
    }

    static Stream<byte[]> brokenUtf8() {
        byte[] start = "{\"id\": \"a".getBytes(StandardCharsets.UTF_8);
        byte[] end = "\"}".getBytes(StandardCharsets.UTF_8);
        int[][] broken = {
            {0xff}, // never in UTF-8
            {0x80}, // continues nothing
            {0xc3}, // lacks its continuation
            {0xe2, 0x82}, // lacks its last byte
            {0xc0, 0xaf}, // "/" in two bytes
            {0xed, 0xa0, 0x80}, // half of a surrogate pair
            {0xf4, 0x90, 0x80, 0x80} // beyond U+10FFFF
        };
        return Stream.of(broken).map(middle -> {
            byte[] all = new byte[start.length + middle.length + end.length];
            System.arraycopy(start, 0, all, 0, start.length);
            for (int i = 0; i < middle.length; i++) {
                all[start.length + i] = (byte) middle[i];
            }
            System.arraycopy(end, 0, all, start.length + middle.length, end.length);
            return all;
        });
    }

    @Property
    void anyBytesAreReadOrRefused(@ForAll @Size(max = 200) byte[] bytes) throws IOException {
        try {
            AccountJson.read(new ByteArrayInputStream(bytes));
        } catch (JsonFormatException expected) {
            assertThat(expected).hasMessageMatching("[^\\p{Cntrl}]{1,1000}");
        }
    }

    private static String text(int length) {
        return text("x", length);
    }

    private static String text(String part, int times) {
        return "{\"name\": \"" + part.repeat(times) + "\", \"limits\": []}";
    }

    private static String amount(String number) {
        return "{\"name\": \"p\", \"limits\": [{\"name\": \"l\", \"meter\": \"usd\", \"window\": \"daily UTC\", \"amount\": "
                + number + "}]}";
    }

    /** A start, then the same again and again. */
    private static final class Endless extends InputStream {
        private final byte[] start;
        private final byte[] again;
        private long position;

        Endless(String start, String again) {
            this.start = start.getBytes(StandardCharsets.UTF_8);
            this.again = again.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int read() {
            long at = position++;
            if (at > 100_000_000) {
                throw new AssertionError("still reading after " + at + " bytes");
            }
            return at < start.length ? start[(int) at] : again[(int) ((at - start.length) % again.length)];
        }
    }
}
