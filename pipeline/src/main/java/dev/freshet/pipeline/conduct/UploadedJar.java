package dev.freshet.pipeline.conduct;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The job jar in a Flink cluster. Its name over there tells its content, so that one that is there
 * already is used again, and another version is not taken for it. A JobManager that restarts has
 * none any more.
 */
final class UploadedJar {
  private static final int DIGITS = 16;

  private final FlinkRest rest;
  private final Path jar;

  UploadedJar(FlinkRest rest, Path jar) {
    this.rest = rest;
    this.jar = jar;
  }

  /** What Flink calls it; it is uploaded where it is missing. */
  String id() {
    String name = "freshet-job-%s.jar".formatted(digest());
    for (JsonNode file : rest.get("/jars").path("files")) {
      if (file.path("name").asText().equals(name)) {
        return file.path("id").asText();
      }
    }
    String path = rest.upload("/jars/upload", "jarfile", jar, name).path("filename").asText();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private String digest() {
    try (InputStream in = Files.newInputStream(jar);
        var content = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      content.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(content.getMessageDigest().digest()).substring(0, DIGITS);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the job jar " + jar, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
