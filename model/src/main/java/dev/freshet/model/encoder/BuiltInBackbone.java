package dev.freshet.model.encoder;

import dev.freshet.model.checkpoint.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The backbone that Freshet brings along: a small BERT that {@code freshet pretrain} made from the
 * generated corpus, and from nothing else. It knows the words of a household; for other texts it
 * stands in until there is a model for them.
 *
 * <p>It lies in the jar and is unpacked to the {@link CacheFolder}, because weights are mapped from
 * files.
 */
public final class BuiltInBackbone {
  private static final int IDENTITY_BYTES = 6;
  private static final String RESOURCES = "/dev/freshet/model/built-in/";

  private static final List<String> FILES =
      List.of(
          "config.json",
          "tokenizer.json",
          "modules.json",
          "1_Pooling/config.json",
          "pretraining.json",
          "model.safetensors");

  private BuiltInBackbone() {}

  /**
   * Its model folder, unpacked on first use, and again where a file is missing or cut off.
   *
   * @throws UncheckedIOException when the cache folder cannot be written
   */
  public static Path folder() {
    Map<String, byte[]> files = files();
    Path cache = CacheFolder.path();
    Path folder = cache.resolve("built-in-" + identity(files));
    try {
      if (!isComplete(folder, files)) {
        Files.createDirectories(cache);
        Path partial = Files.createTempDirectory(cache, "partial-");
        unpack(files, partial);
        AtomicFolders.publish(partial, folder, () -> isComplete(folder, files));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot unpack the built-in backbone to "
              + cache
              + ": set FRESHET_CACHE to a folder that can be written",
          e);
    }
    return folder;
  }

  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    FILES.forEach(file -> files.put(file, bytes(file)));
    return files;
  }

  /** Begins the SHA-256 of all files: another version's backbone lies in another folder. */
  private static String identity(Map<String, byte[]> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.values().forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest(), 0, IDENTITY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static boolean isComplete(Path folder, Map<String, byte[]> files) {
    return files.entrySet().stream()
        .allMatch(
            file -> folder.resolve(file.getKey()).toFile().length() == file.getValue().length);
  }

  private static void unpack(Map<String, byte[]> files, Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path target = folder.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      Files.write(target, file.getValue());
    }
  }

  private static byte[] bytes(String file) {
    try (InputStream in = BuiltInBackbone.class.getResourceAsStream(RESOURCES + file)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + RESOURCES + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + RESOURCES + file + " in the jar", e);
    }
  }
}
