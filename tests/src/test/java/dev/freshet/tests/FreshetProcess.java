package dev.freshet.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Freshet as a process of its own, started as the launcher starts it, so that it can be killed. */
final class FreshetProcess implements AutoCloseable {
  private static final long START_SECONDS = 120;
  private static final String READY = "Freshet is ready: ";
  private static final String KAFKA = "  Kafka  ";

  private final Process process;
  private final List<String> output = new ArrayList<>();
  private final CompletableFuture<URI> ready = new CompletableFuture<>();

  private FreshetProcess(Process process) {
    this.process = process;
    var reader = new Thread(this::read, "output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a command; its output is read in the background. */
  static FreshetProcess start(Path workingDirectory, String... arguments) throws IOException {
    Files.createDirectories(temporary(workingDirectory));
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-Xmx1g",
                "-Djava.io.tmpdir=" + temporary(workingDirectory),
                // A process that lives for seconds has nothing of the second compiler.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.freshet.pipeline.app.Freshet"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(new File(workingDirectory.toString()));
    builder.environment().keySet().removeIf(name -> name.startsWith("FRESHET_"));
    return new FreshetProcess(builder.start());
  }

  /** The machine's folder for temporary files, as far as these processes know. */
  static Path temporary(Path workingDirectory) {
    return workingDirectory.resolve("elsewhere");
  }

  /** Waits for the line that says so, and returns the address in it. */
  URI awaitReady() throws Exception {
    return ready.get(START_SECONDS, TimeUnit.SECONDS);
  }

  /** The Kafka address that was printed. */
  String bootstrapServers() {
    return output()
        .lines()
        .filter(line -> line.startsWith(KAFKA))
        .map(line -> line.substring(KAFKA.length()).split(" ")[0])
        .findFirst()
        .orElseThrow();
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; returns the exit status. */
  int stop(long seconds) throws InterruptedException {
    process.destroy();
    return awaitExit(seconds);
  }

  /** Waits for the end by itself; returns the exit status. */
  int awaitExit(long seconds) throws InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("still runs after " + seconds + " s:\n" + output());
    }
    return process.exitValue();
  }

  /** Everything printed so far. */
  String output() {
    synchronized (output) {
      return String.join("\n", output);
    }
  }

  /** Kills it, and waits until it is gone: nobody writes to its folder any more then. */
  @Override
  public void close() {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (output) {
          output.add(line);
        }
        if (line.startsWith(READY)) {
          ready.complete(URI.create(line.substring(READY.length()).trim()));
        }
      }
    } catch (IOException e) {
      // The pipe breaks when the process is killed.
    }
    ready.completeExceptionally(new AssertionError("ended before it was ready:\n" + output()));
  }
}
