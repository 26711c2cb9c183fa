package dev.freshet.pipeline.config;

import dev.freshet.model.encoder.EncoderSettings;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set, validated. {@link ConfigLoader} makes one from a file, the
 * environment and flags.
 *
 * @param dataDir everything that must survive a restart; relative to the working directory
 * @param kafka where the topics are
 * @param encoder the model
 * @param index the index job
 * @param serve the HTTP interface
 * @param gateway a node that answers for others
 * @param store RocksDB in a serve node
 * @param registry where module checkpoints are
 * @param conduct the conductor
 * @param tune the tune job
 * @param round how a tuning round learns
 * @param gate how tuned modules are judged
 * @param embedded the stack in one process
 */
public record FreshetConfig(
    Path dataDir,
    KafkaConfig kafka,
    EncoderSettings encoder,
    IndexConfig index,
    ServeConfig serve,
    GatewayConfig gateway,
    StoreConfig store,
    RegistryConfig registry,
    ConductConfig conduct,
    TuneConfig tune,
    RoundConfig round,
    GateConfig gate,
    EmbeddedConfig embedded) {

  /** What holds where nothing is set. */
  public static FreshetConfig defaults() {
    return new FreshetConfig(
        Path.of(".freshet"),
        KafkaConfig.defaults(),
        EncoderSettings.defaults(),
        IndexConfig.defaults(),
        ServeConfig.defaults(),
        GatewayConfig.defaults(),
        StoreConfig.defaults(),
        RegistryConfig.defaults(),
        ConductConfig.defaults(),
        TuneConfig.defaults(),
        RoundConfig.defaults(),
        GateConfig.defaults(),
        EmbeddedConfig.defaults());
  }

  /** The same configuration with other brokers. */
  public FreshetConfig withKafka(KafkaConfig other) {
    return new FreshetConfig(
        dataDir, other, encoder, index, serve, gateway, store, registry, conduct, tune, round, gate,
        embedded);
  }

  /** The same configuration on another data directory, answering on another port. */
  public FreshetConfig withDataDirAndPort(Path otherDir, int otherPort) {
    return new FreshetConfig(
        otherDir,
        kafka,
        encoder,
        index,
        serve.withPort(otherPort),
        gateway,
        store,
        registry,
        conduct,
        tune,
        round,
        gate,
        embedded);
  }

  /** The same configuration with other modules for the encoder. */
  public FreshetConfig withEncoder(EncoderSettings other) {
    return new FreshetConfig(
        dataDir, kafka, other, index, serve, gateway, store, registry, conduct, tune, round, gate,
        embedded);
  }

  /** The same configuration with another HTTP interface. */
  public FreshetConfig withServe(ServeConfig other) {
    return new FreshetConfig(
        dataDir, kafka, encoder, index, other, gateway, store, registry, conduct, tune, round, gate,
        embedded);
  }

  /** The same configuration with another gateway. */
  public FreshetConfig withGateway(GatewayConfig other) {
    return new FreshetConfig(
        dataDir, kafka, encoder, index, serve, other, store, registry, conduct, tune, round, gate,
        embedded);
  }

  /** The same configuration with other rounds. */
  public FreshetConfig withTune(TuneConfig other) {
    return new FreshetConfig(
        dataDir, kafka, encoder, index, serve, gateway, store, registry, conduct, other, round,
        gate, embedded);
  }

  /** URI of the checkpoints: {@code index.checkpointDir}, or a folder in the data directory. */
  public String checkpointUri() {
    return uri(index.checkpointDir(), "checkpoints");
  }

  /** URI of the registry: {@code registry.location}, or a folder in the data directory. */
  public String registryUri() {
    return uri(registry.location(), "registry");
  }

  private String uri(@Nullable String configured, String folder) {
    if (configured == null) {
      return dataDir.resolve(folder).toAbsolutePath().toUri().toString();
    }
    return configured.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")
        ? configured
        : Path.of(configured).toAbsolutePath().toUri().toString();
  }

  /**
   * Every setting that has a value, by path, for instance {@code kafka.partitions=4}; secrets
   * included. {@code ConfigLoader.load(null, Map.of(), map)} gives an equal configuration.
   */
  public Map<String, String> toMap() {
    return ConfigSchema.INSTANCE.flatten(this);
  }

  /**
   * The configuration as YAML, each setting under a line that explains it, secrets hidden. Reading
   * it back gives an equal configuration, but for the secrets.
   */
  public String toYaml() {
    return ConfigYaml.write(this);
  }
}
