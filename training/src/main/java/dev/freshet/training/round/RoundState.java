package dev.freshet.training.round;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.checkpoint.Sha256;
import dev.freshet.training.optimise.AdamW;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The file that a round goes on from, until what it made is put away: a safetensors file with the
 * optimiser's tensors and moments, the best modules so far under {@code best.}, and in its metadata
 * {@code recipe} (whatever decides the round, so that no other one goes on from it), {@code
 * history} and {@code steps}. It is complete at any moment. One process at a time writes it.
 */
public final class RoundState {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BEST = "best.";

  /** Of the recipe's SHA-256; the recipe in the file tells apart what even these do not. */
  private static final int NAME_DIGITS = 16;

  private final Path file;
  private final String recipe;

  RoundState(Path file, String recipe) {
    this.file = file;
    this.recipe = recipe;
  }

  /**
   * The state of a round among those of others: a hidden file, called by what decides the round, so
   * that rounds in turn leave each other's states alone.
   *
   * @param folder made when something is saved. One round at a time may be kept in it: the caller
   *     locks it
   * @param recipe everything that decides the round, as text
   */
  public static RoundState in(Path folder, String recipe) {
    String name = Sha256.of(recipe).substring(0, NAME_DIGITS);
    return new RoundState(folder.resolve(".training-%s.safetensors".formatted(name)), recipe);
  }

  /** Whether there is a round to go on with. */
  boolean exists() {
    return Files.exists(file);
  }

  void save(AdamW optimiser, Map<String, float[]> best, RoundHistory history) {
    List<SafetensorsWriter.Tensor> tensors = new ArrayList<>(optimiser.state());
    best.forEach(
        (name, values) ->
            tensors.add(new SafetensorsWriter.Tensor(BEST + name, () -> values, values.length)));
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
      SafetensorsWriter.discardPartial(file); // of a process that was killed as it saved
      SafetensorsWriter.write(
          file,
          tensors,
          Map.of(
              "recipe", recipe,
              "history", JSON.writeValueAsString(history),
              "steps", Long.toString(optimiser.steps())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a history that cannot be written", e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /**
   * Brings the optimiser and the best modules back.
   *
   * @throws IllegalArgumentException when the file is of another round
   */
  RoundHistory restore(AdamW optimiser, Map<String, NDArray> trainable, Map<String, float[]> best) {
    SafetensorsFile state = SafetensorsFile.open(file);
    String found = metadata(state, "recipe");
    if (!found.equals(recipe)) {
      throw new IllegalArgumentException(
          "%s is of another round, begun with %s; now it is %s: go on with the same, or delete the file"
              .formatted(file, found, recipe));
    }
    optimiser.restore(state, Long.parseLong(metadata(state, "steps")));
    Map<String, float[]> kept = new HashMap<>();
    for (String name : trainable.keySet()) {
      if (state.find(BEST + name) != null) {
        kept.put(name, state.floats(BEST + name));
      }
    }
    best.putAll(kept);
    try {
      return JSON.readValue(metadata(state, "history"), RoundHistory.class);
    } catch (JsonProcessingException e) {
      throw new InvalidModelException(file + " has a history that cannot be read", e);
    }
  }

  private static String metadata(SafetensorsFile state, String key) {
    String value = state.metadata().get(key);
    if (value == null) {
      throw new InvalidModelException(
          state.path() + " does not say its " + key + ": it is no state of a tuning round");
    }
    return value;
  }

  /** What the round made is put away, or is of no use: nothing goes on from here. Idempotent. */
  public void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + file, e);
    }
  }
}
