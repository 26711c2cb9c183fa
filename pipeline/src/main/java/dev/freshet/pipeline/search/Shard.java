package dev.freshet.pipeline.search;

import java.util.List;

/**
 * What a gateway asks a serve node: of the partitions that this one holds, and of one generation.
 * Thread-safe.
 *
 * <p>All but the status throw {@link UnknownGenerationException} for a generation that is not here,
 * and {@link GenerationNotReadyException} while parts of it are still missing.
 */
public interface Shard {

  /** Which partitions are here, and how far each generation is. */
  ShardStatus status();

  /** The best documents of this node, by vector and by words, each list for itself. */
  ShardLists search(ShardQuery query);

  /**
   * Documents that this node knows in a newer version: changed or deleted since. A document can
   * stand in two partitions, and so on two nodes; see {@link
   * dev.freshet.pipeline.event.Position#supersedes}.
   *
   * @return the ids
   */
  List<String> superseded(int generation, List<DocumentVersion> documents);

  /** What this node knows of a document. */
  ShardDocument document(int generation, String id);
}
