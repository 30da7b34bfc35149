package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;

class RoughTokensTest {

    private static RoughTokens of(String json) throws JsonProcessingException {
        return RoughTokens.of(Json.parse(json));
    }

    @Test
    void countsEveryBytesOfTextBegun() throws Exception {
        RoughTokens text = of("\"1234567\"");

        assertThat(text.atMost()).isEqualTo(3);
        assertThat(text.about()).isEqualTo(2);
    }

    @Test
    void countsBytesNotCharacters() throws Exception {
        assertThat(of("\"\u4f60\u597d\"").atMost()).isEqualTo(2);
    }

    @Test
    void countsTextsOfAllParts() throws Exception {
        RoughTokens parts = of("[{\"type\":\"text\",\"text\":\"123\"},{\"type\":\"text\",\"text\":\"456\"}]");

        assertThat(parts.atMost()).isEqualTo(2);
    }

    @Test
    void countsWhatIsEmbeddedAsOneFigure() throws Exception {
        assertThat(of("{\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}")
                        .atMost())
                .isEqualTo(1_000);
        assertThat(of("{\"input_audio\":{\"data\":\"AAAA\",\"format\":\"wav\"}}")
                        .atMost())
                .isEqualTo(1_000);
    }

    @Test
    void countsTokenIdsAsTokens() throws Exception {
        assertThat(of("[[1,2],[3]]").about()).isEqualTo(3);
    }

    @Test
    void countsMessages() throws Exception {
        assertThat(RoughTokens.ofMessages(Json.parse("[{\"role\":\"user\",\"content\":\"1234\"},{\"role\":\"user\"}]"))
                        .about())
                .isEqualTo(9);
    }

    @Test
    void countsNothing() throws Exception {
        assertThat(of("null").atMost()).isZero();
        assertThat(RoughTokens.NONE.about()).isZero();
    }
}
