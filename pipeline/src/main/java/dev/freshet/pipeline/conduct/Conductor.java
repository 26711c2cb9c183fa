package dev.freshet.pipeline.conduct;

import dev.freshet.pipeline.config.ConductConfig;
import dev.freshet.pipeline.kafka.Threads;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at generations, jobs and nodes again and again, and does what is due: see {@link
 * Reconciler}. While it is down searches go on, and so do jobs of other processes. One a topic
 * prefix: two would do the same things twice, which harms nothing.
 */
public final class Conductor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);

  private final Reconciler reconciler;
  private final long pauseMillis;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /** What it failed over last; told once. */
  private String failure = "";

  private Conductor(Surroundings world, ConductConfig config) {
    reconciler = new Reconciler(world, config);
    pauseMillis = config.interval().toMillis();
    thread = new Thread(this::run, "conductor");
    thread.setDaemon(true);
  }

  /** Begins to conduct. */
  public static Conductor start(KafkaSurroundings world, ConductConfig config) {
    var conductor = new Conductor(world, config);
    conductor.thread.start();
    return conductor;
  }

  private void run() {
    try {
      do {
        look();
      } while (!closing.await(pauseMillis, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      boolean acted;
      do {
        acted = reconciler.step();
      } while (acted && closing.getCount() > 0);
      failure = "";
    } catch (RuntimeException | Error e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(failure)) {
        LOG.warn("cannot conduct at the moment, trying again: {}", why, e);
        failure = why;
      }
    }
  }

  /** Stops after the step in hand and waits for it. */
  @Override
  public void close() {
    closing.countDown();
    Threads.join(thread);
  }
}
