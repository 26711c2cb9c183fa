package dev.freshet.training.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The results of an experiment in a folder, so that it goes on where it was stopped:
 *
 * <pre>
 * setting.json               what all trials share
 * trials/&lt;name&gt;.json         a {@link ResultFile} for each trial that is done
 * </pre>
 *
 * A file is there in full or not at all. Thread-safe; of one process.
 *
 * @param <R> what a trial yields, a record
 */
public final class ResultStore<R extends Result> {
  private static final String ENDING = ".json";

  private final Path trials;
  private final ResultFile<R> files;

  private ResultStore(Path trials, Class<R> type) {
    this.trials = trials;
    files = new ResultFile<>(type);
  }

  /**
   * Takes up the experiment in the folder, or begins one.
   *
   * @param setting its baselines are not looked at: they are measured, not set
   * @throws IllegalArgumentException when the folder holds trials of another setting, with what
   *     differs
   */
  public static <R extends Result> ResultStore<R> open(Path dir, Setting setting, Class<R> type) {
    Path trials = dir.resolve("trials");
    try {
      Files.createDirectories(trials);
      new SettingFile(dir.resolve("setting.json")).requireSame(setting);
      return new ResultStore<>(trials, type);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot use " + dir, e);
    }
  }

  /** Whether the result of a trial is there, so that it need not be run. */
  public boolean isDone(String name) {
    return Files.exists(file(name));
  }

  /** Keeps a result; takes the place of one of the same trial. */
  public void write(R result) {
    try {
      files.write(file(result.name()), result);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file(result.name()), e);
    }
  }

  /**
   * All results that are there, in the order of the trials' names.
   *
   * @throws IllegalArgumentException when a file is not one that {@link #write} wrote
   */
  public List<R> results() {
    List<R> results = new ArrayList<>();
    try (Stream<Path> found = Files.list(trials)) {
      for (Path file : found.filter(ResultStore::isResult).sorted().toList()) {
        results.add(files.read(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + trials, e);
    }
    return results;
  }

  private static boolean isResult(Path file) {
    return file.getFileName().toString().endsWith(ENDING);
  }

  private Path file(String name) {
    return trials.resolve(name + ENDING);
  }
}
