package dev.freshet.pipeline.app;

import dev.freshet.pipeline.job.JobCounters;
import dev.freshet.pipeline.tune.ClickOutcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** What the jobs of this JVM count, under {@code /metrics}. */
final class JobMetrics {
  private JobMetrics() {}

  static void register(MeterRegistry registry) {
    String clicks = "Clicks, by what became of them";
    for (ClickOutcome each : ClickOutcome.values()) {
      outcome(registry, "freshet.clicks", clicks, each.label(), each.counter());
    }
    String pages = "Pages that no round learns from, by why";
    outcome(registry, "freshet.pages", pages, "duplicate", "pagesDuplicate");
    outcome(registry, "freshet.pages", pages, "empty", "pagesEmpty");
    outcome(registry, "freshet.pages", pages, "flooded", "pagesFlooded");
    outcome(registry, "freshet.pages", pages, "no room", "interactionsLeft");
    String documents = "Changes to documents that index jobs have dealt with, by how";
    outcome(registry, "freshet.indexed", documents, "accepted", "recordsAccepted");
    outcome(registry, "freshet.indexed", documents, "rejected", "recordsRejected");
    counter(
        registry,
        "freshet.rounds.failed",
        "Tuning rounds that failed and are run again",
        Tags.empty(),
        "roundsFailed");
  }

  private static void outcome(
      MeterRegistry registry, String name, String description, String outcome, String counted) {
    counter(registry, name, description, Tags.of("outcome", outcome), counted);
  }

  /**
   * @param counted what the job calls it
   */
  private static void counter(
      MeterRegistry registry, String name, String description, Tags tags, String counted) {
    FunctionCounter.builder(name, counted, JobCounters::count)
        .description(description)
        .tags(tags)
        .register(registry);
  }
}
