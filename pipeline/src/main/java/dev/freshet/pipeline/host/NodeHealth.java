package dev.freshet.pipeline.host;

import dev.freshet.pipeline.store.VectorStore;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a node from answering or from following, by what helps: nothing but time, a restart,
 * or people. Thread-safe.
 */
public final class NodeHealth {
  private final VectorStore store;
  private final Supplier<@Nullable HostedGeneration> served;
  private final Supplier<@Nullable HostedGeneration> announced;

  /**
   * @param served here
   * @param announced as served, whether it is here already or not; null where this node lacks it
   */
  NodeHealth(
      VectorStore store,
      Supplier<@Nullable HostedGeneration> served,
      Supplier<@Nullable HostedGeneration> announced) {
    this.store = store;
    this.served = served;
    this.announced = announced;
  }

  /** What keeps the node from answering, or nothing. */
  public Optional<String> obstacle() {
    HostedGeneration current = served.get();
    if (current == null) {
      return Optional.of("no generation is served yet");
    }
    String hindrance = hindrance(current.vectors());
    if (hindrance != null) {
      return Optional.of(hindrance);
    }
    return current.vectors().tail().caughtUp()
        ? Optional.empty()
        : Optional.of(
            "catching up, %.0f %% done".formatted(100 * current.vectors().tail().progress()));
  }

  /**
   * Why the served generation's vectors are not followed, or may be wrong; null while all is well.
   */
  public @Nullable String failure() {
    HostedGeneration current = served.get();
    return current == null ? null : hindrance(current.vectors());
  }

  /**
   * What the node cannot get over by itself: the served generation's vectors are not followed any
   * more, or are damaged. Null where there is nothing of that.
   */
  public @Nullable String breakdown() {
    HostedGeneration current = served.get();
    return current == null ? null : breakdown(current.vectors());
  }

  /**
   * A breakdown that a restart of the process may cure, of the served generation or the one that is
   * to be; nothing where it takes people, who fill the store again, say: a node that is started
   * again and again answers less than one that does not follow.
   */
  public Optional<String> stall() {
    String here = stall(served.get());
    return Optional.ofNullable(here == null ? stall(announced.get()) : here);
  }

  private @Nullable String stall(@Nullable HostedGeneration generation) {
    if (generation == null
        || store.damage(generation.vectors().generation()).isPresent()
        || generation.vectors().isOfOtherTopic()) {
      return null;
    }
    return generation.vectors().failure();
  }

  /** Why vectors are not followed, or may be wrong; null while all is well. */
  @Nullable String hindrance(HostedVectors vectors) {
    Optional<String> damage = store.damage(vectors.generation());
    return damage.isPresent() ? damage.get() : vectors.obstacle();
  }

  /** Why vectors are not followed any more, or are damaged; null where they are neither. */
  @Nullable String breakdown(HostedVectors vectors) {
    Optional<String> damage = store.damage(vectors.generation());
    return damage.isPresent() ? damage.get() : vectors.failure();
  }
}
