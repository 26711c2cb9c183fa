package dev.freshet.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.store.OpenDatabase.Opening;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that cannot be opened anew: nobody may use the handles that it had. */
class StoreLifecycleTest {
  private static final StoreSettings SETTINGS = StoreSettings.defaults();

  @TempDir private Path directory;

  /** What opening fails with; nothing at first. */
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private final Opening opening =
      (path, settings) -> {
        Throwable thrown = failure.get();
        if (thrown instanceof Error error) {
          throw error;
        }
        if (thrown instanceof RuntimeException exception) {
          throw exception;
        }
        return RocksResources.open(path, settings);
      };

  @Test
  void afterAnErrorOfWhateverKindNothingIsUsedAnyMore() throws Exception {
    List<Throwable> failures =
        List.of(new OutOfMemoryError("made up"), new IllegalArgumentException("made up"));
    for (Throwable each : failures) {
      failure.set(null);
      OpenDatabase database = OpenDatabase.open(directory, SETTINGS, opening);
      try (StoreLifecycle lifecycle = new StoreLifecycle(directory, SETTINGS, opening, database)) {
        failure.set(each);
        lifecycle.stopped();
        assertThatThrownBy(() -> use(lifecycle))
            .isInstanceOf(each instanceof Error ? each.getClass() : StoreException.class);
        assertThatIllegalStateException()
            .isThrownBy(() -> lifecycle.read(1, "read", OpenDatabase::generations))
            .withMessageContaining("is closed");
        assertThatIllegalStateException().isThrownBy(() -> use(lifecycle));
        assertThat(lifecycle.damage(1).orElseThrow())
            .contains("could not be opened anew", "made up", "Restart");
      }
    }
    // The lock went with the handles.
    OpenDatabase.open(directory, SETTINGS, RocksResources::open).close();
  }

  private static void use(StoreLifecycle lifecycle) {
    lifecycle.write(StoreLifecycle.WHOLE, "write", OpenDatabase::generations);
  }
}
