package dev.freshet.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreDirectoryTest {
  private static final StoreSettings SETTINGS = StoreSettings.defaults();

  @TempDir private Path directory;

  @Test
  void whereDeletingIsCutOffTheStoreCannotBeOpenedAndSaysSo(@TempDir Path other) throws Exception {
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      Records.fill(store, 1);
      Files.createDirectories(store.derived(1).resolve("lexical"));
      Files.writeString(store.derived(1).resolve("lexical").resolve("segments_1"), "words");
    }
    StoreFiles.flush(directory, SETTINGS);
    Files.createDirectories(directory.resolve("derived/1/lexical"));
    Files.writeString(directory.resolve("partitions"), "0-1");

    List<Path> whole = new ArrayList<>();
    StoreDirectory.delete(copy(other.resolve("whole")), whole::add);
    assertThat(whole).hasSizeGreaterThan(8);
    for (int deleted = 0; deleted < whole.size(); deleted++) {
      Path cut = copy(other.resolve("cut" + deleted));
      int most = deleted;
      List<Path> gone = new ArrayList<>();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () ->
                  StoreDirectory.delete(
                      cut,
                      path -> {
                        if (gone.size() == most) {
                          throw new IOException("killed");
                        }
                        Files.delete(path);
                        gone.add(path);
                      }));
      if (deleted == 0) {
        VectorStore.open(cut, SETTINGS).close();
      } else {
        assertThat(StoreDirectory.hasDatabase(cut)).isFalse();
        assertThatExceptionOfType(StoreDamagedException.class)
            .as("without %s", gone)
            .isThrownBy(() -> VectorStore.open(cut, SETTINGS))
            .withMessageContaining("freshet store rebuild");
      }
      assertThat(StoreDirectory.hasStore(cut)).isTrue();
      StoreDirectory.delete(cut);
      assertThat(StoreDirectory.hasStore(cut)).isFalse();
    }
  }

  private Path copy(Path to) throws IOException {
    StoreFiles.copy(directory, to);
    return to;
  }
}
