package dev.freshet.pipeline.conduct;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says so when a job does not run for a while, and when it runs again. A restart of seconds is
 * Flink's daily business and not told.
 */
public final class JobWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobWatch.class);
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final LocalCluster.Job job;
  private final Duration grace;
  private final String consequence;
  private final Consumer<String> reports;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "job-watch");
            thread.setDaemon(true);
            return thread;
          });

  private long runningNanos = System.nanoTime();
  private boolean reported;

  /**
   * Begins to watch.
   *
   * @param grace how long the job may be away before that is reported
   * @param consequence of its being away, for people
   * @param reports takes sentences for people, on the watch's thread
   */
  public JobWatch(
      LocalCluster.Job job, Duration grace, String consequence, Consumer<String> reports) {
    this.job = job;
    this.grace = grace;
    this.consequence = consequence;
    this.reports = reports;
    var unused =
        scheduler.scheduleWithFixedDelay(
            this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      JobStatus status = job.status();
      if (status == JobStatus.RUNNING) {
        runningNanos = System.nanoTime();
        if (reported) {
          reported = false;
          reports.accept(job.name() + " runs again");
        }
      } else if (!reported && System.nanoTime() - runningNanos > grace.toNanos()) {
        reported = true;
        reports.accept(
            "%s is %s, %s: %s".formatted(job.name(), status, consequence, job.failure()));
      }
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.warn("cannot look after {}", job.name(), e);
    }
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
