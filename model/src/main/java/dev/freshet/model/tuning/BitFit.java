package dev.freshet.model.tuning;

import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.BertModules;
import java.util.List;

/**
 * Trains a copy of every bias of the encoder, those of layer norms included (Ben Zaken et al., ACL
 * 2022, arXiv 2106.10199).
 */
public record BitFit() implements TuningMethod {
  @Override
  public List<ModuleTensor> tensors(BertConfig config) {
    return BackboneTensors.encoder(config).stream()
        .map(tensor -> new ModuleTensor(tensor, Initialisation.BACKBONE))
        .filter(ModuleTensor::isBias)
        .toList();
  }

  @Override
  public BertModules bind(ModuleTensors tensors, BertConfig config) {
    return new SubstitutedWeights(tensors);
  }
}
