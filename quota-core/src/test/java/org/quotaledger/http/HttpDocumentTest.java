package org.quotaledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.quotaledger.Documents;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;

/** The examples of docs/http.md are what is answered. */
class HttpDocumentTest {

    private static final Instant MIDNIGHT = Instant.parse("2026-03-01T16:00:00Z");

    private static final Refusal REFUSAL = Refusals.of(
            RefusalCode.QUOTA_EXHAUSTED, MIDNIGHT, Refusals.limit("daily", RefusalCode.QUOTA_EXHAUSTED, MIDNIGHT));

    private final String document = Documents.read("http.md");
    private final HttpRefusal answer = HttpRefusal.of(REFUSAL, Refusals.SHANGHAI, Locale.ENGLISH);

    @Test
    void theHeadersAreThoseAnswered() {
        String headers = answer.headers().entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\n")
                .collect(Collectors.joining());

        assertThat(headers).isEqualTo(Documents.example(document, "## Headers", "http"));
    }

    @Test
    void thePolicyFieldIsTheOneAnswered() {
        HttpRefusal open = HttpRefusal.builder(REFUSAL, Refusals.SHANGHAI, Locale.ENGLISH)
                .showQuotas()
                .build();

        assertThat(document).contains("`" + open.headers().get("RateLimit-Policy") + "`");
    }

    @Test
    void theBodiesAreThoseAnswered() throws JsonProcessingException {
        ObjectMapper reader = new ObjectMapper();

        assertThat(reader.readTree(answer.problemJson()))
                .isEqualTo(reader.readTree(Documents.example(document, "## Problem body", "json")));
        assertThat(reader.readTree(answer.openAiJson()))
                .isEqualTo(reader.readTree(Documents.example(document, "## OpenAI-style body", "json")));
    }

    @Test
    void theChineseTextIsTheOneAnswered() {
        HttpRefusal chinese = HttpRefusal.of(REFUSAL, Refusals.SHANGHAI, Locale.CHINESE);

        assertThat(chinese.text() + "\n").isEqualTo(Documents.example(document, "## Language and zone", "text"));
    }
}
