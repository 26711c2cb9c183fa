package dev.freshet.pipeline.conduct;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.index.IndexJob;
import dev.freshet.pipeline.index.ServedHere;
import dev.freshet.pipeline.kafka.KafkaUnavailableException;
import dev.freshet.pipeline.kafka.ModelsReader;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.kafka.RecordGaps;
import dev.freshet.pipeline.kafka.TopicAdmin;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** The conductor's surroundings as they are. Used by one thread. */
public final class KafkaSurroundings implements Surroundings, AutoCloseable {
  /** Time between two looks for records before a target; they cost a connection. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final KafkaConfig config;
  private final Topics topics;
  private final Clock clock;
  private final IndexJobs jobs;
  private final Nodes nodes;
  private final ModelsTopic models;
  private final ModelsReader reader;
  private final TopicAdmin admin;
  private Instant nextLook = Instant.EPOCH;

  /**
   * @param jobs where index jobs run
   * @param nodes that serve
   * @throws KafkaUnavailableException when there is no broker
   */
  public KafkaSurroundings(
      KafkaConfig config, Topics topics, Clock clock, IndexJobs jobs, Nodes nodes) {
    this.config = config;
    this.topics = topics;
    this.clock = clock;
    this.jobs = jobs;
    this.nodes = nodes;
    models = new ModelsTopic(config, topics, clock);
    reader = new ModelsReader(config, topics);
    admin = new TopicAdmin(config);
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public Generations generations() {
    Generations now = reader.read();
    GenerationRecord served = now.served();
    if (served != null) {
      ServedHere.announced(topics.prefix(), served.vectors());
    }
    return now;
  }

  @Override
  public void announce(GenerationRecord record) {
    models.announce(record);
  }

  @Override
  public void serve(Generations now, GenerationRecord chosen, String why) {
    models.serve(now, chosen, why);
  }

  @Override
  public SortedMap<Integer, Long> documentEnds() {
    return admin.ends(topics.documents());
  }

  @Override
  public SortedMap<Integer, Long> written(int generation, SortedMap<Integer, Long> target) {
    SortedMap<Integer, Long> written =
        admin.committed(topics.indexGroup(generation), topics.documents());
    if (Reconciler.reaches(written, target) || clock.instant().isBefore(nextLook)) {
      return written;
    }
    nextLook = clock.instant().plus(LOOK);
    return RecordGaps.skip(config, topics.documents(), written, target);
  }

  @Override
  public SortedMap<Integer, Long> vectorEnds(int generation) {
    return admin.ends(topics.vectors(generation));
  }

  @Override
  public Set<Integer> withVectors(Set<Integer> generations) {
    Set<String> there = admin.ids().keySet();
    return generations.stream()
        .filter(generation -> there.contains(topics.vectors(generation)))
        .collect(Collectors.toSet());
  }

  @Override
  public void createVectors(int generation) {
    TopicProvisioner.provision(config, topics, generation, IndexJob.MAX_RECORD_BYTES);
  }

  @Override
  public void deleteVectors(int generation) {
    jobs.forget(generation);
    admin.deleteGroup(topics.indexGroup(generation));
    admin.delete(topics.vectors(generation));
  }

  @Override
  public Set<Integer> jobs() {
    return jobs.running();
  }

  @Override
  public void startJob(int generation) {
    jobs.start(generation);
  }

  @Override
  public void stopJob(int generation) {
    jobs.stop(generation);
  }

  @Override
  public boolean isReady(GenerationRecord generation) {
    return nodes.areReady(generation);
  }

  @Override
  public void close() {
    admin.close();
    reader.close();
  }
}
