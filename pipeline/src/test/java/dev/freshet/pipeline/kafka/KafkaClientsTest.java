package dev.freshet.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.KafkaConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {
  private static KafkaConfig config(String... properties) {
    Map<String, String> overrides = new HashMap<>();
    for (int i = 0; i < properties.length; i += 2) {
      overrides.put("kafka.properties." + properties[i], properties[i + 1]);
    }
    return ConfigLoader.load(null, Map.of(), overrides).kafka();
  }

  private static Properties producer(String... properties) {
    return KafkaClients.producerProperties(config(properties), 1_000);
  }

  @Test
  void whatIsTunedMayBeChanged() {
    assertThat(producer()).containsEntry("linger.ms", "1");
    assertThat(producer("linger.ms", "50", "compression.type", "zstd", "client.id", "c"))
        .containsEntry("linger.ms", "50")
        .containsEntry("compression.type", "zstd")
        .containsEntry("client.id", "c");
  }

  @Test
  void whatGuaranteesRestOnMayNot() {
    assertThat(producer("acks", "0", "enable.idempotence", "false", "bootstrap.servers", "other:1"))
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", "true")
        .containsEntry("bootstrap.servers", "127.0.0.1:9092");
  }

  @Test
  void whatIsNotCommittedIsNotReadUnlessSomebodyWantsIt() {
    assertThat(KafkaClients.consumerProperties(ConfigLoader.load(null, Map.of(), Map.of()).kafka()))
        .containsEntry("isolation.level", "read_committed");
    String setting = "kafka.properties.isolation.level";
    assertThat(
            KafkaClients.consumerProperties(
                ConfigLoader.load(null, Map.of(), Map.of(setting, "read_uncommitted")).kafka()))
        .containsEntry("isolation.level", "read_uncommitted");
  }

  @Test
  void whoReadsMakesNoTopic() {
    String setting = "allow.auto.create.topics";
    assertThat(KafkaClients.consumerProperties(config(setting, "true")))
        .containsEntry(setting, "false");
  }

  @Test
  void requestsCanOnlyGrow() {
    assertThat(producer()).containsEntry("max.request.size", "1000");
    assertThat(producer("max.request.size", "5")).containsEntry("max.request.size", "1000");
    assertThat(producer("max.request.size", "2000")).containsEntry("max.request.size", "2000");
    assertThat(producer("max.request.size", "big")).containsEntry("max.request.size", "big");
  }

  @Test
  void aDeliveryHasTimeForARequestWhateverThatMayTake() {
    assertThat(prompt()).containsEntry("delivery.timeout.ms", "20000");
    assertThat(prompt("request.timeout.ms", "30000", "linger.ms", "5"))
        .containsEntry("delivery.timeout.ms", "30005");
    assertThat(prompt("delivery.timeout.ms", "60000"))
        .containsEntry("delivery.timeout.ms", "60000");
  }

  private static Properties prompt(String... settings) {
    return KafkaClients.promptProducerProperties(config(settings), 1_000);
  }
}
