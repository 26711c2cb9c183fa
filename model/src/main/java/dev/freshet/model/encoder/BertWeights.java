package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.TensorInfo;
import java.util.Arrays;
import java.util.List;

/**
 * The tensors of a BERT checkpoint by their Hugging Face names, with or without the {@code bert.}
 * that heads put before them. Every one is checked against the shape that the configuration asks
 * for before it is used.
 */
final class BertWeights {
  private static final String WORDS = "embeddings.word_embeddings.weight";
  private static final String PREFIX = "bert.";

  private final SafetensorsFile file;
  private final NDManager manager;
  private final String prefix;

  /**
   * @param manager owns every array that is handed out
   * @throws InvalidModelException when the file holds no BERT
   */
  BertWeights(SafetensorsFile file, NDManager manager) {
    this.file = file;
    this.manager = manager;
    if (file.find(WORDS) != null) {
      prefix = "";
    } else if (file.find(PREFIX + WORDS) != null) {
      prefix = PREFIX;
    } else {
      throw new InvalidModelException(
          "%s has no tensor %s: it is not a BERT encoder with Hugging Face tensor names"
              .formatted(file.path(), WORDS));
    }
  }

  /** The tensor of that name and shape; on a CPU it stays in the memory map, so it is read-only. */
  NDArray get(String name, long... shape) {
    TensorInfo info = file.info(prefix + name);
    List<Long> wanted = Arrays.stream(shape).boxed().toList();
    if (!info.shape().equals(wanted)) {
      throw new InvalidModelException(
          "%s: tensor %s has shape %s, config.json asks for %s"
              .formatted(file.path(), info.name(), info.shape(), wanted));
    }
    return file.array(manager, info.name());
  }

  Linear linear(String name, int outputs, int inputs) {
    return new Linear(get(name + ".weight", outputs, inputs), get(name + ".bias", outputs));
  }

  LayerNorm layerNorm(String name, BertConfig config) {
    return new LayerNorm(
        get(name + ".weight", config.hidden()),
        get(name + ".bias", config.hidden()),
        config.layerNormEps());
  }
}
