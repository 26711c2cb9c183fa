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
  private static final int TAKEN = 3;

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

  /** Another process: ends with 0 where it gets the lock. */
  static final class Other {
    public static void main(String[] arguments) {
      System.exit(FolderLock.take(Path.of(arguments[0])).isPresent() ? 0 : TAKEN);
    }
  }

  private static int other(Path file) throws Exception {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
            file.toString())
        .inheritIO()
        .start()
        .waitFor();
  }

  @Test
  void anotherProcessIsKeptOutAlsoAfterOneOfThisWas() throws Exception {
    Path file = folder.resolve(".lock");
    try (FolderLock held = FolderLock.take(file).orElseThrow()) {
      assertThat(FolderLock.take(file)).isEmpty();
      assertThat(other(file)).isEqualTo(TAKEN);
    }
    assertThat(other(file)).isZero();
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
