package dev.freshet.pipeline.app;

import dev.freshet.pipeline.conduct.Nodes;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.host.AnnouncedSwitch;
import dev.freshet.pipeline.http.ClickResource;
import dev.freshet.pipeline.http.DocumentResource;
import dev.freshet.pipeline.http.GenerationResource;
import dev.freshet.pipeline.http.Resource;
import dev.freshet.pipeline.http.SearchResource;
import dev.freshet.pipeline.http.SearchThreads;
import dev.freshet.pipeline.kafka.KafkaClickWriter;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.kafka.KafkaImpressionWriter;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.search.Explorer;
import dev.freshet.pipeline.search.RefreshPlan;
import dev.freshet.pipeline.search.Searcher;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What people ask: documents, searches with their impressions, the clicks on them, generations.
 * Alike on a node, which answers of what it holds, and on a gateway, which answers for a cluster.
 */
final class PublicRoutes {
  private PublicRoutes() {}

  /**
   * @param searcher answers, and knows whether those that it speaks for are ready for a switch
   * @param plan of a refresh
   * @param writer of documents; stays the caller's
   * @param resources takes the writers of feedback, and the threads that searches run on; the
   *     caller closes it
   */
  static <S extends Searcher & Nodes> Stream<Resource> of(
      S searcher,
      Supplier<RefreshPlan> plan,
      KafkaDocumentWriter writer,
      ModelsTopic models,
      FreshetConfig config,
      MeterRegistry registry,
      Resources resources) {
    Clock clock = Clock.systemUTC();
    Topics topics = new Topics(config.kafka().topicPrefix());
    var impressions = resources.add(new KafkaImpressionWriter(config.kafka(), topics));
    FeedbackMetrics.register(registry, impressions);
    var clicks = resources.add(new KafkaClickWriter(config.kafka(), topics));
    SearchThreads threads = resources.add(new SearchThreads(config.serve()));
    var explorer =
        new Explorer(
            searcher, config.serve().explore(), config.serve().discover(), new Random(), clock);
    return Stream.of(
        new DocumentResource(searcher, writer, config.serve(), threads, registry),
        new SearchResource(explorer, impressions, config.serve(), threads, registry),
        new ClickResource(clicks, clock, config.serve(), registry),
        new GenerationResource(
            searcher, new AnnouncedSwitch(models, searcher, searcher::servedGeneration), plan));
  }
}
