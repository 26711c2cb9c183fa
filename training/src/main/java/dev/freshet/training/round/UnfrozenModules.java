package dev.freshet.training.round;

import ai.djl.ndarray.NDArray;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.LayerModules;
import dev.freshet.model.encoder.LayerStream;
import dev.freshet.model.tuning.ModuleTensors;
import org.jspecify.annotations.Nullable;

/**
 * Modules whose backbone is trained too: what the modules do not substitute themselves comes from
 * trainable copies.
 *
 * @param modules closed with this
 * @param backbone the copies; stay the caller's
 */
record UnfrozenModules(BertModules modules, ModuleTensors backbone) implements BertModules {

  @Override
  public @Nullable NDArray weight(String name) {
    NDArray substitute = modules.weight(name);
    return substitute == null ? backbone.find(name) : substitute;
  }

  @Override
  public NDArray afterWords(NDArray ids, NDArray words) {
    return modules.afterWords(ids, words);
  }

  @Override
  public LayerModules layer(int index) {
    return modules.layer(index);
  }

  @Override
  public LayerStream begin(NDArray first) {
    return modules.begin(first);
  }

  @Override
  public void close() {
    modules.close();
  }
}
