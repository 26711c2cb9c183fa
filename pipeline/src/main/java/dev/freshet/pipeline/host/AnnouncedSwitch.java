package dev.freshet.pipeline.host;

import dev.freshet.pipeline.conduct.Nodes;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.http.GenerationConflictException;
import dev.freshet.pipeline.http.GenerationResource;
import dev.freshet.pipeline.kafka.KafkaUnavailableException;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.search.GenerationNotReadyException;
import dev.freshet.pipeline.search.UnknownGenerationException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.kafka.common.KafkaException;

/** An operator's switch: announced in {@code models}, so that every node follows. Thread-safe. */
public final class AnnouncedSwitch implements GenerationResource.Switch {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long PAUSE_MILLIS = 20;

  /** From one look at {@code models} to the next. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final ModelsTopic models;
  private final Nodes nodes;
  private final IntSupplier served;

  /**
   * @param nodes that must be ready before: the one that is asked, or those that it speaks for
   * @param served the generation that the one who is asked answers from
   */
  public AnnouncedSwitch(ModelsTopic models, Nodes nodes, IntSupplier served) {
    this.models = models;
    this.nodes = nodes;
    this.served = served;
  }

  @Override
  public void serve(int generation) {
    try {
      announce(generation);
    } catch (KafkaException | KafkaUnavailableException e) {
      throw new GenerationNotReadyException(
          "generation %d cannot be announced, as the brokers do not answer: %s"
              .formatted(generation, e.getMessage()),
          e);
    }
    await(generation);
  }

  private synchronized void announce(int generation) {
    Generations now = models.read();
    GenerationRecord chosen = now.get(generation);
    if (chosen == null) {
      throw new UnknownGenerationException(
          "there is no generation %d, there is %s"
              .formatted(
                  generation, now.all().stream().map(GenerationRecord::generation).toList()));
    }
    if (chosen.state() != GenerationState.COMPLETE && chosen.state() != GenerationState.SERVED) {
      throw new GenerationConflictException(
          "generation %d is %s; only a COMPLETE one can be served"
              .formatted(generation, chosen.state()));
    }
    if (!nodes.areReady(chosen)) {
      throw new GenerationConflictException(
          "generation %d is complete, and not every partition has a node yet that has read it and follows it: try again in a moment, or see GET /v1/generations for what keeps a node from it"
              .formatted(generation));
    }
    models.serve(now, chosen, "an operator chose generation " + generation);
    requireServed(generation);
  }

  /**
   * It may have been retired the moment before, and then it is not served. That is said once more:
   * of a generation Kafka keeps the newest record only, whether it counts or not.
   */
  private void requireServed(int generation) {
    GenerationRecord now = models.read().get(generation);
    if (now != null && now.state() == GenerationState.RETIRED) {
      models.announce(now);
      throw new GenerationConflictException(
          "generation %d was retired at this very moment: choose another one"
              .formatted(generation));
    }
  }

  private void requireChosen(int generation) {
    GenerationRecord now;
    try {
      now = models.read().served();
    } catch (KafkaException e) {
      return; // it has been announced, and may come yet
    }
    if (now != null && now.generation() != generation) {
      throw new GenerationConflictException(
          "generation %d was announced as served, and generation %d since"
              .formatted(generation, now.generation()));
    }
  }

  /** Not in the way of who chooses another one meanwhile. */
  private void await(int generation) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long nextLook = System.nanoTime() + LOOK.toNanos();
    while (served.getAsInt() != generation) {
      if (System.nanoTime() > nextLook) {
        requireChosen(generation);
        nextLook = System.nanoTime() + LOOK.toNanos();
      }
      if (System.nanoTime() > deadline) {
        throw new GenerationConflictException(
            "generation %d is announced as served, and this node still waits for a moment to switch; see GET /v1/generations"
                .formatted(generation));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted during a switch", e);
      }
    }
  }
}
