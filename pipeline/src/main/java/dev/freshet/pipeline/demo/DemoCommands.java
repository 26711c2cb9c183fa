package dev.freshet.pipeline.demo;

import dev.freshet.pipeline.app.CommandProvider;
import java.util.List;

/** Brings {@code freshet demo}. */
public final class DemoCommands implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(new DemoCommand());
  }
}
