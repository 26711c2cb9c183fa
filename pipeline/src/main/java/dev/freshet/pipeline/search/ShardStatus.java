package dev.freshet.pipeline.search;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a serve node says of itself.
 *
 * @param partitions that it holds
 * @param of partitions that there are of {@code documents}
 * @param served the generation that its searches go to, 0 for none
 * @param obstacle why it should not be asked where others can be; null where nothing speaks against
 *     it
 * @param generations newest first
 */
public record ShardStatus(
    List<Integer> partitions,
    int of,
    int served,
    @Nullable String obstacle,
    List<GenerationStatus> generations) {
  public ShardStatus {
    partitions = List.copyOf(partitions);
    generations = List.copyOf(generations);
  }

  /** A generation as the node sees it. */
  public Optional<GenerationStatus> generation(int number) {
    return generations.stream().filter(each -> each.generation() == number).findFirst();
  }

  /** Whether it can answer from a generation. */
  public boolean isReady(int number) {
    return generation(number).map(GenerationStatus::ready).orElse(false);
  }
}
