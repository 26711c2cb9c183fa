package dev.freshet.model.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.encoder.Projection;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TuningJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Tuning> tunings() {
    return Stream.concat(TinyModels.startingAsBackbone(), TinyModels.oneOfEach())
        .map(tuning -> tuning.withDeviation(0.1));
  }

  private static Tuning parse(String json) {
    try {
      return Tuning.parse(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("tunings")
  void readsWhatItWrites(Tuning tuning) {
    assertThat(parse(tuning.toJson().toString())).isEqualTo(tuning);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adapter", "bitfit", "iaa-l", "iaa-m", "iaa-s", "lora", "mam", "prefix"})
  void writesTheReferenceConfigurationsAsTheyAre(String method) throws IOException {
    String text = Files.readString(TinyModels.FOLDER.resolve("modules-" + method + ".json"));
    JsonNode json = JSON.readTree(text);
    assertThat(JSON.readTree(Tuning.parse(json).toJson().toString())).isEqualTo(json);
  }

  @Test
  void keysBecomeComponents() {
    assertThat(
            parse(
                """
                {"method": "lora", "rank": 3, "alpha": 6, "scaling": "alpha/rank",
                 "targets": ["query", "key"], "word_rank": 8, "head": true, "deviation": 0.5}
                """))
        .isEqualTo(
            new Tuning(
                new Lora(3, 6, LoraScaling.CLASSIC, List.of(Projection.QUERY, Projection.KEY)),
                8,
                true,
                0.5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{`method`:`iaa-l`,`inside_width`:4,`aside_with`:5,`aside_width`:5}; aside_with",
        "{`method`:`bitfit`,`rank`:4}; rank",
        "{`method`:`iaa-l`,`inside_width`:4}; aside_width",
        "{`method`:`iaa-l`,`inside_width`:4,`aside_width`:null}; aside_width",
        "{`method`:`adapter`,`inside_width`:4.5}; 4.5",
        "{`method`:`adapter`,`inside_width`:`4`}; inside_width",
        "{`method`:`adapter`,`inside_width`:-1}; inside_width must be at least 0, was -1",
        "{`method`:`adaptor`,`inside_width`:4}; adaptor",
        "{`inside_width`:4}; method",
        "{`method`:`adapter`,`inside_width`:4,`word_rank`:-2}; word_rank must be at least 0, was -2",
        "{`method`:`adapter`,`inside_width`:4,`word_rank`:null}; word_rank",
        "{`method`:`adapter`,`inside_width`:4,`word_rank`:`x`}; word_rank",
        "{`method`:`iaa-l`,`inside_width`:0,`aside_width`:5,`inside_lora`:{`method`:`lora`,`rang`:3}}; rang",
        "{`method`:`adapter`,`inside_width`:4,`deviation`:0}; deviation must be a number above 0",
        "{`method`:`lora`,`rank`:3,`alpha`:6,`scaling`:`rank`,`targets`:[`query`]}; scaling",
        "{`method`:`lora`,`rank`:3,`alpha`:6,`scaling`:`alpha/rank`,`targets`:[]}; targets",
        "[]; object",
      })
  void refusesWhatItDoesNotKnow(String json, String named) {
    // Backticks, because double quotes would end the strings above.
    String text = json.replace('`', '"');
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(named);
  }
}
