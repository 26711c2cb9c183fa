package dev.freshet.pipeline.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.store.StoreDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Which partitions a store was filled from, in the file {@code partitions} of its directory: {@code
 * all}, or as {@code serve.partitions} was. A store that has read some counts as complete, and
 * would leave the others out of every answer.
 */
final class HeldPartitions {
  private static final String FILE = "partitions";
  private static final String ALL = "all";

  private HeldPartitions() {}

  /**
   * Holds what is configured against what there is.
   *
   * @param held null for all
   * @param count partitions of {@code documents}
   * @throws InvalidConfigException when the topic lacks one of them
   */
  static void requireThere(@Nullable Partitions held, int count, String topic) {
    if (held != null && !Partitions.first(count).containsAll(held)) {
      throw new InvalidConfigException(
          "serve.partitions is %s, and %s has the partitions %s: %s cannot be held. Leave them out, or add partitions to the topic first."
              .formatted(
                  held, topic, Partitions.first(count), held.without(Partitions.first(count))));
    }
  }

  /**
   * Holds what is configured against what the store was filled from, and writes it down where there
   * is no store yet. To be called before the store is opened.
   *
   * @param held null for all
   * @throws InvalidConfigException when it was filled from others
   */
  static void claim(Path store, @Nullable Partitions held) {
    String configured = held == null ? ALL : held.toString();
    Path file = store.resolve(FILE);
    try {
      String before = Files.exists(file) ? Files.readString(file, UTF_8).strip() : null;
      if (before == null && StoreDirectory.hasDatabase(store)) {
        before = ALL; // by a build that knew nothing else
      }
      if (before != null && !before.equals(configured)) {
        throw new InvalidConfigException(
            "the store %s was filled from the partitions %s of documents, and serve.partitions is %s now. Set it back, or start with an empty data directory: it is filled from Kafka."
                .formatted(store, before, configured));
      }
      if (!Files.exists(file)) {
        Files.createDirectories(store);
        Path written = store.resolve(FILE + ".tmp");
        // To the disk: a file that survives a power failure must hold what its name promises.
        Files.writeString(
            written,
            configured,
            UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            StandardOpenOption.DSYNC);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw new InvalidConfigException(
          "the store's directory %s cannot be used (%s): make it writable, or choose another one with --data-dir"
              .formatted(store, e),
          e);
    }
  }
}
