package dev.freshet.pipeline.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.pipeline.ann.PostingAudit;
import dev.freshet.pipeline.config.ConfigOptions;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.store.StoreDamagedException;
import dev.freshet.pipeline.store.StoreReport;
import dev.freshet.pipeline.store.StoreVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet store verify}. */
@Command(
    name = "verify",
    header = {"Read all of a store and say what is wrong with it.", ""},
    description = {
      "",
      "Every block by its checksum; documents, vectors, postings, counts and offsets against each"
          + " other. Changes nothing. Exit code 0: all is well; 1: something is not.",
      ""
    })
final class StoreVerifyCommand implements Callable<Integer> {
  private static final String ROW = "%10s %12s %12s %10s %12s  %s";
  private static final String FAULT = " ".repeat(12);
  private static final double MEBI = 1 << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the results here too.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    FreshetConfig config = options.load();
    Terminal terminal = Terminal.of(spec);
    try (DataDirectory data = DataDirectory.lockExisting(config.dataDir())) {
      Path store = data.existingStore();
      StoreReport report = verify(store);
      print(terminal, report);
      terminal
          .out()
          .println(
              report.isSound()
                  ? "the store %s is as it should be".formatted(store)
                  : advice(report, data.root()));
      terminal.out().flush();
      if (json != null) {
        write(json, report);
      }
      return report.isSound() ? Freshet.DONE : Freshet.FAILED;
    }
  }

  private static StoreReport verify(Path store) {
    try {
      return new StoreVerifier(
              store, (dimensions, parts) -> new PostingAudit(dimensions, parts)::fault)
          .verify();
    } catch (StoreDamagedException e) {
      return new StoreReport(List.of(), List.of(String.valueOf(e.getMessage())));
    }
  }

  private static void print(Terminal terminal, StoreReport report) {
    if (!report.generations().isEmpty()) {
      String head =
          ROW.formatted("generation", "documents", "passages", "deletes", "bytes", "state");
      terminal.out().println(terminal.bold(head));
    }
    for (StoreReport.Generation generation : report.generations()) {
      terminal.out().println(row(generation));
      for (String fault : generation.faults()) {
        terminal.out().println(FAULT + Terminal.plain(fault));
      }
      long more = generation.faultCount() - generation.faults().size();
      if (more > 0) {
        terminal.out().printf(Locale.ROOT, "%sand %,d more%n", FAULT, more);
      }
    }
    report.faults().forEach(fault -> terminal.out().println(Terminal.plain(fault)));
  }

  private static String row(StoreReport.Generation generation) {
    return ROW.formatted(
        generation.generation(),
        String.format(Locale.ROOT, "%,d", generation.counts().documents()),
        String.format(Locale.ROOT, "%,d", generation.counts().passages()),
        String.format(Locale.ROOT, "%,d", generation.counts().tombstones()),
        String.format(Locale.ROOT, "%,.1f MiB", generation.bytes() / MEBI),
        generation.isSound() ? "ok" : "DAMAGED");
  }

  /** What to run; the whole store where it cannot be told which generation. */
  private static String advice(StoreReport report, Path data) {
    StringBuilder advice = new StringBuilder("to have it filled again from Kafka, run:");
    if (!report.faults().isEmpty()) {
      return advice.append("\n  freshet store rebuild --data-dir ").append(data).toString();
    }
    report.generations().stream()
        .filter(generation -> !generation.isSound())
        .forEach(
            generation ->
                advice.append(
                    "\n  freshet store rebuild --generation %d --data-dir %s"
                        .formatted(generation.generation(), data)));
    return advice.toString();
  }

  private static void write(Path file, StoreReport report) {
    ObjectNode node = JSON.createObjectNode().put("sound", report.isSound());
    report.faults().forEach(node.putArray("faults")::add);
    for (StoreReport.Generation generation : report.generations()) {
      ObjectNode one =
          node.withArray("generations")
              .addObject()
              .put("generation", generation.generation())
              .put("documents", generation.counts().documents())
              .put("passages", generation.counts().passages())
              .put("deletes", generation.counts().tombstones())
              .put("bytes", generation.bytes())
              .put("sound", generation.isSound())
              .put("faultCount", generation.faultCount());
      generation.faults().forEach(one.putArray("faults")::add);
    }
    try {
      JSON.writeValue(file.toFile(), node);
    } catch (IOException e) {
      throw new CommandException("cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
