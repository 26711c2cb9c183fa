package dev.freshet.model.encoder;

import ai.djl.Device;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One loaded model with its tokenizer and batcher: what all handles of equal settings share.
 *
 * <p>Closing order: the batcher first, whose last thread frees the weights when no batch runs; then
 * the tokenizer, which guards itself. Thread-safe.
 */
final class SharedEncoder {
  /** One: queries that come together are one batch. */
  private static final int QUERY_THREADS = 1;

  private final BertConfig config;
  private final int window;
  private final TextTokenizer tokenizer;
  private final PassageCutter cutter;
  private final DynamicBatcher batcher;
  private final String description;
  private final String fingerprint;

  /**
   * @throws InvalidModelException when the folder cannot be used
   * @throws IllegalArgumentException when the settings ask for more than the model has
   * @throws IllegalStateException when the device is not there
   */
  SharedEncoder(ModelFolder folder, EncoderSettings settings) {
    config = folder.config();
    window = window(folder, settings);
    Device device = Torch.device(settings.device());
    int threads = threads(settings, device);
    String queryPrefix = orElse(settings.queryPrefix(), folder.queryPrefix());
    String passagePrefix = orElse(settings.passagePrefix(), folder.passagePrefix());
    fingerprint = ModelFingerprint.of(folder, window, queryPrefix, passagePrefix);
    tokenizer = new TextTokenizer(folder.tokenizer());
    try {
      cutter =
          new PassageCutter(
              tokenizer,
              window,
              settings.passageOverlap(),
              settings.maxPassages(),
              queryPrefix,
              passagePrefix);
      BertModel model = new BertModel(config, SafetensorsFile.open(folder.weights()), device);
      batcher =
          new DynamicBatcher(
              threads,
              QUERY_THREADS,
              settings.batchTokens(),
              settings.batchWait(),
              sequences -> model.embed(sequences, folder.pooling()),
              model::close);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
    description = describe(folder, device, threads);
  }

  private static int window(ModelFolder folder, EncoderSettings settings) {
    Integer wanted = settings.maxLength();
    int positions = folder.config().positions();
    if (wanted != null && wanted > positions) {
      throw new IllegalArgumentException(
          "maxLength must be at most the model's max_position_embeddings of %d, was %d"
              .formatted(positions, wanted));
    }
    return wanted == null ? folder.window() : wanted;
  }

  private static int threads(EncoderSettings settings, Device device) {
    if (device.isGpu()) {
      return 1;
    }
    return settings.threads() == 0
        ? Runtime.getRuntime().availableProcessors()
        : settings.threads();
  }

  private static String orElse(@Nullable String given, String other) {
    return given == null ? other : given;
  }

  private String describe(ModelFolder folder, Device device, int threads) {
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
            threads == 1 ? "1 thread" : threads + " threads",
            origin);
  }

  int dimensions() {
    return config.hidden();
  }

  String description() {
    return description;
  }

  String fingerprint() {
    return fingerprint;
  }

  BatchStatistics statistics() {
    return batcher.statistics();
  }

  List<Passage> cut(String title, String text) {
    return cutter.cut(title, text);
  }

  int[] tokenizeQuery(String query) {
    return cutter.query(query);
  }

  CompletableFuture<float[]> encode(int[] tokens, Priority priority) {
    String problem = problem(tokens);
    return problem == null
        ? batcher.submit(tokens, priority)
        : CompletableFuture.failedFuture(new EncodingException(problem));
  }

  CompletableFuture<float[][]> encodeAll(List<int[]> sequences, Priority priority) {
    for (int[] tokens : sequences) {
      String problem = problem(tokens);
      if (problem != null) {
        return CompletableFuture.failedFuture(new EncodingException(problem));
      }
    }
    return Futures.all(batcher.submitAll(sequences, priority));
  }

  /** Checked here, because on a GPU an id out of range breaks the whole process. */
  private @Nullable String problem(int[] tokens) {
    if (tokens.length == 0 || tokens.length > config.positions()) {
      return "A sequence must have 1 to %d tokens, has %d"
          .formatted(config.positions(), tokens.length);
    }
    for (int token : tokens) {
      if (token < 0 || token >= config.vocabulary()) {
        return "Token ids must be 0 to %d, one is %d".formatted(config.vocabulary() - 1, token);
      }
    }
    return null;
  }

  void close() {
    batcher.close();
    tokenizer.close();
  }
}
