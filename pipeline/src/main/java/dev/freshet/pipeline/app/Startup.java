package dev.freshet.pipeline.app;

import dev.freshet.pipeline.config.FreshetConfig;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * What every command that runs until Ctrl-C has before its parts start: configuration, a locked
 * data directory, a log file, and a way to be stopped.
 *
 * @param config as it was loaded
 * @param out what people read
 * @param resources takes every part; closed when the process is told to stop
 * @param foreground waits for that
 * @param data locked
 */
public record Startup(
    FreshetConfig config,
    PrintWriter out,
    Resources resources,
    Foreground foreground,
    DataDirectory data) {

  /**
   * Begins, and says so.
   *
   * @param what starts, for people
   * @throws dev.freshet.pipeline.config.InvalidConfigException when the data directory cannot be
   *     used
   */
  public static Startup begin(FreshetConfig config, PrintWriter out, String what)
      throws IOException {
    var resources = new Resources();
    Foreground foreground = Foreground.closing(resources, out);
    DataDirectory data = resources.add(DataDirectory.lock(config.dataDir()));
    LogFile.open(data.log());
    out.println("Freshet is starting: " + what);
    out.println("  data   " + data.root());
    out.println("  log    " + data.log());
    out.flush();
    return new Startup(config, out, resources, foreground, data);
  }
}
