package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path folder;

  @Test
  void whatAProcessLeftIsDeletedAndNothingElse() throws IOException {
    Path theirs = Files.createDirectories(folder.resolve("temporary/thesis"));
    try (DataDirectory data = DataDirectory.lock(folder)) {
      assertThat(theirs).as("locking alone").isDirectory();
      assertThat(data.makeTemporary()).isEqualTo(folder.resolve("temporary"));
      assertThat(theirs).as("made by somebody else").isDirectory();
    }
    Path fresh = folder.resolve("fresh");
    try (DataDirectory data = DataDirectory.lock(fresh)) {
      Files.createFile(data.makeTemporary().resolve("left by a kill"));
    }
    try (DataDirectory data = DataDirectory.lock(fresh)) {
      assertThat(data.makeTemporary().resolve("left by a kill")).doesNotExist();
    }
  }

  @Test
  void theDoctorLeavesNoFolderBehind() {
    Path absent = folder.resolve("absent");
    CommandRun doctor =
        CommandRun.of("doctor", "--data-dir", absent.toString(), "--set", "serve.port=0");
    assertThat(doctor.out()).contains(absent + " (would be created)");
    assertThat(absent).doesNotExist();
  }
}
