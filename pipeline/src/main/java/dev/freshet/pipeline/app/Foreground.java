package dev.freshet.pipeline.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A command that runs until it is told to stop: Ctrl-C, or a signal to end. */
public final class Foreground {
  private static final Logger LOG = LoggerFactory.getLogger(Foreground.class);

  /** People wait 10 s for a Ctrl-C, not longer; and whatever is cut off here survives a kill. */
  private static final Duration PATIENCE = Duration.ofSeconds(9);

  private final Resources resources;
  private final PrintWriter out;
  private volatile boolean running;
  private volatile boolean stopping;

  private Foreground(Resources resources, PrintWriter out) {
    this.resources = resources;
    this.out = out;
  }

  /** Has the parts closed when the process is told to stop, also while it still starts. */
  static Foreground closing(Resources resources, PrintWriter out) {
    var foreground = new Foreground(resources, out);
    Interruption.isLeftToTheCommand();
    Runtime.getRuntime().addShutdownHook(new Thread(foreground::shutDown, "shutdown"));
    return foreground;
  }

  /**
   * Blocks until something that the command cannot go on without says why it is gone; the signal
   * that ends the process ends this too.
   */
  public String await(Future<String> end) throws InterruptedException, ExecutionException {
    running = true;
    return end.get();
  }

  /** Where the process is told to stop, what ends did not fail: waits for the process to end. */
  void awaitIfStopping() throws InterruptedException {
    if (stopping) {
      new CountDownLatch(1).await();
    }
  }

  private void shutDown() {
    stopping = true;
    if (running) {
      out.println("Freshet is stopping");
      out.flush();
    }
    var closer = new Thread(resources::close, "close");
    closer.setDaemon(true);
    closer.start();
    try {
      closer.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closer.isAlive()) {
      LOG.warn("not closed within {}: ending all the same", PATIENCE);
      Runtime.getRuntime().halt(Freshet.FAILED);
    }
  }
}
