package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.InvalidConfigException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is set for other processes. */
class EmbeddedSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "kafka.bootstrapServers, kafka:9092",
    "conduct.nodes, http://node-1:7878",
    "serve.partitions, 0-1",
    "gateway.nodes, http://node-1:7878",
    "serve.replicaOf, http://node-1:7878"
  })
  void isRefusedWithAWayOut(String setting, String value) {
    var config = ConfigLoader.load(null, Map.of(), Map.of(setting, value));
    assertThatThrownBy(() -> EmbeddedSettings.check(config))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith(setting + " is " + value + ", and ")
        .hasMessageContaining("leave it out, or run freshet ");
  }

  @Test
  void aJobsClusterIsRefused() {
    var config =
        ConfigLoader.load(
            null,
            Map.of(),
            Map.of("conduct.flink", "http://flink:8081", "conduct.jobJar", "job.jar"));
    assertThatThrownBy(() -> EmbeddedSettings.check(config))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("conduct.flink is http://flink:8081, and this process runs its");
  }

  @Test
  void defaultsAreNotNorTheAddressOfItsOwnBroker() {
    var defaults = ConfigLoader.load(null, Map.of(), Map.of());
    assertThatCode(() -> EmbeddedSettings.check(defaults)).doesNotThrowAnyException();
    var own =
        ConfigLoader.load(
            null,
            Map.of(),
            Map.of("embedded.kafkaPort", "19092", "kafka.bootstrapServers", "localhost:19092"));
    assertThatCode(() -> EmbeddedSettings.check(own)).doesNotThrowAnyException();
  }
}
