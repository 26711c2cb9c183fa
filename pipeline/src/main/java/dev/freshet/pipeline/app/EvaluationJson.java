package dev.freshet.pipeline.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.training.corpus.QueryRegister;
import dev.freshet.training.evaluation.Metric;
import dev.freshet.training.evaluation.PairedComparison;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * An {@link EvaluationReport} for programs.
 *
 * <pre>{@code
 * {"collection": str, "documents": int, "queries": int, "registers": {register: queries},
 *  "systems": [{"system": str, "metrics": {metric: mean}, "registers": {register: {metric: mean}},
 *               "comparison": {"metric": str, "difference", "low", "high", "pValue"}}]}
 * }</pre>
 *
 * The first system has no comparison: it is what the others are compared with.
 */
final class EvaluationJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private EvaluationJson() {}

  static void write(Path file, EvaluationReport report) {
    try {
      JSON.writeValue(file.toFile(), json(report));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  private static ObjectNode json(EvaluationReport report) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("collection", report.title())
            .put("documents", report.documents())
            .put("queries", report.queries());
    ObjectNode registers = json.putObject("registers");
    report
        .registers()
        .forEach((register, queries) -> registers.put(register.label(), queries.size()));
    for (EvaluationReport.Row row : report.rows()) {
      json.withArray("systems").add(system(report, row));
    }
    return json;
  }

  private static ObjectNode system(EvaluationReport report, EvaluationReport.Row row) {
    ObjectNode system = JSON.createObjectNode().put("system", row.system());
    ObjectNode metrics = system.putObject("metrics");
    for (Metric metric : report.metrics()) {
      metrics.put(metric.label(), row.scores().mean(metric));
    }
    ObjectNode registers = system.putObject("registers");
    for (QueryRegister register : report.registers().keySet()) {
      ObjectNode means = registers.putObject(register.label());
      for (Metric metric : report.metrics()) {
        means.put(metric.label(), report.mean(row, metric, register));
      }
    }
    PairedComparison comparison = row.comparison();
    if (comparison != null) {
      system
          .putObject("comparison")
          .put("metric", report.primary().label())
          .put("difference", comparison.difference())
          .put("low", comparison.interval().low())
          .put("high", comparison.interval().high())
          .put("pValue", comparison.pValue());
    }
    return system;
  }
}
