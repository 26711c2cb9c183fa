package dev.freshet.model.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.model.checkpoint.InvalidModelException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The chain of modules that a sentence-transformers folder declares: transformer, pooling and
 * perhaps normalisation, which every encoder does here anyway.
 *
 * @param transformer folder of the network and its tokenizer
 * @param pooling how token states become a vector
 */
record SentenceModules(Path transformer, Pooling pooling) {
  static SentenceModules read(Path folder) {
    Path poolingFolder = folder.resolve("1_Pooling");
    Path transformer = folder;
    Path file = folder.resolve("modules.json");
    for (JsonNode module : JsonFiles.readIfThere(file)) {
      String type = module.path("type").asText("");
      Path path = folder.resolve(module.path("path").asText("")).normalize();
      if (!path.startsWith(folder.normalize())) {
        throw new InvalidModelException(file + ": path " + path + " is outside of the folder");
      }
      switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Transformer" -> transformer = path;
        case "Pooling" -> poolingFolder = path;
        case "Normalize" -> {}
        default ->
            throw new InvalidModelException(
                "%s: module '%s' is not supported, supported are Transformer, Pooling and Normalize"
                    .formatted(file, type));
      }
    }
    return new SentenceModules(transformer, pooling(poolingFolder.resolve("config.json")));
  }

  private static Pooling pooling(Path file) {
    if (!Files.exists(file)) {
      return Pooling.MEAN;
    }
    JsonNode json = JsonFiles.read(file);
    Pooling pooling = null;
    for (var entry : json.properties()) {
      if (entry.getKey().startsWith("pooling_mode_") && entry.getValue().asBoolean()) {
        if (pooling != null) {
          throw new InvalidModelException(
              file + ": more than one pooling mode is on, supported is one of mean and cls");
        }
        pooling =
            switch (entry.getKey()) {
              case "pooling_mode_mean_tokens" -> Pooling.MEAN;
              case "pooling_mode_cls_token" -> Pooling.CLS;
              default ->
                  throw new InvalidModelException(
                      file + ": " + entry.getKey() + " is not supported, use mean or cls pooling");
            };
      }
    }
    if (pooling == null) {
      throw new InvalidModelException(file + ": no pooling mode is on, use mean or cls pooling");
    }
    if (!json.path("include_prompt").asBoolean(true)) {
      throw new InvalidModelException(
          file + ": include_prompt is false, supported is true (the prefix is pooled, too)");
    }
    return pooling;
  }
}
