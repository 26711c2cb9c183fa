package dev.freshet.model.service;

import ai.djl.Device;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.Sha256Cache;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.encoder.PassageCutter;
import dev.freshet.model.encoder.TextTokenizer;
import dev.freshet.model.encoder.Torch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all generations on one backbone share: its weights, its tokenizer and the batcher, and the
 * generations that are open.
 *
 * <p>Closing order: the generations, each with its last encoder; then the threads of the batcher;
 * then the weights, which are freed when no model holds them; then the tokenizer, which guards
 * itself. Thread-safe.
 */
final class SharedBackbone implements AutoCloseable {
  /** One: queries that come together are one batch. */
  private static final int QUERY_THREADS = 1;

  /**
   * What tells two of them apart: the weights, where they are, and how the batcher works, because
   * two who want different batches cannot share one that makes them.
   *
   * @param folder absolute
   * @param device as it was found
   * @param threads batches computed at a time
   * @param batchTokens most tokens of a batch
   * @param batchWait longest time that a request waits for company
   */
  record Key(Path folder, Device device, int threads, int batchTokens, Duration batchWait) {
    /**
     * @throws IllegalStateException when the device is not there
     */
    static Key of(Path folder, EncoderSettings settings) {
      Device device = Torch.device(settings.device());
      return new Key(
          folder.toAbsolutePath().normalize(),
          device,
          threads(settings, device),
          settings.batchTokens(),
          settings.batchWait());
    }

    private static int threads(EncoderSettings settings, Device device) {
      if (device.isGpu()) {
        return 1;
      }
      return settings.threads() == 0
          ? Runtime.getRuntime().availableProcessors()
          : settings.threads();
    }
  }

  private final Key key;
  private final ModelFolder folder;
  private final String weights;
  private final TextTokenizer tokenizer;
  private final BertBackbone backbone;
  private final DynamicBatcher batcher;

  /** By the folder of their modules; none for the frozen backbone. */
  private final Leases<Optional<Path>, Generation> generations = new Leases<>(Generation::close);

  /**
   * Maps the weights and starts the threads.
   *
   * @throws InvalidModelException when the folder cannot be used
   */
  SharedBackbone(Key key) {
    this.key = key;
    folder = ModelFolder.read(key.folder());
    weights = Sha256Cache.ofUser().of(folder.weights());
    tokenizer = new TextTokenizer(folder.tokenizer());
    try {
      backbone =
          BertBackbone.open(folder.config(), SafetensorsFile.open(folder.weights()), key.device());
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
    batcher =
        new DynamicBatcher(
            key.threads(),
            QUERY_THREADS,
            key.batchTokens(),
            key.batchWait(),
            Encoders::refreshShare);
  }

  /**
   * An encoder of one side of a generation.
   *
   * @param release runs once, when the encoder is closed
   * @throws InvalidModelException when the modules cannot be used
   * @throws IllegalArgumentException when the settings ask for more than the model has
   */
  EncoderHandle lend(EncoderSettings settings, Side side, Runnable release) {
    int window = window(settings);
    String queryPrefix = orElse(settings.queryPrefix(), folder.queryPrefix());
    String passagePrefix = orElse(settings.passagePrefix(), folder.passagePrefix());
    PassageCutter cutter =
        new PassageCutter(
            tokenizer,
            window,
            settings.passageOverlap(),
            settings.maxPassages(),
            queryPrefix,
            passagePrefix);
    Path given = settings.modules();
    Optional<Path> modules =
        Optional.ofNullable(given == null ? null : given.toAbsolutePath().normalize());
    Generation generation = generations.acquire(modules, () -> open(modules));
    try {
      Generation.SideModel model = generation.side(side);
      String prefix = side == Side.QUERY ? queryPrefix : passagePrefix;
      return new EncoderHandle(
          folder.config(),
          cutter,
          model.model(),
          generation.isShared(),
          describe(window) + model.description(),
          ModelFingerprint.of(folder, weights, model.fingerprint(), window, prefix),
          () -> {
            generations.release(modules);
            release.run();
          });
    } catch (RuntimeException | Error e) {
      generations.release(modules);
      throw e;
    }
  }

  private Generation open(Optional<Path> modules) {
    return modules
        .map(
            path ->
                Generation.of(
                    ModuleCheckpoint.open(path, weights), backbone, folder.pooling(), batcher))
        .orElseGet(() -> Generation.frozen(backbone, folder.pooling(), batcher));
  }

  private int window(EncoderSettings settings) {
    Integer wanted = settings.maxLength();
    int positions = folder.config().positions();
    if (wanted != null && wanted > positions) {
      throw new IllegalArgumentException(
          "maxLength must be at most the model's max_position_embeddings of %d, was %d"
              .formatted(positions, wanted));
    }
    return wanted == null ? folder.window() : wanted;
  }

  private static String orElse(@Nullable String given, String other) {
    return given == null ? other : given;
  }

  private String describe(int window) {
    BertConfig config = folder.config();
    Device device = key.device();
    String origin =
        config.seed() == null
            ? ""
            : ", SEEDED RANDOM WEIGHTS (seed %d), not trained: it matches how words are written, not what they mean"
                .formatted(config.seed());
    return "%s: BERT of %d layers, width %d, %d heads; %s pooling, window %d tokens, %s, %s%s"
        .formatted(
            folder.name(),
            config.layers(),
            config.hidden(),
            config.heads(),
            folder.pooling().name().toLowerCase(Locale.ROOT),
            window,
            device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu",
            key.threads() == 1 ? "1 thread" : key.threads() + " threads",
            origin);
  }

  /** Ends the threads and frees what is shared; the generations have been closed before. */
  @Override
  public void close() {
    batcher.close();
    backbone.close();
    tokenizer.close();
  }
}
