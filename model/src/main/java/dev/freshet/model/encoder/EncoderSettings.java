package dev.freshet.model.encoder;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which model to run, where, and how requests meet in batches. In a JVM all encoders with the same
 * model, device, threads, batchTokens and batchWait share one backbone, one tokenizer and one
 * batcher, whatever their modules, windows and prefixes are.
 *
 * @param model a Hugging Face or sentence-transformers folder, or null for the built-in backbone
 * @param modules a module checkpoint for that model, a folder with {@code modules.safetensors} and
 *     {@code modules.json}, or null for the frozen model
 * @param device {@code cpu}, {@code gpu:N}, or {@code auto} for the first GPU where there is one
 * @param threads batches computed at a time; 0 for one a processor (always 1 on a GPU)
 * @param batchTokens most tokens in one batch, padding included; one longer sequence goes alone. A
 *     document that somebody waits for waits for the batches in hand, a query for that of other
 *     queries: on a CPU a few hundred tokens are as fast as thousands
 * @param batchWait longest time that a request waits for company while a thread is free
 * @param maxLength window in tokens, special tokens included, or null for what the folder says
 * @param queryPrefix put before every query, or null for what the folder says
 * @param passagePrefix put before every passage, or null for what the folder says
 * @param passageOverlap tokens of text that two neighbouring passages share; at most a quarter of
 *     the window is used, whatever is asked for, so that the default suits small windows too
 * @param maxPassages most passages of one document; the text after them is not indexed
 */
public record EncoderSettings(
    @Nullable Path model,
    @Nullable Path modules,
    String device,
    int threads,
    int batchTokens,
    Duration batchWait,
    @Nullable Integer maxLength,
    @Nullable String queryPrefix,
    @Nullable String passagePrefix,
    int passageOverlap,
    int maxPassages) {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  public EncoderSettings {
    require(device.matches(Torch.DEVICES), "device must be cpu, gpu:N or auto", device);
    require(threads >= 0, "threads must be 0 or more", threads);
    require(batchTokens >= 1, "batchTokens must be at least 1", batchTokens);
    require(
        !batchWait.isNegative() && batchWait.compareTo(LONGEST_WAIT) <= 0,
        "batchWait must be from 0 to a minute",
        batchWait);
    require(maxLength == null || maxLength >= 8, "maxLength must be at least 8", maxLength);
    require(passageOverlap >= 0, "passageOverlap must be 0 or more", passageOverlap);
    require(maxPassages >= 1, "maxPassages must be at least 1", maxPassages);
  }

  /** The built-in backbone on every processor. */
  public static EncoderSettings defaults() {
    return new EncoderSettings(
        null, null, "cpu", 0, 512, Duration.ofMillis(2), null, null, null, 32, 64);
  }

  /** The same settings with another model folder. */
  public EncoderSettings withModel(@Nullable Path folder) {
    return with(folder, modules);
  }

  /** The same settings with another module checkpoint, or null for none. */
  public EncoderSettings withModules(@Nullable Path folder) {
    return with(model, folder);
  }

  private EncoderSettings with(@Nullable Path otherModel, @Nullable Path otherModules) {
    return new EncoderSettings(
        otherModel,
        otherModules,
        device,
        threads,
        batchTokens,
        batchWait,
        maxLength,
        queryPrefix,
        passagePrefix,
        passageOverlap,
        maxPassages);
  }

  private static void require(boolean holds, String rule, @Nullable Object value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ", was " + value);
    }
  }
}
