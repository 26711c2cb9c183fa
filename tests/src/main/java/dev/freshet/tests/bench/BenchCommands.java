package dev.freshet.tests.bench;

import dev.freshet.pipeline.app.CommandProvider;
import java.util.List;

/** Adds {@code freshet bench}. */
public final class BenchCommands implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(new BenchCommand());
  }
}
