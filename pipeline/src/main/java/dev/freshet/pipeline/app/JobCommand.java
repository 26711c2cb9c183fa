package dev.freshet.pipeline.app;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.pipeline.conduct.LocalCluster;
import dev.freshet.pipeline.conduct.LocalIndexJobs;
import dev.freshet.pipeline.conduct.LocalTuneJob;
import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.index.IndexJob;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet job}: a Flink job in this process, against a Kafka that is there. */
@Command(
    name = "job",
    description =
        "Run a Flink job in this process; for a Flink cluster submit the job jar instead.",
    subcommands = {JobCommand.Index.class, JobCommand.Tune.class})
final class JobCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(), "name the job: freshet job index, freshet job tune");
  }

  /** {@code freshet job index}. */
  @Command(
      name = "index",
      description = "Encode documents from kafka.bootstrapServers until Ctrl-C.")
  static final class Index implements Callable<Integer> {
    @Mixin private final ConfigOptions options = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--generation",
        paramLabel = "G",
        description = "The generation to build (default: ${DEFAULT-VALUE}).")
    private int generation = Topics.FIRST_GENERATION;

    @Override
    public Integer call() throws Exception {
      FreshetConfig config = options.load();
      PrintWriter out = spec.commandLine().getOut();
      var topics = new Topics(config.kafka().topicPrefix());
      var resources = new Resources();
      Foreground foreground = Foreground.closing(resources, out);
      DataDirectory data = resources.add(DataDirectory.lock(config.dataDir()));
      LogFile.open(data.log());
      // Tasks take the same: what is wrong with it is said before the job starts.
      resources.add(Models.acquire(config, Side.DOCUMENT));
      requireAnnounced(config, topics);
      LocalCluster flink =
          resources.add(LocalCluster.start(config.index().parallelism(), data.makeTemporary()));
      LocalIndexJobs jobs = resources.add(new LocalIndexJobs(flink, config, out::println));
      jobs.start(generation);
      LocalCluster.Job job = Objects.requireNonNull(jobs.job(generation));
      out.printf(
          "%s runs: %s to %s on %s%n  log    %s%n",
          job.name(),
          topics.documents(),
          topics.vectors(generation),
          config.kafka().bootstrapServers(),
          data.log());
      out.flush();
      job.awaitEnd();
      foreground.awaitIfStopping();
      throw new CommandException(
          "%s ended: %s (log: %s)".formatted(job.name(), job.failure(), data.log()));
    }

    /** The first one needs no announcement; of a later one no task could tell the model. */
    private void requireAnnounced(FreshetConfig config, Topics topics) {
      boolean isFirst = generation == Topics.FIRST_GENERATION;
      if (isFirst && !TopicProvisioner.topics(config.kafka()).contains(topics.models())) {
        return;
      }
      TopicProvisioner.provision(
          config.kafka(), topics, Topics.FIRST_GENERATION, IndexJob.MAX_RECORD_BYTES);
      Generations all = new ModelsTopic(config.kafka(), topics, Clock.systemUTC()).read();
      GenerationRecord record = all.get(generation);
      if (all.isGone(generation) || (record == null && !isFirst)) {
        throw new InvalidConfigException(
            "--generation %d: %s; announced are %s"
                .formatted(
                    generation,
                    record == null ? "nobody has announced it" : "it is " + record.state(),
                    all.all().stream().map(GenerationRecord::generation).toList()));
      }
    }
  }

  /** {@code freshet job tune}. */
  @Command(
      name = "tune",
      description = "Tune by what people click at kafka.bootstrapServers until Ctrl-C.")
  static final class Tune implements Callable<Integer> {
    @Mixin private final ConfigOptions options = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
      PrintWriter out = spec.commandLine().getOut();
      Startup startup = Startup.begin(options.load(), out, "the tune job");
      FreshetConfig config = startup.config();
      var topics = new Topics(config.kafka().topicPrefix());
      // Rounds take the same: what is wrong with it is said before the job starts.
      startup.resources().add(Models.acquire(config, Side.QUERY));
      TopicProvisioner.provision(
          config.kafka(), topics, Topics.FIRST_GENERATION, IndexJob.MAX_RECORD_BYTES);
      LocalCluster flink =
          startup
              .resources()
              .add(LocalCluster.start(LocalTuneJob.SLOTS, startup.data().makeTemporary()));
      LocalTuneJob tune = startup.resources().add(LocalTuneJob.start(flink, config, out::println));
      out.printf(
          "%s runs: %s and %s to %s on %s%n",
          tune.job().name(),
          topics.impressions(),
          topics.clicks(),
          topics.models(),
          config.kafka().bootstrapServers());
      out.flush();
      tune.job().awaitEnd();
      startup.foreground().awaitIfStopping();
      throw new CommandException(
          "%s ended: %s (log: %s)"
              .formatted(tune.job().name(), tune.job().failure(), startup.data().log()));
    }
  }
}
