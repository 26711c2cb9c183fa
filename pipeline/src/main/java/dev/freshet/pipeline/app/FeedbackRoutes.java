package dev.freshet.pipeline.app;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.http.ClickResource;
import dev.freshet.pipeline.http.Resource;
import dev.freshet.pipeline.http.SearchResource;
import dev.freshet.pipeline.http.SearchThreads;
import dev.freshet.pipeline.kafka.KafkaClickWriter;
import dev.freshet.pipeline.kafka.KafkaImpressionWriter;
import dev.freshet.pipeline.search.ExploringSearcher;
import dev.freshet.pipeline.search.Searcher;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Random;
import java.util.stream.Stream;

/** Searches, their impressions, and the clicks on them: alike on a node and on a gateway. */
final class FeedbackRoutes {
  private FeedbackRoutes() {}

  /**
   * @param searcher finds and ranks what is shown
   * @param threads that searches run on
   * @param resources takes the writers; the caller closes it
   */
  static Stream<Resource> of(
      Searcher searcher,
      SearchThreads threads,
      FreshetConfig config,
      MeterRegistry registry,
      Resources resources) {
    Clock clock = Clock.systemUTC();
    Topics topics = new Topics(config.kafka().topicPrefix());
    var impressions = resources.add(new KafkaImpressionWriter(config.kafka(), topics));
    FeedbackMetrics.register(registry, impressions);
    var clicks = resources.add(new KafkaClickWriter(config.kafka(), topics));
    var exploring =
        new ExploringSearcher(
            searcher,
            config.serve().explore(),
            config.serve().discover(),
            config.serve().maxHits(),
            new Random(),
            impressions,
            clock);
    return Stream.of(
        new SearchResource(exploring, config.serve(), threads, registry),
        new ClickResource(clicks, clock, config.serve(), registry));
  }
}
