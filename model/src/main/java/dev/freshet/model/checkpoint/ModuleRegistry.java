package dev.freshet.model.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Module checkpoints by generation: each a folder that is called as its number and that {@link
 * ModuleCheckpoint#open(Path, String)} opens too. A generation appears complete or not at all, and
 * never changes; what was altered afterwards is refused.
 *
 * <p>Thread-safe, across processes too.
 */
public final class ModuleRegistry {
  private final ModuleStorage storage;
  private final Clock clock;

  public ModuleRegistry(ModuleStorage storage, Clock clock) {
    this.storage = storage;
    this.clock = clock;
  }

  /**
   * The published generations, ascending.
   *
   * @throws UncheckedIOException when the storage cannot be read
   */
  public List<Integer> generations() {
    try {
      var generations = new TreeSet<Integer>();
      for (String folder : storage.folders()) {
        if (folder.matches("[0-9]{1,9}")) {
          generations.add(Integer.parseInt(folder));
        }
      }
      return List.copyOf(generations);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the registry " + storage, e);
    }
  }

  /**
   * Publishes a generation in one step.
   *
   * @param generation at least 1, not published before
   * @param tensors the trainable tensors and nothing else
   * @return what was written
   * @throws IllegalStateException when the generation is published already
   * @throws UncheckedIOException when it cannot be written; nothing is published then
   */
  public ModuleManifest publish(
      int generation, ModuleManifest.Draft draft, List<SafetensorsWriter.Tensor> tensors) {
    if (generation < 1) {
      throw new IllegalArgumentException("generations begin with 1, was " + generation);
    }
    try {
      Path staged = storage.stage();
      try {
        Path file = staged.resolve(ModuleCheckpoint.TENSORS);
        SafetensorsWriter.write(file, tensors, Map.of());
        ModuleManifest manifest =
            draft.published(
                generation,
                clock.instant(),
                parameters(SafetensorsFile.open(file)),
                Sha256.of(file));
        Files.write(
            staged.resolve(ModuleCheckpoint.MANIFEST), ModuleManifestFormat.encode(manifest));
        storage.publish(staged, Integer.toString(generation));
        return manifest;
      } finally {
        Folders.delete(staged);
      }
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException(
          "generation %d is published already in %s, and what is published never changes"
              .formatted(generation, storage),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot publish generation %d in %s".formatted(generation, storage), e);
    }
  }

  /**
   * Publishes a checkpoint that lies elsewhere, under a number of this registry.
   *
   * @return what was written; its parent is unknown here
   * @throws IllegalStateException when the generation is published already
   * @throws UncheckedIOException when it cannot be written; nothing is published then
   */
  public ModuleManifest publish(int generation, ModuleCheckpoint checkpoint) {
    ModuleManifest from = checkpoint.manifest();
    SafetensorsFile file = checkpoint.tensors();
    List<SafetensorsWriter.Tensor> tensors =
        file.names().stream()
            .sorted() // the same bytes every time: a set has no order
            .map(
                name ->
                    new SafetensorsWriter.Tensor(
                        name,
                        () -> file.floats(name),
                        file.info(name).shape().stream().mapToLong(length -> length).toArray()))
            .toList();
    return publish(
        generation,
        new ModuleManifest.Draft(
            from.method(),
            from.sides(),
            from.backbone(),
            null,
            from.window(),
            from.metrics(),
            from.gate()),
        tensors);
  }

  private static long parameters(SafetensorsFile file) {
    return file.names().stream().mapToLong(name -> file.info(name).elements()).sum();
  }

  /**
   * What is known about a generation.
   *
   * @throws InvalidModelException when it is not published, or its manifest cannot be used
   */
  public ModuleManifest manifest(int generation) {
    Path file = file(generation, ModuleCheckpoint.MANIFEST);
    ModuleManifest manifest = ModuleCheckpoint.readManifest(file);
    if (manifest.generation() != generation) {
      throw new InvalidModelException(
          "%s is the manifest of generation %d: folders of a registry must not be renamed"
              .formatted(file, manifest.generation()));
    }
    return manifest;
  }

  /**
   * Opens a generation's modules, checked as {@link ModuleCheckpoint#open(Path, String)} does.
   *
   * @param backbone SHA-256 of the tensor file of the backbone that they shall go into
   * @throws InvalidModelException when it is not published, belongs to another backbone, or was
   *     altered or cut off
   */
  public ModuleCheckpoint open(int generation, String backbone) {
    ModuleManifest manifest = manifest(generation);
    return ModuleCheckpoint.open(manifest, file(generation, ModuleCheckpoint.TENSORS), backbone);
  }

  /**
   * A folder on this machine that holds a generation's checkpoint, for {@link
   * ModuleCheckpoint#open(Path, String)}.
   *
   * @throws InvalidModelException when it is not published
   */
  public Path folder(int generation) {
    file(generation, ModuleCheckpoint.TENSORS);
    return file(generation, ModuleCheckpoint.MANIFEST).resolveSibling("");
  }

  private Path file(int generation, String name) {
    try {
      return storage.file(Integer.toString(generation), name);
    } catch (NoSuchFileException e) {
      throw new InvalidModelException(
          "generation %d is not in the registry %s, which has %s (%s is missing)"
              .formatted(generation, storage, generations(), e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read generation %d of the registry %s".formatted(generation, storage), e);
    }
  }
}
