package dev.freshet.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
  @TempDir Path folder;

  @Test
  void nothingSetGivesTheDefaults() {
    assertThat(ConfigLoader.load(null, Map.of(), Map.of())).isEqualTo(FreshetConfig.defaults());
  }

  @Test
  void fileEnvironmentAndOverridesStandOverEachOther() throws IOException {
    Path file =
        file(
            """
            dataDir: /var/lib/freshet
            kafka:
              bootstrapServers: kafka-1:9092,kafka-2:9092
              partitions: 8
              properties:
                security.protocol: SASL_SSL
                sasl: {mechanism: PLAIN}
            encoder:
              batchWait: 500us
              queryPrefix: "query: "
            index: {checkpointInterval: 30s}
            serve: {port: 1, maxRequestBytes: 8MiB}
            store:
            """);
    FreshetConfig config =
        ConfigLoader.load(
            file,
            Map.of(
                "FRESHET_SERVE_PORT", "2",
                "FRESHET_KAFKA_PROPERTIES_SSL_KEYSTORE_TYPE", "PEM",
                "FRESHET_ENCODER_MODEL", "/models/a",
                "FRESHET_JAVA_OPTS", "-Xmx1g",
                "FRESHET_SERVICE_HOST", "10.0.0.7",
                "FRESHET_GATEWAY_PORT", "tcp://10.0.0.7:7878",
                "FRESHET_PORT_7878_TCP_ADDR", "10.0.0.7",
                "PATH", "/bin"),
            Map.of("serve.port", "3"));

    assertThat(config.dataDir()).isEqualTo(Path.of("/var/lib/freshet"));
    assertThat(config.kafka().bootstrapServers()).isEqualTo("kafka-1:9092,kafka-2:9092");
    assertThat(config.kafka().partitions()).isEqualTo(8);
    assertThat(config.kafka().properties())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "PLAIN",
                "ssl.keystore.type", "PEM"));
    assertThat(config.encoder().batchWait()).isEqualTo(Duration.ofNanos(500_000));
    assertThat(config.encoder().queryPrefix()).isEqualTo("query: ");
    assertThat(config.encoder().model()).isEqualTo(Path.of("/models/a"));
    assertThat(config.index().checkpointInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.serve().port()).isEqualTo(3);
    assertThat(config.serve().maxRequestBytes()).isEqualTo(8L << 20);
    assertThat(config.store()).isEqualTo(StoreConfig.defaults());
  }

  @Test
  void travelsAsAFlatMap() {
    FreshetConfig config =
        ConfigLoader.load(
            null,
            Map.of(),
            Map.of(
                "kafka.properties.sasl.jaas.config", "a \"quoted\" = value;",
                "encoder.queryPrefix", "",
                "encoder.maxLength", "128",
                "encoder.batchWait", "1500us",
                "serve.apiKey", "s3cret",
                "store.blockCacheBytes", "2000001"));

    assertThat(ConfigLoader.load(null, Map.of(), config.toMap())).isEqualTo(config);
  }

  @Test
  void printedConfigurationReadsBackAsItself() throws IOException {
    FreshetConfig config =
        ConfigLoader.load(
            null,
            Map.of(),
            Map.of(
                "kafka.properties.client.id", "a: b # \"c\" \\",
                "encoder.passagePrefix", "passage: ",
                "dataDir", "/data/with space",
                "serve.port", "99"));

    assertThat(ConfigLoader.load(file(config.toYaml()), Map.of(), Map.of())).isEqualTo(config);
    assertThat(config.toYaml()).contains("# Port to bind to; 0 for a free one. (default 7878)");
  }

  @Test
  void printedConfigurationHidesSecrets() {
    FreshetConfig config =
        ConfigLoader.load(
            null,
            Map.of(),
            Map.of(
                "serve.apiKey", "hunter2",
                "kafka.properties.ssl.key.password", "hunter2",
                "kafka.properties.ssl.keystore.key", "hunter2",
                "kafka.properties.sasl.jaas.config", "hunter2",
                "kafka.properties.basic.auth.user.info", "hunter2",
                "kafka.properties.ssl.keystore.location", "/keys.p12"));

    assertThat(config.toYaml()).doesNotContain("hunter2").contains("(hidden)", "/keys.p12");
    assertThat(config.toString()).doesNotContain("hunter2");
  }

  @Test
  void hiddenSecretIsNoSecretUntilItIsSetElsewhere() throws IOException {
    Path printed =
        file(ConfigLoader.load(null, Map.of(), Map.of("serve.apiKey", "hunter2")).toYaml());

    assertThatThrownBy(() -> ConfigLoader.load(printed, Map.of(), Map.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("serve.apiKey is '(hidden)'");
    assertThat(
            ConfigLoader.load(printed, Map.of("FRESHET_SERVE_API_KEY", "hunter2"), Map.of())
                .serve()
                .apiKey())
        .isEqualTo("hunter2");
  }

  @Test
  void everySettingIsDescribedAndNothingElse() {
    Set<String> known = new HashSet<>(ConfigSchema.INSTANCE.settings().keySet());
    known.addAll(
        List.of(
            "kafka",
            "encoder",
            "index",
            "serve",
            "gateway",
            "store",
            "registry",
            "conduct",
            "tune",
            "round",
            "gate",
            "embedded"));
    assertThat(ConfigYaml.descriptions().stringPropertyNames()).isEqualTo(known);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "encoder: {batchTokns: 5} | unknown key 'encoder.batchTokns'; did you mean"
            + " 'encoder.batchTokens'?",
        "encodr: {device: cpu} | unknown key 'encodr.device'; did you mean 'encoder.device'?",
        "batchTokens: 5 | unknown key 'batchTokens'; did you mean 'encoder.batchTokens'?",
        "serve: {xyzzy: 5} | unknown key 'serve.xyzzy'; known are serve.host, serve.port,",
        "serve: {xyzzy: } | unknown key 'serve.xyzzy'",
        "serve: {port: seven} | serve.port must be a whole number, was 'seven'",
        "serve: {port: 70000} | serve.port must be from 0 to 65535, was 70000",
        "serve: {port: [1]} | serve.port must be a whole number, was a list",
        "serve: {port: {a: 1}} | serve.port must be a whole number, was a mapping",
        "serve: {searchTimeout: 10} | serve.searchTimeout must be a duration such as 500ms, 10s or"
            + " 7d, was '10'",
        "serve: {maxRequestBytes: 1KiB, maxHits: 0} | serve.maxHits must be from 1 to 100000, was"
            + " 0",
        "serve: {maxRequestBytes: 5MB} | serve.maxRequestBytes must be bytes, or a whole number"
            + " with KiB, MiB, GiB or TiB, was '5MB'",
        "serve: {maxRequestBytes: 5} | serve.maxRequestBytes must be from 1KiB to 1GiB, was 5",
        "serve: {apiKey: ''} | serve.apiKey must be visible ASCII characters",
        "serve: 5 | serve must be a mapping of keys to values, was '5'",
        "kafka: {properties: 5} | kafka.properties must be a mapping of keys to values, was '5'",
        "kafka: {bootstrapServers: host} | kafka.bootstrapServers must be host:port, separated by"
            + " commas, was 'host'",
        "encoder: {threads: -1} | encoder.threads must be 0 or more, was -1",
        "encoder: {device: tpu} | encoder.device must be cpu, gpu:N or auto, was tpu",
        "index: {checkpointInterval: 1ms} | index.checkpointInterval must be at least 10ms, was"
            + " 1ms",
        "store: {deleteRetention: 36501d} | store.deleteRetention must be from",
        "store: {blockCacheBytes: 64KiB} | store.blockCacheBytes must be from 1MiB to 1TiB, was"
            + " 64KiB",
        "store: {deleteRetention: 9223372036854775807d} | store.deleteRetention must be a duration"
            + " that is not too long",
        "conduct: {flink: 'flink:8081', jobJar: j} | conduct.flink must be http://HOST:PORT or"
            + " https://HOST:PORT, was 'flink:8081'",
        "conduct: {flink: 'http://flink:8081'} | conduct.flink needs the job jar: set"
            + " conduct.jobJar, was none",
        "conduct: {nodes: 'http://a:1,b:2'} | conduct.nodes must be http://HOST:PORT or"
            + " https://HOST:PORT, was 'b:2'",
        "conduct: {nodes: 'http://a:1,'} | conduct.nodes must be http://HOST:PORT or"
            + " https://HOST:PORT, was ''",
        "gateway: {nodes: 'a:1'} | gateway.nodes must be http://HOST:PORT or https://HOST:PORT, was"
            + " 'a:1'",
        "gateway: {nodes: 'http://a:1/,http://a:1'} | gateway.nodes must name each node once, was"
            + " http://a:1/,http://a:1",
        "gateway: {nodes: [http://a:1, [b]]} | gateway.nodes must be a text or a list of texts, was"
            + " a list",
        "serve: {partitions: 3-1} | serve.partitions must be partitions below 100,000 such as 0-3,6,"
            + " was '3-1': the range 3-1 runs backwards",
        "serve: {partitions: '0-2,2'} | was '0-2,2': partition 2 comes twice",
        "serve: {partitions: '0,,1'} | serve.partitions must be partitions below 100,000 such as"
            + " 0-3,6, was '0,,1'",
        "serve: {partitions: '-1'} | was '-1'",
        "serve: {partitions: 123456} | was '123456'",
        "serve: {replicaOf: 'node-1:7878'} | serve.replicaOf must be http://HOST:PORT or"
            + " https://HOST:PORT, was 'node-1:7878'",
        "serve: {partitions: []} | serve.partitions must be a text, was a list",
        "[1] | must hold keys such as 'kafka:', was a list",
        "serve: {port: 1, port: 2} | not valid YAML at line 1, column",
        "serve: {port | not valid YAML at line",
      })
  void refusesWithPathValueAndLimit(String yaml, String message) throws IOException {
    Path file = file(yaml);
    assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), Map.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("freshet.yaml: ")
        .hasMessageContaining(message.strip());
  }

  @Test
  void refusesUnknownVariablesWithTheNearest() {
    assertThatThrownBy(() -> ConfigLoader.load(null, Map.of("FRESHET_SERVE_PRT", "1"), Map.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "environment: unknown variable FRESHET_SERVE_PRT; did you mean 'FRESHET_SERVE_PORT'?");
  }

  @Test
  void saysWhichSourceAWrongValueCameFrom() {
    assertThatThrownBy(() -> ConfigLoader.load(null, Map.of("FRESHET_SERVE_PORT", "-1"), Map.of()))
        .hasMessage("FRESHET_SERVE_PORT: serve.port must be from 0 to 65535, was -1");
    assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), Map.of("serve.prt", "-1")))
        .hasMessage("command line: unknown key 'serve.prt'; did you mean 'serve.port'?");
  }

  @Test
  void refusesAMissingFile() {
    assertThatThrownBy(() -> ConfigLoader.load(folder.resolve("no.yaml"), Map.of(), Map.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageEndingWith("no.yaml does not exist");
  }

  @Test
  void anEmptyFileSetsNothing() throws IOException {
    assertThat(ConfigLoader.load(file("# nothing\n"), Map.of(), Map.of()))
        .isEqualTo(FreshetConfig.defaults());
  }

  @Test
  void nodesAreAListOfAddresses() {
    ConductConfig none = FreshetConfig.defaults().conduct();
    assertThat(none.nodeUris()).isEmpty();
    assertThat(none.flinkUri()).isNull();
    ConductConfig some =
        ConfigLoader.load(
                null,
                Map.of("FRESHET_CONDUCT_NODES", "http://a:7878/, https://b/freshet//"),
                Map.of("conduct.flink", "http://flink:8081/", "conduct.jobJar", "job.jar"))
            .conduct();
    assertThat(some.nodeUris())
        .containsExactly(URI.create("http://a:7878"), URI.create("https://b/freshet"));
    assertThat(some.flinkUri()).isEqualTo(URI.create("http://flink:8081"));
  }

  @Test
  void listsOfTextsAreTheTextWithCommas() throws IOException {
    FreshetConfig config =
        ConfigLoader.load(
            file("{serve: {partitions: [0, 1, 4-5]}, gateway: {nodes: [http://a:1/, http://b]}}"),
            Map.of(),
            Map.of());
    assertThat(config.serve().heldPartitions()).isEqualTo(Partitions.of(List.of(0, 1, 4, 5)));
    assertThat(config.gateway().nodeUris())
        .containsExactly(URI.create("http://a:1"), URI.create("http://b"));
    assertThat(ConfigLoader.load(file(config.toYaml()), Map.of(), Map.of())).isEqualTo(config);
  }

  @Test
  void checkpointsGoToTheDataDirectoryUnlessSaidOtherwise() {
    FreshetConfig config = ConfigLoader.load(null, Map.of(), Map.of("dataDir", "/d"));
    assertThat(config.checkpointUri()).isEqualTo("file:///d/checkpoints");
    FreshetConfig remote =
        ConfigLoader.load(null, Map.of(), Map.of("index.checkpointDir", "s3://bucket/c"));
    assertThat(remote.checkpointUri()).isEqualTo("s3://bucket/c");
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("freshet.yaml"), yaml);
  }

  @Test
  void aRoundChangesModulesAlone() {
    for (String method : List.of("full", "bitfit")) {
      assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), Map.of("round.method", method)))
          .isInstanceOf(InvalidConfigException.class)
          .hasMessageContaining("round.method", "iaa-l", "was " + method);
    }
    assertThat(
            ConfigLoader.load(null, Map.of(), Map.of("round.method", "adapter+words4"))
                .round()
                .method())
        .isEqualTo("adapter+words4");
  }
}
