package dev.freshet.pipeline.app;

import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.conduct.Conductor;
import dev.freshet.pipeline.conduct.KafkaSurroundings;
import dev.freshet.pipeline.conduct.LocalCluster;
import dev.freshet.pipeline.conduct.LocalIndexJobs;
import dev.freshet.pipeline.conduct.LocalTuneJob;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.TuneConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.http.RefreshResource;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.store.RocksLibrary;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Broker, Flink, conductor, index jobs, tune job and serve node in this JVM, on one data directory.
 * The parts are the ones that run on machines of their own; they meet in Kafka here too.
 */
public final class EmbeddedStack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStack.class);

  private final Resources resources;
  private final FreshetConfig config;
  private final EmbeddedKafka kafka;
  private final LocalIndexJobs jobs;
  private final ServeNode node;

  private EmbeddedStack(
      Resources resources,
      FreshetConfig config,
      EmbeddedKafka kafka,
      LocalIndexJobs jobs,
      ServeNode node) {
    this.resources = resources;
    this.config = config;
    this.kafka = kafka;
    this.jobs = jobs;
    this.node = node;
  }

  /**
   * Starts everything on {@code configured.dataDir()}; {@code kafka.bootstrapServers} is the
   * embedded broker's own. Blocks until searches are answered.
   *
   * @throws dev.freshet.pipeline.config.InvalidConfigException when something cannot be used as
   *     configured; the message says what to do
   */
  public static EmbeddedStack start(FreshetConfig configured) throws Exception {
    var resources = new Resources();
    DataDirectory data = resources.add(DataDirectory.lock(configured.dataDir()));
    return start(configured, data, resources, report -> LOG.warn("{}", report));
  }

  /**
   * As {@link #start(FreshetConfig)}, in a folder that is locked already.
   *
   * @param resources takes every part, so that it can be closed while the others start
   * @param reports takes sentences for people about what goes wrong later
   */
  public static EmbeddedStack start(
      FreshetConfig configured, DataDirectory data, Resources resources, Consumer<String> reports)
      throws Exception {
    try {
      EmbeddedSettings.check(configured);
      EmbeddedKafka kafka =
          resources.add(EmbeddedKafka.start(data.kafka(), configured.embedded().kafkaPort()));
      FreshetConfig config =
          configured.withKafka(configured.kafka().withBootstrapServers(kafka.bootstrapServers()));
      // The node first: it says what is wrong with the model, the port and the store.
      Encoders.refreshShare(config.embedded().refreshShare());
      Path temporary = data.makeTemporary();
      RocksLibrary.unpackTo(temporary);
      ServeNode node =
          ServeNode.start(config, data.store(), resources, new RefreshResource(config.serve()));
      LocalCluster flink =
          resources.add(
              LocalCluster.start(LocalIndexJobs.slots(config) + LocalTuneJob.SLOTS, temporary));
      JobMetrics.register(node.metrics());
      LocalIndexJobs jobs = resources.add(new LocalIndexJobs(flink, config, reports));
      // The conductor would start it too, and say what is wrong with it where nobody looks.
      jobs.start(node.vectors());
      var topics = new Topics(config.kafka().topicPrefix());
      KafkaSurroundings world =
          resources.add(
              new KafkaSurroundings(config.kafka(), topics, Clock.systemUTC(), jobs, node.nodes()));
      resources.add(Conductor.start(world, config.conduct()));
      if (config.tune().start() != TuneConfig.Start.NEVER) {
        resources.add(LocalTuneJob.start(flink, config, reports));
      }
      node.awaitReady();
      return new EmbeddedStack(resources, config, kafka, jobs, node);
    } catch (Exception | Error e) {
      resources.close();
      throw e;
    }
  }

  /** Completes with a sentence when the broker cannot go on. */
  public CompletableFuture<String> death() {
    return kafka.death();
  }

  /** The configuration with the embedded broker's address. */
  public FreshetConfig config() {
    return config;
  }

  /** The index job of the served generation. */
  public LocalCluster.Job job() {
    LocalCluster.Job job = jobs.job(node.vectors());
    if (job == null) {
      throw new IllegalStateException("the served generation has no index job at the moment");
    }
    return job;
  }

  /** The serve node. */
  public ServeNode node() {
    return node;
  }

  /** Stops everything, what others depend on last. */
  @Override
  public void close() {
    resources.close();
  }
}
