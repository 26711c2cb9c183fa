package dev.freshet.pipeline.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.ConfigLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JobArgumentsTest {
  private static List<String> arguments(Map<String, String> settings) {
    return JobArguments.of(ConfigLoader.load(null, Map.of(), settings), 7);
  }

  @Test
  void whatIsNotSetIsTheJobManagersToSay() {
    assertThat(arguments(Map.of())).containsExactly("--generation", "7");
    assertThat(arguments(Map.of("encoder.threads", "0"))).containsExactly("--generation", "7");
  }

  @Test
  void whatTheJobNeedsTravels() {
    Map<String, String> settings =
        Map.of(
            "kafka.bootstrapServers", "a:1,b:2",
            "kafka.topicPrefix", "shop.",
            "encoder.passagePrefix", "passage: \"x\" = ",
            "encoder.threads", "3",
            "index.checkpointInterval", "30s",
            "registry.location", "s3://bucket/registry");
    List<String> arguments = arguments(settings);
    Map<String, String> sent = new TreeMap<>();
    for (int i = 2; i < arguments.size(); i += 2) {
      assertThat(arguments.get(i)).isEqualTo("--set");
      String[] pair = arguments.get(i + 1).split("=", 2);
      sent.put(pair[0], pair[1]);
    }
    assertThat(sent).isEqualTo(settings);
  }

  @Test
  void foldersAreAbsolute() {
    assertThat(arguments(Map.of("encoder.model", "models/m", "registry.location", "registry")))
        .contains(
            "encoder.model=" + Path.of("models/m").toAbsolutePath(),
            "registry.location=" + Path.of("registry").toAbsolutePath().toUri());
  }

  @Test
  void secretsAndWhatIsFlinksOrOfOthersStayAtHome() {
    assertThat(
            arguments(
                Map.of(
                    "serve.apiKey", "hunter2",
                    "kafka.properties.sasl.jaas.config", "hunter2",
                    "kafka.properties.security.protocol", "SASL_SSL",
                    "conduct.nodes", "http://hunter2:1",
                    "index.parallelism", "9",
                    "index.checkpointDir", "/hunter2",
                    "dataDir", "/hunter2",
                    "store.writeBufferBytes", "3MiB")))
        .containsExactly("--generation", "7");
  }
}
