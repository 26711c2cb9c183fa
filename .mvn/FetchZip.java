import java.io.File;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Fetches a zip file and unpacks it: {@code FOLDER SHA-512 URL...}. The first address that answers
 * counts; what does not have the checksum is thrown away. What the zip holds at its top appears in
 * the folder complete or not at all, also when this is killed or runs twice at a time. Run as a source file, since a JDK is all
 * that the launcher may count on.
 */
public class FetchZip {
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Files.createDirectories(folder);
    for (int i = 2; i < args.length; i++) {
      Path zip = Files.createTempFile(folder, "fetch", ".zip");
      try {
        fetch(args[i], zip);
        check(zip, args[1]);
        publish(zip, folder);
        return;
      } catch (Exception e) {
        System.err.println("  " + args[i] + ": " + e);
      } finally {
        Files.deleteIfExists(zip);
      }
    }
    System.exit(1);
  }

  private static void fetch(String url, Path file) throws Exception {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    HttpResponse<InputStream> response =
        client.send(
            HttpRequest.newBuilder(URI.create(url)).build(),
            HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new java.io.IOException("status " + response.statusCode());
    }
    try (InputStream in = response.body()) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void check(Path file, String expected) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file));
    String actual = HexFormat.of().formatHex(digest);
    if (!actual.equals(expected)) {
      throw new java.io.IOException("SHA-512 is " + actual + ", expected " + expected);
    }
  }

  private static void publish(Path zip, Path folder) throws Exception {
    Path beside = Files.createTempDirectory(folder, "unpack");
    try {
      unpack(zip, beside);
      for (File entry : beside.toFile().listFiles()) {
        Path target = folder.resolve(entry.getName());
        try {
          Files.move(entry.toPath(), target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
          // Another process was faster, and what it renamed is complete.
          if (!Files.exists(target)) {
            throw e;
          }
        }
      }
    } finally {
      delete(beside.toFile());
    }
  }

  private static void delete(File file) {
    File[] inside = file.listFiles();
    if (inside != null) {
      for (File entry : inside) {
        delete(entry);
      }
    }
    file.delete();
  }

  private static void unpack(Path zip, Path folder) throws Exception {
    try (var in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new java.io.IOException("entry outside the folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
