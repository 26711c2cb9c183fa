package dev.freshet.model.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * SHA-256 of large files that hardly ever change, remembered on this machine, so that opening a
 * backbone does not read all of it.
 *
 * <p>One small file each: what the operating system says of the file (size, inode, times of the
 * last change of content and of attributes), a space, and the digest. Whatever is written to a file
 * or put in its place gives it a new time of change, which programs cannot set back. Where the
 * system has no such time, or the file changed a moment ago, so that a later change could have the
 * same time, nothing is remembered.
 *
 * <p>Thread-safe, across processes too.
 */
public final class Sha256Cache {
  /** Longer than the ticks in which any file system counts. */
  private static final Duration SETTLED = Duration.ofSeconds(5);

  private final Path folder;
  private final Clock clock;

  /**
   * @param folder made when it is needed; where it cannot be written, nothing is remembered
   */
  public Sha256Cache(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** In the {@link CacheFolder}. */
  public static Sha256Cache ofUser() {
    return new Sha256Cache(CacheFolder.path().resolve("sha256"), Clock.systemUTC());
  }

  /**
   * 64 hex digits.
   *
   * @throws UncheckedIOException when the file cannot be read
   */
  public String of(Path file) {
    Path real = file.toAbsolutePath().normalize();
    Path entry = folder.resolve(name(real));
    Optional<String> before = identity(real);
    Optional<String> known = before.flatMap(identity -> read(entry, identity));
    if (known.isPresent()) {
      return known.get();
    }
    String digest = Sha256.of(real);
    before
        .filter(identity -> identity(real).filter(identity::equals).isPresent())
        .ifPresent(identity -> write(entry, identity + " " + digest));
    return digest;
  }

  private static String name(Path file) {
    return Sha256.of(file.toString());
  }

  /** Empty where a change might go unnoticed. */
  private Optional<String> identity(Path file) {
    try {
      Map<String, Object> attributes =
          new TreeMap<>(Files.readAttributes(file, "unix:size,ino,lastModifiedTime,ctime"));
      boolean settled =
          attributes.get("ctime") instanceof FileTime changed
              && changed.toInstant().plus(SETTLED).isBefore(clock.instant());
      return settled ? Optional.of(attributes.toString().replace(" ", "")) : Optional.empty();
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return Optional.empty(); // no such file system, or no such file: reading it will tell
    }
  }

  private static Optional<String> read(Path entry, String identity) {
    try {
      String[] parts = Files.readString(entry).split(" ", -1);
      return parts.length == 2 && parts[0].equals(identity)
          ? Optional.of(parts[1])
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // not remembered yet
    }
  }

  private static void write(Path entry, String content) {
    Path partial = entry.resolveSibling("." + UUID.randomUUID());
    try {
      Files.createDirectories(entry.getParent());
      Files.writeString(partial, content);
      Files.move(partial, entry, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // A cache: whoever may not write it computes the digest again.
    }
  }
}
