package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.Linear;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A low-rank change of the word embedding table, {@code E[ids] + A[ids]·B}: LoRA (Hu et al., ICLR
 * 2022, arXiv 2106.09685) as it applies to a table. A frozen table is what holds modules back most
 * on a weak backbone. Starts as the frozen table, because B starts as zero.
 *
 * @param table A {@code [vocabulary, rank]}
 * @param up B, as a linear layer's weight {@code [hidden, rank]}
 */
record WordUpdate(NDArray table, Linear up) {
  private static final String TABLE = "embeddings.word_embeddings.lora_A.weight";
  private static final String UP = "embeddings.word_embeddings.lora_B.weight";

  /** None for a rank of 0. */
  static List<ModuleTensor> tensors(BertConfig config, int rank) {
    if (rank == 0) {
      return List.of();
    }
    return List.of(
        ModuleTensor.of(Initialisation.NORMAL, TABLE, config.vocabulary(), rank),
        ModuleTensor.of(Initialisation.ZERO, UP, config.hidden(), rank));
  }

  /** Null where there is none. */
  static @Nullable WordUpdate find(ModuleTensors tensors) {
    return tensors.find(TABLE) == null
        ? null
        : new WordUpdate(tensors.get(TABLE), new Linear(tensors.get(UP), null));
  }

  /**
   * @param ids {@code [batch, seq]}
   * @param words E[ids] {@code [batch, seq, hidden]}; is closed
   * @return {@code [batch, seq, hidden]}
   */
  NDArray apply(NDArray ids, NDArray words) {
    try (NDArray narrow =
        ids.getNDArrayInternal().embedding(ids, table, SparseFormat.DENSE).get(0)) {
      return Sums.add(up.apply(narrow), words);
    }
  }
}
