package dev.freshet.pipeline.app;

import java.util.List;

/**
 * Adds commands to {@code freshet} from another module. Found through {@link
 * java.util.ServiceLoader}.
 */
public interface CommandProvider {

  /** Objects with picocli's {@code @Command}; new ones for every call. */
  List<Object> commands();
}
