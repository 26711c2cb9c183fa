package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldPartitionsTest {
  private static final Partitions SOME = Partitions.parse("0-1");

  @TempDir private Path folder;

  @Test
  void aStoreStaysWithItsPartitions() {
    Path store = folder.resolve("store");
    HeldPartitions.claim(store, SOME);
    HeldPartitions.claim(store, SOME);
    VectorStore.open(store, StoreSettings.defaults()).close();
    HeldPartitions.claim(store, SOME);
    assertThatThrownBy(() -> HeldPartitions.claim(store, Partitions.parse("2")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "the store %s was filled from the partitions 0-1 of documents, and serve.partitions is 2 now. Set it back, or start with an empty data directory: it is filled from Kafka.",
            store);
    assertThatThrownBy(() -> HeldPartitions.claim(store, null))
        .hasMessageContaining("serve.partitions is all now");
  }

  @Test
  void aStoreOfAnOlderBuildHoldsAll() {
    VectorStore.open(folder, StoreSettings.defaults()).close();
    assertThatThrownBy(() -> HeldPartitions.claim(folder, SOME))
        .hasMessageContaining("was filled from the partitions all of documents");
    assertThatCode(() -> HeldPartitions.claim(folder, null)).doesNotThrowAnyException();
  }

  /** Opening it says what to do; what it was filled from is gone and does not matter. */
  @Test
  void aStoreThatIsHalfDeletedHoldsNothing() throws IOException {
    VectorStore.open(folder, StoreSettings.defaults()).close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith("MANIFEST")) {
          Files.delete(file);
        }
      }
    }
    assertThat(folder.resolve("CURRENT")).exists();
    assertThatCode(() -> HeldPartitions.claim(folder, SOME)).doesNotThrowAnyException();
  }

  @Test
  void theTopicMustHaveThem() {
    HeldPartitions.requireThere(null, 1, "freshet.documents");
    HeldPartitions.requireThere(SOME, 2, "freshet.documents");
    assertThatThrownBy(
            () -> HeldPartitions.requireThere(Partitions.parse("1,5"), 2, "freshet.documents"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "serve.partitions is 1,5, and freshet.documents has the partitions 0-1: 5 cannot be held. Leave them out, or add partitions to the topic first.");
  }
}
