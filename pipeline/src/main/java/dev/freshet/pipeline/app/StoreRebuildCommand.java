package dev.freshet.pipeline.app;

import static java.util.stream.Collectors.joining;

import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.KafkaUnavailableException;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import dev.freshet.pipeline.store.StoreCounts;
import dev.freshet.pipeline.store.StoreDirectory;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet store rebuild}. */
@Command(
    name = "rebuild",
    header = {"Empty a store, so that the next start fills it again from Kafka.", ""},
    description = {
      "",
      "Nothing is lost: a store holds what the topics vectors.G hold. Until the node has read them"
          + " again it is not ready, and answers 503 for these generations. Where there are several"
          + " nodes, rebuild one at a time.",
      ""
    })
final class StoreRebuildCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--generation",
      paramLabel = "G",
      description =
          "Only the vectors of this one, the others stay (default: all, also where the store cannot"
              + " be opened any more).")
  private @Nullable Integer generation;

  @Override
  public void run() {
    FreshetConfig config = options.load();
    Topics topics = new Topics(config.kafka().topicPrefix());
    try (DataDirectory data = DataDirectory.lockExisting(config.dataDir())) {
      Path store = data.existingStore();
      boolean isEmbedded = Files.isDirectory(data.kafka());
      Set<String> there = topicsThere(config, data, isEmbedded);
      String done =
          generation == null
              ? dropAll(store, topics, there)
              : drop(store, config, generation, topics, there);
      Terminal terminal = Terminal.of(spec);
      terminal.out().println(done);
      terminal
          .out()
          .printf(
              "at its next start 'freshet %s' reads it from the beginning, and is ready when all of it is there%n",
              isEmbedded ? "up" : "serve");
      terminal.out().flush();
    } catch (IOException e) {
      throw new CommandException("the store could not be emptied: " + e, e);
    }
  }

  /** Without them nothing could be filled again: they are looked for before anything is dropped. */
  private static Set<String> topicsThere(
      FreshetConfig config, DataDirectory data, boolean isEmbedded) throws IOException {
    if (isEmbedded) {
      return EmbeddedKafka.topics(data.kafka());
    }
    try {
      return TopicProvisioner.topics(config.kafka());
    } catch (KafkaUnavailableException e) {
      throw new CommandException(
          "nothing was dropped, since the store could not be filled again. " + e.getMessage(), e);
    }
  }

  private static String dropAll(Path store, Topics topics, Set<String> there) throws IOException {
    String sources =
        there.stream()
            .filter(name -> topics.vectorsOf(name).isPresent())
            .sorted()
            .collect(joining(", "));
    if (sources.isEmpty()) {
      throw new CommandException(
          "nothing was dropped, since the store could not be filled again: Kafka has no topic %sG. Check kafka.topicPrefix and kafka.bootstrapServers."
              .formatted(topics.prefix() + "vectors."));
    }
    StoreDirectory.delete(store);
    return "the store %s is dropped; its generations stand in %s".formatted(store, sources);
  }

  private static String drop(
      Path path, FreshetConfig config, int generation, Topics topics, Set<String> there) {
    try (VectorStore store = VectorStore.openForRepair(path, StoreSettings.of(config.store()))) {
      if (!store.generations().containsKey(generation)) {
        throw CommandException.wrongUsage(
            "the store %s has no vectors of generation %d, it has those of %s"
                .formatted(path, generation, store.generations().keySet()));
      }
      String topic = topics.vectors(generation);
      if (!there.contains(topic)) {
        throw new CommandException(
            "nothing was dropped, since generation %d could not be filled again: Kafka has no topic %s"
                .formatted(generation, topic));
      }
      StoreCounts counts = store.counts(generation);
      store.dropGeneration(generation);
      return String.format(
          Locale.ROOT,
          "generation %d is dropped from the store %s (%,d documents); it stands in %s",
          generation,
          path,
          counts.documents(),
          topic);
    }
  }
}
