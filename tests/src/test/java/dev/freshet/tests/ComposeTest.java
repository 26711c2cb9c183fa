package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.pipeline.app.Freshet;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.Partitions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The compose files, as far as they can be held against this build without Docker: every command is
 * one of ours, every setting is known and fits, and what they refer to is there.
 */
class ComposeTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ONE_NODE = "compose.yaml";
  private static final String SHARDS = "compose.yaml,compose.shards.yaml";

  /** As Docker reads {@code -f} files: maps are merged, lists joined, but a command is replaced. */
  private static Map<String, Object> stack(String files) throws IOException {
    Map<String, Object> merged = new LinkedHashMap<>();
    for (String file : files.split(",")) {
      String text = Files.readString(ROOT.resolve("docker").resolve(file));
      merge(merged, map(new Yaml(new SafeConstructor(new LoaderOptions())).load(text)));
    }
    return merged;
  }

  private static void merge(Map<String, Object> into, Map<String, Object> from) {
    from.forEach(
        (key, value) -> {
          Object before = into.get(key);
          if (key.equals("depends_on")) {
            Map<String, Object> both = new LinkedHashMap<>(dependencies(before));
            both.putAll(dependencies(value));
            into.put(key, both);
          } else if (before instanceof Map && value instanceof Map) {
            Map<String, Object> both = new LinkedHashMap<>(map(before));
            merge(both, map(value));
            into.put(key, both);
          } else if (before instanceof List<?> first
              && value instanceof List<?> second
              && !key.equals("command")) {
            List<Object> both = new ArrayList<>(first);
            both.addAll(second);
            into.put(key, both);
          } else {
            into.put(key, value);
          }
        });
  }

  /** Short and long form are the same. */
  private static Map<String, Object> dependencies(Object value) {
    Map<String, Object> all = new LinkedHashMap<>();
    if (value instanceof List<?> names) {
      names.forEach(name -> all.put((String) name, Map.of("condition", "service_started")));
    } else if (value != null) {
      all.putAll(map(value));
    }
    return all;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }

  private static Map<String, Map<String, Object>> services(Map<String, Object> stack) {
    Map<String, Map<String, Object>> services = new LinkedHashMap<>();
    map(stack.get("services")).forEach((name, service) -> services.put(name, map(service)));
    return services;
  }

  /** The processes of this build, by service. */
  private static Map<String, Process> processes(String files) throws IOException {
    Map<String, Process> processes = new TreeMap<>();
    for (var service : services(stack(files)).entrySet()) {
      if ("freshet".equals(service.getValue().get("image"))) {
        processes.put(service.getKey(), Process.of(service.getValue()));
      }
    }
    return processes;
  }

  /** What one of our containers runs. */
  private record Process(List<String> words, FreshetConfig config) {
    static Process of(Map<String, Object> service) throws IOException {
      List<String> words = new ArrayList<>();
      if (service.get("command") instanceof List<?> command) {
        command.forEach(word -> words.add((String) word));
      } else {
        words.addAll(imageCommand());
      }
      // What the command line itself does not know fails here.
      Freshet.commandLine().parseArgs(words.toArray(String[]::new));
      Map<String, String> environment = imageEnvironment();
      map(service.get("environment"))
          .forEach((name, value) -> environment.put(name, (String) value));
      Map<String, String> flags = new HashMap<>();
      for (int i = 0; i < words.size() - 1; i++) {
        if (words.get(i).equals("--set")) {
          String[] setting = words.get(i + 1).split("=", 2);
          flags.put(setting[0], setting[1]);
        }
      }
      return new Process(words, ConfigLoader.load(null, environment, flags));
    }

    String command() {
      return words.get(0);
    }

    /** Whether others reach it at its service's name. */
    boolean isOpen() {
      return config.serve().host().equals("0.0.0.0") && config.serve().port() == 7878;
    }
  }

  /** What the image runs where a service says nothing else. */
  private static List<String> imageCommand() throws IOException {
    return Arrays.asList(JSON.readValue(instructions("CMD").get(0), String[].class));
  }

  /** What the image sets where a service says nothing else. */
  private static Map<String, String> imageEnvironment() throws IOException {
    Map<String, String> environment = new HashMap<>();
    for (String line : instructions("ENV")) {
      for (String setting : line.split(" ")) {
        String[] both = setting.split("=", 2);
        environment.put(both[0], both[1]);
      }
    }
    return environment;
  }

  private static List<String> instructions(String name) throws IOException {
    try (Stream<String> lines = Files.lines(ROOT.resolve("docker/Dockerfile"))) {
      List<String> found =
          lines
              .filter(line -> line.startsWith(name + " "))
              .map(line -> line.substring(name.length() + 1))
              .toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {ONE_NODE, SHARDS})
  void whatIsReferredToIsThere(String files) throws Exception {
    Map<String, Object> stack = stack(files);
    Map<String, Map<String, Object>> services = services(stack);
    Set<String> volumes = map(stack.get("volumes")).keySet();
    services.forEach(
        (name, service) -> {
          assertThat(services.keySet())
              .as(name)
              .containsAll(dependencies(service.get("depends_on")).keySet());
          if (service.get("volumes") instanceof List<?> mounts) {
            assertThat(volumes)
                .as(name)
                .containsAll(
                    mounts.stream().map(mount -> ((String) mount).split(":", 2)[0]).toList());
          }
          if (service.get("build") != null) {
            String file = (String) map(service.get("build")).get("dockerfile");
            assertThat(ROOT.resolve(file)).as(name).isRegularFile();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {ONE_NODE, SHARDS})
  void theConductorAndGatewaysAskTheNodesThatThereAre(String files) throws Exception {
    Map<String, Process> processes = processes(files);
    List<URI> nodes =
        processes.entrySet().stream()
            .filter(process -> process.getValue().command().equals("serve"))
            .peek(process -> assertThat(process.getValue().isOpen()).isTrue())
            .map(process -> URI.create("http://" + process.getKey() + ":7878"))
            .toList();
    assertThat(nodes).isNotEmpty();
    assertThat(processes.get("conductor").config().conduct().nodeUris())
        .containsExactlyInAnyOrderElementsOf(nodes);
    processes.values().stream()
        .filter(process -> process.command().equals("gateway"))
        .forEach(
            gateway -> {
              assertThat(gateway.isOpen()).isTrue();
              assertThat(gateway.config().gateway().nodeUris())
                  .containsExactlyInAnyOrderElementsOf(nodes);
            });
    processes
        .values()
        .forEach(
            process -> {
              assertThat(process.config().kafka().bootstrapServers()).isEqualTo("kafka:9092");
              assertThat(process.config().registry().location()).isEqualTo("/registry");
            });
  }

  /** A page of any site may have its own name lead to the port that is published here. */
  @ParameterizedTest
  @ValueSource(strings = {ONE_NODE, SHARDS})
  void whatIsPublishedAsksForItsName(String files) throws Exception {
    Map<String, Map<String, Object>> services = services(stack(files));
    List<String> published =
        processes(files).keySet().stream()
            .filter(name -> services.get(name).get("ports") != null)
            .toList();
    assertThat(published).isNotEmpty();
    for (String name : published) {
      assertThat(processes(files).get(name).config().serve().hostNames()).containsExactly(name);
    }
  }

  @Test
  void everyPartitionHasTwoReplicas() throws Exception {
    Map<Partitions, Integer> replicas = new HashMap<>();
    int count = 0;
    for (Process process : processes(SHARDS).values()) {
      count = process.config().kafka().partitions();
      if (process.command().equals("serve")) {
        Partitions held = Objects.requireNonNull(process.config().serve().heldPartitions());
        replicas.merge(held, 1, Integer::sum);
      }
    }
    assertThat(replicas).hasSize(2);
    assertThat(replicas.values()).containsOnly(2);
    Partitions rest = Partitions.first(count);
    for (Partitions held : replicas.keySet()) {
      assertThat(rest.numbers()).containsAll(held.numbers());
      rest = rest.without(held);
    }
    assertThat(rest.isEmpty()).isTrue();
  }

  @Test
  void theReadmeSaysHow() throws Exception {
    assertThat(Files.readString(ROOT.resolve("README.md"))).contains("(docker/README.md)");
    assertThat(Files.readString(ROOT.resolve("docker/README.md")))
        .contains("docker/compose.yaml", "docker/compose.shards.yaml");
  }
}
