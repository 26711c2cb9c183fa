package dev.freshet.model.service;

import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.encoder.Pooling;
import dev.freshet.model.tuning.ModuleTensors;
import dev.freshet.model.tuning.Tuning;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The models of one generation, one a side, over a backbone that they share with other generations.
 * Sides with the same modules are one model.
 *
 * <p>Owns its models, and so the modules. Thread-safe.
 */
final class Generation implements AutoCloseable {
  /**
   * One side.
   *
   * @param model takes its requests
   * @param fingerprint of the modules; empty for none
   * @param description of the modules, to follow that of the backbone; empty for none
   */
  record SideModel(BatchedModel model, String fingerprint, String description) {}

  private final Map<Side, SideModel> sides;

  private Generation(Map<Side, SideModel> sides) {
    this.sides = sides;
  }

  /** The backbone as it is, for both sides. */
  static Generation frozen(BertBackbone backbone, Pooling pooling, DynamicBatcher batcher) {
    SideModel model = new SideModel(open(backbone, BertModules.NONE, pooling, batcher), "", "");
    Map<Side, SideModel> sides = new EnumMap<>(Side.class);
    for (Side side : Side.values()) {
      sides.put(side, model);
    }
    return new Generation(sides);
  }

  /**
   * The backbone with the modules of a checkpoint.
   *
   * @throws InvalidModelException when the checkpoint's tensors are not those of its method
   */
  static Generation of(
      ModuleCheckpoint checkpoint, BertBackbone backbone, Pooling pooling, DynamicBatcher batcher) {
    Tuning tuning = tuning(checkpoint);
    if (tuning.head()) {
      throw new InvalidModelException(
          "%s has modules that score pairs of texts, for re-ranking: they make no embeddings, so they cannot be served"
              .formatted(checkpoint.tensors().path().getParent()));
    }
    // The side that has the same modules as another gets the same model.
    Map<String, SideModel> byPrefix = new HashMap<>();
    Generation made = new Generation(new EnumMap<>(Side.class));
    try {
      for (Side side : Side.values()) {
        String prefix = checkpoint.manifest().sides().prefix(side);
        SideModel model =
            prefix == null
                ? frozenSide(checkpoint, side, open(backbone, BertModules.NONE, pooling, batcher))
                : byPrefix.computeIfAbsent(
                    prefix, p -> side(checkpoint, tuning, p, backbone, pooling, batcher));
        made.sides.put(side, model);
      }
      return made;
    } catch (RuntimeException | Error e) {
      made.close();
      throw e;
    }
  }

  private static Tuning tuning(ModuleCheckpoint checkpoint) {
    try {
      return Tuning.parse(checkpoint.manifest().method());
    } catch (InvalidModelException e) {
      throw new InvalidModelException(
          "%s: %s".formatted(checkpoint.tensors().path().getParent(), e.getMessage()), e);
    }
  }

  private static SideModel frozenSide(ModuleCheckpoint checkpoint, Side side, BatchedModel model) {
    String description =
        "; no modules on the %s side of generation %d"
            .formatted(side.label(), checkpoint.manifest().generation());
    return new SideModel(model, "", description);
  }

  private static SideModel side(
      ModuleCheckpoint checkpoint,
      Tuning tuning,
      String prefix,
      BertBackbone backbone,
      Pooling pooling,
      DynamicBatcher batcher) {
    ModuleTensors tensors = ModuleTensors.load(tuning, backbone, checkpoint.tensors(), prefix);
    BertModules modules;
    try {
      modules = tuning.bind(tensors, backbone.config());
    } catch (RuntimeException | Error e) {
      tensors.close();
      throw e;
    }
    return new SideModel(
        open(backbone, modules, pooling, batcher),
        ModelFingerprint.ofModules(tuning, checkpoint.tensors(), prefix),
        describe(checkpoint.manifest(), tuning, prefix, backbone));
  }

  private static String describe(
      ModuleManifest manifest, Tuning tuning, String prefix, BertBackbone backbone) {
    long parameters = tuning.parameters(backbone.config()).total();
    return String.format(
        Locale.ROOT,
        "; modules of generation %d for %s: %s, %,d parameters, %.2f %% of the backbone's",
        manifest.generation(),
        prefix.isEmpty() ? "both sides" : "the " + prefix.replace(".", "") + " side",
        manifest.method().path("method").asText(),
        parameters,
        100.0 * parameters / BackboneTensors.parameters(backbone.config()));
  }

  private static BatchedModel open(
      BertBackbone backbone, BertModules modules, Pooling pooling, DynamicBatcher batcher) {
    BertModel model = new BertModel(backbone, modules);
    return batcher.open(sequences -> model.embed(sequences, pooling), model::close);
  }

  SideModel side(Side side) {
    SideModel model = sides.get(side);
    if (model == null) {
      throw new IllegalStateException("no model for the side " + side);
    }
    return model;
  }

  /** Whether both sides are one model. */
  boolean isShared() {
    return side(Side.QUERY).model() == side(Side.DOCUMENT).model();
  }

  /** As {@link BatchedModel#close}, of every side. */
  @Override
  public void close() {
    sides.values().forEach(side -> side.model().close());
  }
}
