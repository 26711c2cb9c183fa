package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.LayerModules;
import dev.freshet.model.encoder.LayerStream;
import org.jspecify.annotations.Nullable;

/**
 * The modules of a {@link Tuning}: those of its method, and what goes along.
 *
 * @param tensors closed with these modules
 * @param method the modules of the method
 * @param words the change of the word embeddings, or null for none
 * @param head whether the tensors of the head are trained
 */
record BoundModules(
    ModuleTensors tensors, BertModules method, @Nullable WordUpdate words, boolean head)
    implements BertModules {

  @Override
  public @Nullable NDArray weight(String name) {
    NDArray substitute = method.weight(name);
    // Names of the backbone are among the tensors only where they are trained.
    return substitute == null && head ? tensors.find(name) : substitute;
  }

  @Override
  public NDArray afterWords(NDArray ids, NDArray embedded) {
    NDArray changed = method.afterWords(ids, embedded);
    return words == null ? changed : words.apply(ids, changed);
  }

  @Override
  public LayerModules layer(int index) {
    return method.layer(index);
  }

  @Override
  public LayerStream begin(NDArray first) {
    return method.begin(first);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
