package dev.freshet.training.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The systems without training that an experiment was held against, in {@code baselines.json} of
 * its folder: an untuned backbone encodes all documents to be measured, which an experiment that
 * goes on need not do again. What was measured for a task stays, whether or not the task is asked
 * for this time.
 *
 * <pre>{@code
 * {"format": 1,
 *  "baselines": [{"name": str, "task": "retrieval" | "reranking",
 *                 "test": {"metrics": {metric: num}, "perQuery": [num]}}]}
 * }</pre>
 *
 * Of the setting that the folder is for. One thread, of one process.
 */
public final class BaselineStore {
  private final Path path;
  private final ResultFile<Measured> file = new ResultFile<>(Measured.class);
  private final List<Setting.Baseline> baselines = new ArrayList<>();

  /** What the file holds. */
  record Measured(List<Setting.Baseline> baselines) implements Result {
    @Override
    public String name() {
      return "baselines";
    }
  }

  private BaselineStore(Path path) {
    this.path = path;
  }

  /**
   * Reads what was measured before.
   *
   * @param dir whose setting was found to be the same, see {@link ResultStore#open}
   * @throws IllegalArgumentException when its file is not one that was written here
   */
  public static BaselineStore open(Path dir) {
    BaselineStore store = new BaselineStore(dir.resolve("baselines.json"));
    try {
      if (Files.exists(store.path)) {
        store.baselines.addAll(store.file.read(store.path).baselines());
      }
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + store.path, e);
    }
  }

  /**
   * Measures a baseline and keeps it, unless it is there.
   *
   * @param measure yields the baseline of that name and task
   */
  public void require(String name, Task task, Supplier<Setting.Baseline> measure) {
    if (baselines.stream().anyMatch(known -> known.name().equals(name) && known.task() == task)) {
      return;
    }
    baselines.add(measure.get());
    try {
      file.write(path, new Measured(List.copyOf(baselines)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + path, e);
    }
  }

  /** All that were measured, in the order in which they were. */
  public List<Setting.Baseline> all() {
    return List.copyOf(baselines);
  }
}
