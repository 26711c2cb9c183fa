package dev.freshet.pipeline.app;

import dev.freshet.pipeline.config.Values;
import dev.freshet.pipeline.event.DocumentCodec;
import dev.freshet.pipeline.http.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code freshet load}. */
@Command(
    name = "load",
    header = {"Send documents to a running Freshet, one JSON object a line.", ""},
    description = {
      "",
      "A line has id and text, and may have title, attributes and timestamp; BEIR's _id and metadata"
          + " are understood too. A line that is no document is kept in the dead-letters topic and"
          + " named at the end.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  freshet load corpus.jsonl",
      "  zcat corpus.jsonl.gz | freshet load -"
    })
final class LoadCommand implements Callable<Integer> {
  /** Above the server's limit, so that it is the server that refuses. */
  private static final int MAX_LINE_BYTES = DocumentCodec.MAX_LINE_BYTES + 1_000;

  private static final int SHOWN_REASONS = 10;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "FILE", description = "JSON lines; - for standard input.")
  private String file = "";

  @Option(
      names = "--retry-for",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "120s",
      description = "How long to wait for a server that is down (default: ${DEFAULT-VALUE}).")
  private Duration retryFor = Duration.ofMinutes(2);

  private final Uploader.Pause pause;

  LoadCommand() {
    this(duration -> Thread.sleep(duration.toMillis()));
  }

  LoadCommand(Uploader.Pause pause) {
    this.pause = pause;
  }

  @Override
  public Integer call() throws InterruptedException {
    Terminal terminal = Terminal.of(spec);
    FreshetClient client = server.client();
    LoadTotals totals = new LoadTotals();
    try (InputStream in = open()) {
      Progress progress = new Progress(terminal, System::nanoTime);
      long size = size();
      try (Uploader uploader =
          new Uploader(
              client,
              retryFor,
              totals,
              progress::notice,
              () ->
                  progress.atDocuments(share(totals, size), totals.accepted() + totals.rejected()),
              pause)) {
        upload(in, uploader, totals);
      } finally {
        progress.clear();
      }
      return summary(terminal, totals, progress.seconds());
    } catch (NoSuchFileException e) {
      throw CommandException.wrongUsage(file + " does not exist");
    } catch (AccessDeniedException e) {
      throw CommandException.wrongUsage(file + " may not be read by this user");
    } catch (IOException e) {
      throw new CommandException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private InputStream open() throws IOException {
    if (file.equals("-")) {
      return System.in;
    }
    if (Files.isDirectory(Path.of(file))) {
      throw CommandException.wrongUsage(
          file + " is a folder: name a file of JSON lines, or - for standard input");
    }
    return Files.newInputStream(Path.of(file));
  }

  private static double share(LoadTotals totals, long size) {
    return size > 0 ? (double) totals.bytes() / size : Double.NaN;
  }

  /** -1 where nobody knows: standard input, and pipes, which have a name but no size. */
  private long size() throws IOException {
    boolean known = !file.equals("-") && Files.isRegularFile(Path.of(file));
    return known ? Files.size(Path.of(file)) : -1;
  }

  private static void upload(InputStream in, Uploader uploader, LoadTotals totals)
      throws IOException, InterruptedException {
    LineReader lines = new LineReader(in, MAX_LINE_BYTES);
    Batch batch = new Batch();
    byte[] line = lines.next();
    for (long number = 1; line != null && totals.failure() == null; number++) {
      byte[] content = number == 1 ? withoutMark(line) : line;
      if (!isBlank(content)) {
        batch.add(SourceLine.of(content), number, lines.length() + 1);
      }
      if (batch.isFull()) {
        uploader.send(batch);
        batch = new Batch();
      }
      line = lines.next();
    }
    if (!batch.isEmpty() && totals.failure() == null) {
      uploader.send(batch);
    }
    uploader.await();
  }

  /** Some editors on Windows put a mark before the first line, which is no JSON. */
  private static byte[] withoutMark(byte[] line) {
    boolean marked = line.length >= 3 && Arrays.equals(Arrays.copyOf(line, 3), BYTE_ORDER_MARK);
    return marked ? Arrays.copyOfRange(line, 3, line.length) : line;
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private int summary(Terminal terminal, LoadTotals totals, double seconds) {
    if (totals.isEmpty()) {
      // Nothing went wrong, and a script that had nothing to send should go on; a person may
      // wonder.
      String name = file.equals("-") ? "standard input" : file;
      terminal.out().println(name + " holds no documents: nothing was sent");
      terminal.out().flush();
      return Freshet.DONE;
    }
    terminal
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "accepted %,d, rejected %,d, in %.1f s (%,.0f/s)",
                totals.accepted(),
                totals.rejected(),
                seconds,
                totals.accepted() / seconds));
    int shown = 0;
    for (Map.Entry<Long, String> reason : totals.reasons().entrySet()) {
      if (shown++ == SHOWN_REASONS) {
        break;
      }
      terminal
          .out()
          .println("  line " + reason.getKey() + ": " + Terminal.plain(reason.getValue()));
    }
    if (totals.rejected() > SHOWN_REASONS) {
      terminal
          .out()
          .println("  ... the dead-letters topic has every rejected line with its reason");
    }
    terminal.out().flush();
    String failure = totals.failure();
    if (failure != null) {
      throw new CommandException(
          failure
              + "; not every line was delivered: load the file again, what arrived already is"
              + " written over");
    }
    return totals.rejected() == 0 ? Freshet.DONE : Freshet.FAILED;
  }

  /** Durations as in the configuration. */
  static final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return Values.parseDuration(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
