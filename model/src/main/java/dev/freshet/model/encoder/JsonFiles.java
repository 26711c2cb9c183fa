package dev.freshet.model.encoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.model.checkpoint.InvalidModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the JSON files of a model folder. */
final class JsonFiles {
  static final ObjectMapper JSON = new ObjectMapper();

  private JsonFiles() {}

  /**
   * @throws InvalidModelException when the file is missing or is not JSON
   */
  static JsonNode read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidModelException(file + " is missing");
    }
    try {
      return JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new InvalidModelException(file + " is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** The file, or a missing node where there is no such file. */
  static JsonNode readIfThere(Path file) {
    return Files.exists(file) ? read(file) : JSON.missingNode();
  }
}
