package io.wavegate.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import org.junit.jupiter.api.Test;

/** The examples of the OpenAPI document are answers that we could give. */
class ExamplesTest {
    private final ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());

    @Test
    void eachIsOfTheTypeThatItIsAnExampleOf() throws JsonProcessingException {
        assertThat(json.readValue(Examples.RUN, View.Run.class).reason()).isEqualTo("MigrationFailed");
        assertThat(json.readValue(Examples.MIGRATED, View.Application.class).hooks())
                .hasSize(1);
        assertThat(json.readValue(Examples.RELEASED, View.Release.class).applications())
                .hasSize(1);
        assertThat(json.readValue(Examples.FAILED, Problem.class).status()).isEqualTo(424);
    }
}
