package dev.freshet.pipeline.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/**
 * Sends the log of a process that stays to a file; its terminal is for what a person should see.
 */
final class LogFile {
  private LogFile() {}

  /** Directs all further log lines to the file. Our own level stays: --verbose has set it. */
  static void open(Path file) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var own = context.getLogger(Freshet.LOGGER);
    Level level = own.getLevel();
    context.reset();
    context.putProperty("freshet.log.file", file.toString());
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure(
          Objects.requireNonNull(LogFile.class.getResource("/logback-file.xml")));
    } catch (JoranException e) {
      throw new IOException("cannot log to " + file, e);
    }
    own.setLevel(level);
  }
}
