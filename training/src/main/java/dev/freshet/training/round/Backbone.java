package dev.freshet.training.round;

import ai.djl.Device;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.Sha256;
import dev.freshet.model.checkpoint.Sha256Cache;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.encoder.PassageCutter;
import dev.freshet.model.encoder.Pooling;
import dev.freshet.model.encoder.TextTokenizer;
import dev.freshet.model.encoder.Torch;
import dev.freshet.training.sampling.Sequences;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A frozen model to tune, opened apart from those that serve: its weights, its tokenizer, and how
 * it cuts texts. Any number of rounds may share it, each on a thread of its own.
 *
 * <p>Closing order: models on it first. Thread-safe.
 */
public final class Backbone implements AutoCloseable {
  private final ModelFolder folder;
  private final String sha256;
  private final String tokenizerSha256;
  private final String queryPrefix;
  private final String passagePrefix;
  private final TextTokenizer tokenizer;
  private final BertBackbone weights;
  private final int window;
  private final Sequences sequences;

  private Backbone(ModelFolder folder, EncoderSettings settings, Device device) {
    this.folder = folder;
    sha256 = Sha256Cache.ofUser().of(folder.weights());
    tokenizerSha256 = Sha256.of(folder.tokenizer());
    queryPrefix = orElse(settings.queryPrefix(), folder.queryPrefix());
    passagePrefix = orElse(settings.passagePrefix(), folder.passagePrefix());
    window = settings.maxLength() == null ? folder.window() : settings.maxLength();
    tokenizer = new TextTokenizer(folder.tokenizer());
    try {
      sequences = new Sequences(cutter(settings));
      weights = BertBackbone.open(folder.config(), SafetensorsFile.open(folder.weights()), device);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * Maps the weights.
   *
   * @param path of the model's folder
   * @param settings device, window, prefixes and passages; the model that they name is not looked
   *     at
   * @throws InvalidModelException when the folder cannot be used
   * @throws IllegalArgumentException when the settings ask for more than the model has
   * @throws IllegalStateException when the device is not there
   */
  public static Backbone open(Path path, EncoderSettings settings) {
    ModelFolder folder = ModelFolder.read(path);
    Integer wanted = settings.maxLength();
    if (wanted != null && wanted > folder.config().positions()) {
      throw new IllegalArgumentException(
          "maxLength must be at most the model's max_position_embeddings of %d, was %d"
              .formatted(folder.config().positions(), wanted));
    }
    return new Backbone(folder, settings, Torch.device(settings.device()));
  }

  private PassageCutter cutter(EncoderSettings settings) {
    return new PassageCutter(
        tokenizer,
        window,
        settings.passageOverlap(),
        settings.maxPassages(),
        queryPrefix,
        passagePrefix);
  }

  private static String orElse(@Nullable String given, String other) {
    return given == null ? other : given;
  }

  /** The folder's own name. */
  public String name() {
    return folder.name();
  }

  /** SHA-256 of the tensor file. */
  public String sha256() {
    return sha256;
  }

  /** SHA-256 of {@code tokenizer.json}. */
  public String tokenizerSha256() {
    return tokenizerSha256;
  }

  /** Put before every query: what the settings say, else what the folder says; may be empty. */
  public String queryPrefix() {
    return queryPrefix;
  }

  /** Put before every passage, as {@link #queryPrefix} is before queries. */
  public String passagePrefix() {
    return passagePrefix;
  }

  public BertConfig config() {
    return folder.config();
  }

  public Pooling pooling() {
    return folder.pooling();
  }

  /** Most tokens of a sequence, special ones included. */
  public int window() {
    return window;
  }

  /** The token sequences of texts, which all rounds on this backbone share. */
  public Sequences sequences() {
    return sequences;
  }

  /** The frozen weights. */
  public BertBackbone weights() {
    return weights;
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  /** Frees the weights when no model holds them any more. Idempotent. */
  @Override
  public void close() {
    weights.close();
    tokenizer.close();
  }
}
