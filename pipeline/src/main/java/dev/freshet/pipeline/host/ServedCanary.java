package dev.freshet.pipeline.host;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.Priority;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.search.GenerationIndex;
import dev.freshet.pipeline.store.StoredVectors;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again whether the served generation is what it says: some of its documents,
 * encoded by this node, must come out as the vectors that it searches, and queries as finite ones.
 * Where they do not, twice in a row, the newest generation that was served before is served again,
 * on every node, and the reason stands in {@code models}. It has a thread of its own.
 */
public final class ServedCanary implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedCanary.class);

  private static final int DOCUMENTS = 16;

  /** Two machines' arithmetic differs far less, two models' vectors far more. */
  private static final double LEAST_LIKE = 0.98;

  private final IntSupplier servedGeneration;
  private final Supplier<HostedGeneration> served;
  private final Predicate<GenerationRecord> isReady;
  private final ModelsTopic models;
  private final Duration interval;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param servedGeneration number of the generation that this node serves, 0 for none
   * @param served that generation
   * @param isReady whether this node could serve a generation
   */
  ServedCanary(
      IntSupplier servedGeneration,
      Supplier<HostedGeneration> served,
      Predicate<GenerationRecord> isReady,
      ModelsTopic models,
      Duration interval) {
    this.servedGeneration = servedGeneration;
    this.served = served;
    this.isReady = isReady;
    this.models = models;
    this.interval = interval;
    thread = new Thread(this::run, "served-canary");
    thread.setDaemon(true);
  }

  /**
   * Begins to look.
   *
   * @param interval from one look to the next
   */
  public static ServedCanary start(
      HostedGenerations generations, ModelsTopic models, Duration interval) {
    var canary =
        new ServedCanary(
            generations::servedGeneration,
            generations::served,
            generations::areReady,
            models,
            interval);
    canary.thread.start();
    return canary;
  }

  private void run() {
    int suspected = 0;
    try {
      while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        suspected = look(suspected);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Looks once.
   *
   * @param suspected the generation that failed at the last look, 0 for none
   * @return the one that failed now
   */
  int look(int suspected) {
    int generation = servedGeneration.getAsInt();
    try {
      Optional<String> finding = generation == 0 ? Optional.empty() : examine();
      if (finding.isEmpty() || generation != servedGeneration.getAsInt()) {
        return 0;
      }
      LOG.warn("generation {}: {}", generation, finding.get());
      if (suspected == generation) {
        rollBack(generation, finding.get());
      }
      return generation;
    } catch (RuntimeException | Error e) {
      // The brokers are away, or the generation was closed meanwhile: neither speaks against it.
      LOG.warn("the canary of generation {} found nothing out: {}", generation, e.toString());
      return 0;
    }
  }

  /** What is wrong with the served generation, where something is. */
  private Optional<String> examine() {
    HostedGeneration now = served.get();
    GenerationIndex index = now.vectors().index();
    List<StoredVectors> sample = index.sample(DOCUMENTS);
    if (sample.isEmpty()) {
      return Optional.empty();
    }
    try {
      double like = 0;
      for (StoredVectors stored : sample) {
        Document document = index.decode(stored.document());
        like += cosine(first(now.encoders().documents(), document), stored.vectors()[0]);
        requireQuery(now.encoders().queries(), document);
      }
      return finding(like / sample.size());
    } catch (CompletionException e) {
      if (e.getCause() instanceof EncodingException cause) {
        return Optional.of(String.valueOf(cause.getMessage()));
      }
      throw e;
    }
  }

  private static Optional<String> finding(double like) {
    // Written so that what is not a number is a finding, too.
    return like >= LEAST_LIKE
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "its vectors are not those of its model: mean cosine of documents encoded again %.3f, at least %.2f is right",
                like,
                LEAST_LIKE));
  }

  private static float[] first(Encoder encoder, Document document) {
    Passage first = encoder.cut(document.title(), document.text()).get(0);
    return encoder.encode(first.tokens(), Priority.SERVED).join();
  }

  /** Fails where the vector of a query is not finite. */
  private static void requireQuery(Encoder encoder, Document document) {
    encoder.encode(encoder.tokenizeQuery(document.text()), Priority.SERVED).join();
  }

  /** Of unit vectors. */
  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private void rollBack(int generation, String finding) {
    Generations now = models.read();
    GenerationRecord announced = now.served();
    if (announced == null || announced.generation() != generation) {
      return; // another one is announced already, and this node waits for a moment to switch
    }
    Optional<GenerationRecord> before =
        now.all().stream()
            .filter(record -> record.state() == GenerationState.COMPLETE && record.wasServed())
            // Where the node itself is ill all fail: it must not go round among them for ever.
            .filter(record -> record.generation() < generation)
            .filter(isReady)
            .max(Comparator.comparing(GenerationRecord::time));
    if (before.isEmpty()) {
      LOG.error(
          "generation {} fails its canary, and there is none before it to go back to", generation);
      return;
    }
    LOG.error("generation {} fails its canary: back to {}", generation, before.get().generation());
    models.serve(now, before.get(), "it failed its canary: " + finding);
  }

  /** Waits for the look in hand. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
