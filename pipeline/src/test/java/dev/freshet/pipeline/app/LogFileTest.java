package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LogFileTest {
  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

  @TempDir Path folder;

  @AfterEach
  void restore() throws Exception {
    context.reset();
    new ContextInitializer(context).autoConfig();
  }

  @Test
  void verboseReachesTheFile() throws Exception {
    Logger logger = context.getLogger("dev.freshet.some.Class");
    Path file = folder.resolve("logs/freshet.log");
    context.getLogger(Freshet.LOGGER).setLevel(null);
    LogFile.open(file);
    logger.debug("before");
    context.getLogger(Freshet.LOGGER).setLevel(Level.DEBUG);
    LogFile.open(file);
    logger.debug("after");
    assertThat(Files.readString(file)).contains("DEBUG", "after").doesNotContain("before");
  }
}
