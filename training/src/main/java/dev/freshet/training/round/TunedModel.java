package dev.freshet.training.round;

import ai.djl.ndarray.NDArray;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.BertModules;
import dev.freshet.model.tuning.BitFit;
import dev.freshet.model.tuning.FullFineTuning;
import dev.freshet.model.tuning.ModuleTensors;
import dev.freshet.model.tuning.Tuning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A backbone with modules that are being trained, on both sides of a search or on one. Sides
 * without modules are the frozen backbone.
 *
 * <p>Owns its modules. One thread trains; nobody may compute with it meanwhile.
 */
public final class TunedModel implements AutoCloseable {
  private static final String UNFROZEN = "backbone.";

  private final Backbone backbone;
  private final Tuning tuning;
  private final ModuleSides sides;

  /** By what the names of their tensors begin with. */
  private final Map<String, ModuleTensors> tensors = new LinkedHashMap<>();

  private final Map<String, BertModel> models = new LinkedHashMap<>();

  /** Those of {@link #tensors} that stay as they are. */
  private final Set<String> fixed;

  private final BertModel frozen;

  /** Of the backbone itself, where it is not frozen. */
  private final @Nullable ModuleTensors unfrozen;

  private TunedModel(
      Backbone backbone,
      Tuning tuning,
      ModuleSides sides,
      Set<String> fixed,
      @Nullable ModuleTensors unfrozen,
      Function<String, ModuleTensors> start) {
    this.backbone = backbone;
    this.tuning = tuning;
    this.sides = sides;
    this.fixed = Set.copyOf(fixed);
    this.unfrozen = unfrozen;
    frozen = new BertModel(backbone.weights(), BertModules.NONE);
    try {
      for (String prefix : sides.prefixes()) {
        ModuleTensors made = start.apply(prefix);
        tensors.put(prefix, made);
        BertModules modules = tuning.bind(made, backbone.config());
        models.put(
            prefix,
            new BertModel(
                backbone.weights(),
                unfrozen == null ? modules : new UnfrozenModules(modules, unfrozen)));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * New modules.
   *
   * @param seed of what starts as random; both sides start the same
   */
  public static TunedModel initial(Backbone backbone, Tuning tuning, ModuleSides sides, long seed) {
    return new TunedModel(
        backbone,
        tuning,
        sides,
        Set.of(),
        null,
        p -> ModuleTensors.initial(tuning, backbone.weights(), seed));
  }

  /** The backbone as it is, to look at it. */
  public static TunedModel frozen(Backbone backbone) {
    // Trains what the backbone has, and begins with it: before a step it is the backbone.
    return initial(backbone, Tuning.of(new BitFit()), ModuleSides.SHARED, 0);
  }

  /**
   * The modules of a checkpoint, to train further.
   *
   * @throws dev.freshet.model.checkpoint.InvalidModelException when its tensors are not those of
   *     its method
   */
  public static TunedModel of(Backbone backbone, ModuleCheckpoint checkpoint) {
    Tuning tuning = Tuning.parse(checkpoint.manifest().method());
    return new TunedModel(
        backbone,
        tuning,
        checkpoint.manifest().sides(),
        Set.of(),
        null,
        prefix ->
            ModuleTensors.loadTrainable(tuning, backbone.weights(), checkpoint.tensors(), prefix));
  }

  /**
   * As {@link #of}, but so that documents change too: a checkpoint that has modules for the query
   * side alone gets new ones for the document side beside them.
   *
   * @param seed of what is new
   * @throws dev.freshet.model.checkpoint.InvalidModelException when its tensors are not those of
   *     its method
   */
  public static TunedModel bothSidesOf(Backbone backbone, ModuleCheckpoint checkpoint, long seed) {
    if (checkpoint.manifest().sides() != ModuleSides.QUERY) {
      return of(backbone, checkpoint);
    }
    Tuning tuning = Tuning.parse(checkpoint.manifest().method());
    // Under the same name on either.
    String query = ModuleSides.SEPARATE.prefix(Side.QUERY);
    return new TunedModel(
        backbone,
        tuning,
        ModuleSides.SEPARATE,
        Set.of(),
        null,
        prefix ->
            prefix.equals(query)
                ? ModuleTensors.loadTrainable(
                    tuning, backbone.weights(), checkpoint.tensors(), prefix)
                : ModuleTensors.initial(tuning, backbone.weights(), seed));
  }

  /**
   * The modules of a checkpoint, of which only the query side is trained further. The document side
   * stays what it is, to the bit, so that documents need not be encoded again.
   *
   * @throws dev.freshet.model.checkpoint.InvalidModelException when its tensors are not those of
   *     its method
   */
  public static TunedModel querySideOf(Backbone backbone, ModuleCheckpoint checkpoint, long seed) {
    return checkpoint.manifest().sides() == ModuleSides.QUERY
        ? of(backbone, checkpoint)
        : querySide(backbone, checkpoint, checkpoint.manifest().sides().prefix(Side.QUERY), seed);
  }

  /**
   * As {@link #querySideOf}, but the query side begins anew.
   *
   * @param tuning where the document side has no modules; else its method is that of both
   */
  public static TunedModel newQuerySideOf(
      Backbone backbone, ModuleCheckpoint checkpoint, Tuning tuning, long seed) {
    return checkpoint.manifest().sides() == ModuleSides.QUERY
        ? initial(backbone, tuning, ModuleSides.QUERY, seed)
        : querySide(backbone, checkpoint, null, seed);
  }

  /**
   * @param checkpoint of sides of which one is the document side
   * @param stored where the query side's tensors are in the file; null for new ones
   */
  private static TunedModel querySide(
      Backbone backbone, ModuleCheckpoint checkpoint, @Nullable String stored, long seed) {
    Tuning tuning = Tuning.parse(checkpoint.manifest().method());
    SafetensorsFile file = checkpoint.tensors();
    String query = ModuleSides.SEPARATE.prefix(Side.QUERY);
    String document = Objects.requireNonNull(ModuleSides.SEPARATE.prefix(Side.DOCUMENT));
    String kept = Objects.requireNonNull(checkpoint.manifest().sides().prefix(Side.DOCUMENT));
    return new TunedModel(
        backbone,
        tuning,
        ModuleSides.SEPARATE,
        Set.of(document),
        null,
        prefix -> {
          if (prefix.equals(query)) {
            return stored == null
                ? ModuleTensors.initial(tuning, backbone.weights(), seed)
                : ModuleTensors.loadTrainable(tuning, backbone.weights(), file, stored);
          }
          return ModuleTensors.load(tuning, backbone.weights(), file, kept);
        });
  }

  /**
   * New modules as {@link #initial} makes them, on a backbone that is trained with them: its
   * tensors are among the trainable ones under {@value #UNFROZEN}. For looking at what freezing
   * costs, not for checkpoints.
   */
  public static TunedModel unfrozen(
      Backbone backbone, Tuning tuning, ModuleSides sides, long seed) {
    ModuleTensors all =
        ModuleTensors.initial(Tuning.of(new FullFineTuning()), backbone.weights(), seed);
    return new TunedModel(
        backbone,
        tuning,
        sides,
        Set.of(),
        all,
        p -> ModuleTensors.initial(tuning, backbone.weights(), seed));
  }

  public Backbone backbone() {
    return backbone;
  }

  public Tuning tuning() {
    return tuning;
  }

  public ModuleSides sides() {
    return sides;
  }

  /** What encodes that side; gradients of its modules flow through it. */
  public BertModel model(Side side) {
    String prefix = sides.prefix(side);
    BertModel model = prefix == null ? frozen : models.get(prefix);
    if (model == null) {
      throw new IllegalStateException("no model for the side " + side);
    }
    return model;
  }

  /** Whether a side has modules that change. */
  public boolean isTrained(Side side) {
    String prefix = sides.prefix(side);
    return prefix != null && !fixed.contains(prefix);
  }

  /** All trainable tensors, by the names that they have in a checkpoint. */
  public Map<String, NDArray> trainable() {
    Map<String, NDArray> all = new LinkedHashMap<>();
    tensors.forEach(
        (prefix, side) -> {
          if (!fixed.contains(prefix)) {
            side.arrays().forEach((name, array) -> all.put(prefix + name, array));
          }
        });
    if (unfrozen != null) {
      unfrozen.arrays().forEach((name, array) -> all.put(UNFROZEN + name, array));
    }
    return all;
  }

  /** What a checkpoint is written of. */
  public List<SafetensorsWriter.Tensor> toWrite() {
    List<SafetensorsWriter.Tensor> all = new ArrayList<>();
    tensors.forEach((prefix, side) -> all.addAll(side.toWrite(prefix)));
    return all;
  }

  /** Number of trainable parameters, of all sides together. */
  public long parameters() {
    return (tensors.size() - fixed.size()) * tuning.parameters(backbone.config()).total();
  }

  /** Frees the modules; the backbone stays. Idempotent. */
  @Override
  public void close() {
    frozen.close();
    models.values().forEach(BertModel::close);
    // Those that a model owns are freed with it: this is for one that was made and never bound.
    tensors.values().forEach(ModuleTensors::close);
    if (unfrozen != null) {
      unfrozen.close();
    }
  }
}
