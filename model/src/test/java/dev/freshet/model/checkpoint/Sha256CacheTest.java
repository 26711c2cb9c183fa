package dev.freshet.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256CacheTest {
  private static final String EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String PLANTED = "planted";

  @TempDir Path folder;
  private Path file;
  private Sha256Cache later;

  @BeforeEach
  void make() throws IOException {
    file = Files.createFile(folder.resolve("weights"));
    later = cache(Duration.ofMinutes(1));
  }

  private Sha256Cache cache(Duration afterNow) {
    return new Sha256Cache(
        folder.resolve("cache"),
        Clock.fixed(Clock.systemUTC().instant().plus(afterNow), ZoneOffset.UTC));
  }

  @Test
  void isRememberedUntilTheFileChanges() throws IOException {
    assertThat(later.of(file)).isEqualTo(EMPTY);
    plant();
    assertThat(later.of(file)).isEqualTo(PLANTED);

    Files.writeString(file, "x");
    assertThat(later.of(file)).isEqualTo(Sha256.of(file)).isNotEqualTo(PLANTED);
  }

  @Test
  void anotherFileInItsPlaceIsNoticedEvenWithTheSameSizeAndTime() throws IOException {
    Files.writeString(file, "one");
    FileTime time = Files.getLastModifiedTime(file);
    assertThat(later.of(file)).isEqualTo(Sha256.of(file));
    Path other = folder.resolve("other");
    Files.writeString(other, "two");
    Files.setLastModifiedTime(other, time);

    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

    assertThat(later.of(file)).isEqualTo(Sha256.of(file));
  }

  @Test
  void whatChangedAMomentAgoIsNotRemembered() {
    assertThat(cache(Duration.ZERO).of(file)).isEqualTo(EMPTY);

    assertThat(folder.resolve("cache")).doesNotExist();
  }

  @Test
  void withoutAPlaceToRememberItIsComputed() throws IOException {
    Files.writeString(folder.resolve("cache"), "in the way");

    assertThat(later.of(file)).isEqualTo(EMPTY);
  }

  @Test
  void aFileThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> later.of(folder.resolve("nothing")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("nothing");
  }

  /** Puts another digest where the right one is, to see that it is read. */
  private void plant() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("cache"))) {
      List<Path> all = entries.toList();
      assertThat(all).hasSize(1);
      Files.writeString(all.get(0), Files.readString(all.get(0)).replace(EMPTY, PLANTED));
    }
  }
}
