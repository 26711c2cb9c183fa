package dev.freshet.pipeline.app;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parts that were opened one after the other and are closed in the opposite order. */
public final class Resources implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private boolean closed;

  /**
   * Takes the part over and returns it.
   *
   * @throws IllegalStateException when these resources are closed already; the part is closed too
   */
  public synchronized <T extends AutoCloseable> T add(T part) {
    opened.push(part);
    if (closed) {
      close();
      throw new IllegalStateException("stopped while it was starting");
    }
    return part;
  }

  /** Closes every part, whatever the others do. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      long start = System.nanoTime();
      try {
        part.close();
        LOG.info(
            "closed {} in {} ms",
            part.getClass().getSimpleName(),
            (System.nanoTime() - start) / 1_000_000);
      } catch (Throwable e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        LOG.warn("{} did not close cleanly", part.getClass().getSimpleName(), e);
      }
    }
  }
}
