package dev.freshet.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.pytorch.engine.PtNDArray;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.tuning.Adapter;
import dev.freshet.model.tuning.ModuleTensors;
import dev.freshet.model.tuning.Tuning;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BertBackboneTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/tiny");
  private static final List<int[]> SEQUENCES = List.of(new int[] {5, 7, 11}, new int[] {13});

  private static BertBackbone open() {
    return BertBackbone.open(
        BertConfig.read(FOLDER.resolve("config.json")),
        SafetensorsFile.open(FOLDER.resolve("model.safetensors")),
        Device.cpu());
  }

  private static BertModel adapted(BertBackbone backbone) {
    Tuning tuning = Tuning.of(new Adapter(4));
    ModuleTensors tensors = ModuleTensors.initial(tuning, backbone, 1);
    return new BertModel(backbone, tuning.bind(tensors, backbone.config()));
  }

  @Test
  void closingOneModelDisturbsNoOther() {
    BertBackbone backbone = open();
    try (BertModel kept = adapted(backbone)) {
      float[][] before = kept.embed(SEQUENCES, Pooling.MEAN);
      BertModel other = adapted(backbone);
      other.close();
      other.close();
      backbone.close();
      backbone.close();
      assertThat(kept.embed(SEQUENCES, Pooling.MEAN)).isDeepEqualTo(before);
    }
  }

  @Test
  void weightsAreFreedWithTheLastOfBackboneAndModels() {
    BertBackbone backbone = open();
    PtNDArray weight = (PtNDArray) backbone.tensor(BackboneTensors.WORDS);
    BertModel first = new BertModel(backbone, BertModules.NONE);
    BertModel second = adapted(backbone);
    backbone.close();
    first.close();
    assertThat(weight.isReleased()).isFalse();
    second.close();
    assertThat(weight.isReleased()).isTrue();
  }

  @Test
  void modelsHaveNoArraysOfTheBackbone() {
    try (BertBackbone backbone = open();
        BertModel first = adapted(backbone)) {
      int arrays = backbone.ownedArrays();
      first.embed(SEQUENCES, Pooling.CLS);
      try (BertModel second = adapted(backbone)) {
        second.embed(SEQUENCES, Pooling.CLS);
        assertThat(backbone.ownedArrays()).isEqualTo(arrays);
      }
    }
  }

  @Test
  void aClosedBackboneTakesNoMoreModels() {
    BertBackbone backbone = open();
    Tuning tuning = Tuning.of(new Adapter(4));
    ModuleTensors tensors = ModuleTensors.initial(tuning, backbone, 1);
    BertModules modules = tuning.bind(tensors, backbone.config());
    PtNDArray module = (PtNDArray) tensors.arrays().values().iterator().next();
    backbone.close();
    assertThatThrownBy(() -> new BertModel(backbone, modules))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(module.isReleased()).as("modules are closed where no model can be made").isTrue();
  }

  @Test
  void aTensorThatIsNotThereIsNamed() {
    try (BertBackbone backbone = open()) {
      assertThatThrownBy(() -> backbone.tensor("encoder.layer.9.output.dense.bias"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("encoder.layer.9.output.dense.bias");
    }
  }

  @Test
  void scoresNeedOneKnownTypeForEveryToken() {
    try (BertBackbone backbone = open();
        BertModel model = new BertModel(backbone, BertModules.NONE)) {
      assertThatThrownBy(() -> model.score(SEQUENCES, List.of(new int[3])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 sequences");
      assertThatThrownBy(() -> model.score(SEQUENCES, List.of(new int[3], new int[2])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("sequence 1 has 1 tokens and 2 types");
      assertThatThrownBy(() -> model.score(SEQUENCES, List.of(new int[3], new int[] {2})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 to 1, one is 2");
    }
  }
}
