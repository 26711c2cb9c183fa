package dev.freshet.model.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The modules of one generation, checked: a folder with {@code modules.safetensors} and {@code
 * modules.json}.
 *
 * @param manifest what is known about them
 * @param tensors the trainable tensors and nothing else
 */
public record ModuleCheckpoint(ModuleManifest manifest, SafetensorsFile tensors) {
  static final String TENSORS = "modules.safetensors";

  /** Name of the file that holds the manifest: equal bytes are equal checkpoints. */
  public static final String MANIFEST = "modules.json";

  /**
   * Opens a published folder. The whole tensor file is read once, to see that it is what was
   * published. That the tensors are those of the method is checked where they are loaded.
   *
   * @param backbone SHA-256 of the tensor file of the backbone that they shall go into
   * @throws InvalidModelException when the folder is no checkpoint, belongs to another backbone, or
   *     was altered or cut off
   */
  public static ModuleCheckpoint open(Path folder, String backbone) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidModelException(
          "%s is not a folder: give a module checkpoint, a folder with %s and %s"
              .formatted(folder, MANIFEST, TENSORS));
    }
    Path manifest = folder.resolve(MANIFEST);
    Path tensors = folder.resolve(TENSORS);
    for (Path file : new Path[] {manifest, tensors}) {
      if (!Files.isRegularFile(file)) {
        throw new InvalidModelException(
            "%s is missing: a module checkpoint is a folder with %s and %s"
                .formatted(file, MANIFEST, TENSORS));
      }
    }
    return open(readManifest(manifest), tensors, backbone);
  }

  /**
   * As above, of files that need not lie together.
   *
   * @throws InvalidModelException when the tensors are another backbone's, or not those of the
   *     manifest
   */
  static ModuleCheckpoint open(ModuleManifest manifest, Path file, String backbone) {
    if (!manifest.backbone().equals(backbone)) {
      throw new InvalidModelException(
          "The modules of generation %d (%s) were trained on the backbone with SHA-256 %s, this one has %s"
              .formatted(manifest.generation(), file, manifest.backbone(), backbone));
    }
    String found = Sha256.of(file);
    if (!found.equals(manifest.tensors())) {
      throw new InvalidModelException(
          "%s has SHA-256 %s, %s says %s: it was cut off or altered after it was published"
              .formatted(file, found, MANIFEST, manifest.tensors()));
    }
    SafetensorsFile tensors = SafetensorsFile.open(file);
    for (String name : tensors.names()) {
      if (manifest.sides().prefixes().stream().noneMatch(name::startsWith)) {
        throw new InvalidModelException(
            "%s: tensor %s is of no side: the names of '%s' modules begin with %s"
                .formatted(file, name, manifest.sides().label(), manifest.sides().prefixes()));
      }
    }
    return new ModuleCheckpoint(manifest, tensors);
  }

  /**
   * What a checkpoint's folder says of it, the tensors unseen.
   *
   * @throws InvalidModelException when it cannot be used
   */
  public static ModuleManifest manifest(Path folder) {
    return readManifest(folder.resolve(MANIFEST));
  }

  /**
   * Reads a {@code modules.json}.
   *
   * @throws InvalidModelException when it cannot be used
   */
  static ModuleManifest readManifest(Path file) {
    try {
      return ModuleManifestFormat.decode(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new InvalidModelException(
          "%s is missing: a module checkpoint is a folder with %s and %s"
              .formatted(file, MANIFEST, TENSORS));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
