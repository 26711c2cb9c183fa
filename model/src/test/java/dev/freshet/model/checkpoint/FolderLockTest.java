package dev.freshet.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir private Path folder;

  @Test
  void oneAtATimeHasIt() {
    Path file = folder.resolve("new/.lock");
    try (FolderLock held = FolderLock.take(file).orElseThrow()) {
      assertThat(FolderLock.take(file)).isEmpty();
    }
    try (FolderLock next = FolderLock.take(file).orElseThrow()) {
      assertThat(file).exists();
    }
  }

  @Test
  void saysWhatCannotBeLocked() throws IOException {
    Path file = folder.resolve("file");
    Files.createFile(file);
    assertThatThrownBy(() -> FolderLock.take(file.resolve(".lock")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("Cannot lock " + file.resolve(".lock"));
  }
}
