package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.ConfigLoader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConductCommandTest {
  private static List<String> notes(Map<String, String> settings) {
    return ConductCommand.notes(ConfigLoader.load(null, Map.of(), settings));
  }

  @Test
  void saysWhichSettingsDoNotReachAFlinkElsewhere() {
    assertThat(
            notes(
                Map.of(
                    "conduct.flink", "http://flink:8081",
                    "conduct.jobJar", "job.jar",
                    "embedded.refreshShare", "0.25",
                    "kafka.properties.sasl.mechanism", "PLAIN")))
        .satisfiesExactly(
            note -> assertThat(note).startsWith("kafka.properties stay here"),
            note ->
                assertThat(note)
                    .startsWith("embedded.refreshShare is 0.25 and holds in this process alone")
                    .contains("http://flink:8081"));
  }

  @Test
  void whatIsAsByDefaultNeedNotReachIt() {
    assertThat(notes(Map.of("conduct.flink", "http://flink:8081", "conduct.jobJar", "job.jar")))
        .isEmpty();
  }
}
