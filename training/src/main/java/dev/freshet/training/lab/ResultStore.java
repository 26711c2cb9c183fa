package dev.freshet.training.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The results of a comparison in a folder, so that it goes on where it was stopped:
 *
 * <pre>
 * setting.json               what all trials share
 * trials/&lt;name&gt;.json         a {@link TrialFile} for each trial that is done
 * </pre>
 *
 * A file is there in full or not at all. Thread-safe; of one process.
 */
public final class ResultStore {
  private static final String ENDING = ".json";

  private final Path trials;

  private ResultStore(Path trials) {
    this.trials = trials;
  }

  /**
   * Takes up the comparison in the folder, or begins one.
   *
   * @param setting its baselines are not looked at: they are measured, not set
   * @throws IllegalArgumentException when the folder holds trials of another setting, with what
   *     differs
   */
  public static ResultStore open(Path dir, Setting setting) {
    Path trials = dir.resolve("trials");
    try {
      Files.createDirectories(trials);
      new SettingFile(dir.resolve("setting.json")).requireSame(setting);
      return new ResultStore(trials);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot use " + dir, e);
    }
  }

  /** Whether the trial's result is there, so that it need not be run. */
  public boolean isDone(Trial trial) {
    return Files.exists(file(trial));
  }

  /** Keeps a result; takes the place of one of the same trial. */
  public void write(TrialResult result) {
    try {
      TrialFile.write(file(result.trial()), result);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file(result.trial()), e);
    }
  }

  /**
   * All results that are there, in the order of the trials' names.
   *
   * @throws IllegalArgumentException when a file is not one that {@link #write} wrote
   */
  public List<TrialResult> results() {
    List<TrialResult> results = new ArrayList<>();
    try (Stream<Path> found = Files.list(trials)) {
      for (Path file : found.filter(ResultStore::isResult).sorted().toList()) {
        results.add(TrialFile.read(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + trials, e);
    }
    return results;
  }

  private static boolean isResult(Path file) {
    return file.getFileName().toString().endsWith(ENDING);
  }

  private Path file(Trial trial) {
    return trials.resolve(trial.name() + ENDING);
  }
}
