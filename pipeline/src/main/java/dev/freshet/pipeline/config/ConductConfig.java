package dev.freshet.pipeline.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conductor.
 *
 * @param interval time from one look at generations, jobs and nodes to the next
 * @param keep generations that were served before and are kept for a rollback
 * @param keepFor how long at most; at most 36,500 days
 * @param flink URL of the REST API of a Flink session cluster that runs the index jobs, or null for
 *     the conductor's own process
 * @param jobJar the job jar to run there; needed with {@code flink}
 * @param nodes URLs of the serve nodes, separated by commas, or null for none: a generation is
 *     served when every partition has a node that is ready for it, and all that are well are
 */
public record ConductConfig(
    Duration interval,
    int keep,
    Duration keepFor,
    @Nullable String flink,
    @Nullable Path jobJar,
    @Nullable String nodes) {

  public ConductConfig {
    Check.between("interval", interval, Duration.ofMillis(10), Duration.ofHours(1));
    Check.between("keep", keep, 0, 100);
    Check.between("keepFor", keepFor, Duration.ZERO, Duration.ofDays(36_500));
    if (flink != null) {
      Urls.requireUrl("flink", flink);
      Check.require(jobJar != null, "flink needs the job jar: set conduct.jobJar", "none");
    }
    if (nodes != null) {
      Urls.requireUrls("nodes", nodes);
    }
  }

  /** Two looks a second; the generation before is kept for a week; jobs in this process. */
  public static ConductConfig defaults() {
    return new ConductConfig(Duration.ofMillis(500), 1, Duration.ofDays(7), null, null, null);
  }

  /** {@code flink} without a slash at its end; null for none. */
  public @Nullable URI flinkUri() {
    return flink == null ? null : Urls.base(flink);
  }

  /** {@code nodes} one by one, each without a slash at its end. */
  public List<URI> nodeUris() {
    return nodes == null ? List.of() : Urls.list(nodes);
  }
}
