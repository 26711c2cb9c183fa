package dev.freshet.model.checkpoint;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where this machine keeps what can be made again: the system property {@code freshet.cache}, else
 * the environment's {@code FRESHET_CACHE}, else {@code ~/.cache/freshet}.
 */
public final class CacheFolder {
  private CacheFolder() {}

  /** The folder, which may not exist yet; absolute. */
  public static Path path() {
    return choose(System.getProperty("freshet.cache"), System.getenv("FRESHET_CACHE"))
        .toAbsolutePath()
        .normalize();
  }

  static Path choose(@Nullable String property, @Nullable String variable) {
    if (property != null) {
      return Path.of(property);
    }
    // A variable that is set to nothing is how a shell or a compose file leaves it unset.
    return variable == null || variable.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "freshet")
        : Path.of(variable);
  }
}
