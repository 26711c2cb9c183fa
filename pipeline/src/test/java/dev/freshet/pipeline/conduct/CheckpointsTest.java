package dev.freshet.pipeline.conduct;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir Path folder;

  @Test
  void noFolderNoCheckpoint() {
    assertThat(Checkpoints.newestFirst(folder.resolve("absent"))).isEmpty();
  }

  @Test
  void theNewestOfAllRunsComesFirst() throws IOException {
    complete("run-a/chk-9", 1000);
    complete("run-b/chk-2", 2000);
    complete("run-b/chk-1", 1500);

    assertThat(Checkpoints.newestFirst(folder))
        .containsExactly(
            folder.resolve("run-b/chk-2"),
            folder.resolve("run-b/chk-1"),
            folder.resolve("run-a/chk-9"));
  }

  @Test
  void whatHasNoMetadataIsNotComplete() throws IOException {
    complete("run-a/chk-1", 1000);
    Files.createDirectories(folder.resolve("run-a/chk-2"));
    Files.createDirectories(folder.resolve("run-a/shared"));

    assertThat(Checkpoints.newestFirst(folder)).containsExactly(folder.resolve("run-a/chk-1"));
  }

  private void complete(String name, long millis) throws IOException {
    Path checkpoint = Files.createDirectories(folder.resolve(name));
    Path metadata = Files.writeString(checkpoint.resolve("_metadata"), "x");
    Files.setLastModifiedTime(metadata, FileTime.fromMillis(millis));
  }
}
