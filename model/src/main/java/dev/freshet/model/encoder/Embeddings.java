package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.SparseFormat;
import org.jspecify.annotations.Nullable;

/**
 * {@code LN(words[ids] + positions[0..seq] + types[type ids])}, the input of the first layer.
 * Immutable and thread-safe.
 */
final class Embeddings {
  private final BertModules modules;
  private final NDArray words;
  private final NDArray positions;
  private final NDArray types;

  /** Positions with type 0 added; null where modules change either, so that it cannot be kept. */
  private final @Nullable NDArray firstTypePositions;

  private final LayerNorm norm;
  private final int hidden;

  Embeddings(BertWeights weights) {
    modules = weights.modules();
    words = weights.get(BackboneTensors.WORDS);
    positions = weights.get(BackboneTensors.POSITIONS);
    types = weights.get(BackboneTensors.TYPES);
    boolean changed =
        weights.substitutes(BackboneTensors.POSITIONS)
            || weights.substitutes(BackboneTensors.TYPES);
    firstTypePositions = changed ? null : weights.backbone().withFirstType();
    hidden = weights.backbone().config().hidden();
    norm = weights.layerNorm(BackboneTensors.EMBEDDING_NORM);
  }

  /** Token states {@code [batch·seq, hidden]}, owned by the manager of the batch. */
  NDArray apply(TokenBatch batch) {
    NDArray ids = batch.ids();
    try (NDArray token = modules.afterWords(ids, lookUp(ids, words))) {
      addPlaces(token, batch);
      try (NDArray rows = token.reshape((long) batch.size() * batch.length(), hidden)) {
        return norm.apply(rows);
      }
    }
  }

  /** Adds positions and types in place: {@code [batch, seq, hidden] + [seq, hidden]}. */
  private void addPlaces(NDArray token, TokenBatch batch) {
    NDArray typeIds = batch.types();
    NDManager scope = token.getManager();
    NDIndex used = new NDIndex().addSliceDim(0, batch.length());
    if (typeIds != null) {
      try (NDArray position = positions.get(scope, used);
          NDArray type = lookUp(typeIds, types)) {
        token.addi(position);
        token.addi(type);
      }
    } else if (firstTypePositions != null) {
      try (NDArray place = firstTypePositions.get(scope, used)) {
        token.addi(place);
      }
    } else {
      // In the same order as above, so that copies of the tables give the very same states.
      try (NDArray position = positions.get(scope, used);
          NDArray type = types.get(scope, 0);
          NDArray place = position.add(type)) {
        token.addi(place);
      }
    }
  }

  private static NDArray lookUp(NDArray ids, NDArray table) {
    return ids.getNDArrayInternal().embedding(ids, table, SparseFormat.DENSE).get(0);
  }
}
