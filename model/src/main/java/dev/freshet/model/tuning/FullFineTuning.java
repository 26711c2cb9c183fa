package dev.freshet.model.tuning;

import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import java.util.List;

/**
 * Trains a copy of every tensor of the encoder: the reference that the other methods are held
 * against, at the cost of a whole backbone a model.
 */
public record FullFineTuning() implements TuningMethod {
  @Override
  public List<ModuleTensor> tensors(BertConfig config) {
    return BackboneTensors.encoder(config).stream()
        .map(tensor -> new ModuleTensor(tensor, Initialisation.BACKBONE))
        .toList();
  }

  @Override
  public BertModules bind(ModuleTensors tensors, BertConfig config) {
    return new SubstitutedWeights(tensors);
  }
}
