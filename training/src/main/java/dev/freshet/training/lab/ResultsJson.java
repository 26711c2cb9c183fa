package dev.freshet.training.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Comparison} for programs. What is not known is left out; a number that is not finite is
 * a string, as in a {@link ResultFile}, where curves, values for each query and landscapes are.
 *
 * <pre>{@code
 * {"format": 1,
 *  "setting": as in setting.json, and
 *    {"baselines": [{"name": str, "task": task, "metrics": {metric: num}}]},
 *  "contenders": [
 *    {"task": "retrieval" | "reranking", "contender": str, "budget": num,
 *     "method": str, "parameters": int, "share": num,
 *     "rates": [{"rate": num, "validation": spread, "runs": int, "diverged": int}],
 *     "selectedRate": num, "gridPlace": "inside" | "lowest" | "highest" | "only",
 *     "test": {metric: spread},
 *     "shareOfTheWay": num,
 *     "goal": {"validation": num, "reached": int, "of": int, "steps": spread,
 *              "cpuSeconds": spread},
 *     "againstFull": significance, "againstOther": significance,
 *     "stability": {"seeds": spread, "rates": spread, "goodRates": [num], "runs": int,
 *                   "divergences": int},
 *     "directions": {"relative": num, "cosine": num, "displacementCosine": num,
 *                    "modules": {module: {"relative": num, "cosine": num}}},
 *     "smoothness": {"range": num, "widestRange": num, "lipschitz": num,
 *                    "highestLipschitz": num}}],
 *  "trials": [
 *    {"name": str, "trial": as in its file, "tuned": likewise, "outcome": likewise,
 *     "effort": likewise, "bestStep": int, "validation": num, "metrics": {metric: num}}]}
 *
 * spread:       {"mean": num, "deviation": num, "low": num, "high": num, "count": int}
 * significance: {"reference": str, "difference": num, "low": num, "high": num, "pValue": num,
 *                "corrected": num}
 * }</pre>
 */
final class ResultsJson {
  private static final int FORMAT = 1;
  private static final JsonMapper JSON = ResultFile.MAPPER;

  private ResultsJson() {}

  static ObjectNode of(Comparison comparison) {
    ObjectNode json = JSON.createObjectNode().put("format", FORMAT);
    json.set("setting", setting(comparison.setting()));
    ArrayNode contenders = json.putArray("contenders");
    ArrayNode trials = json.putArray("trials");
    for (Standing standing : comparison.standings()) {
      contenders.add(contender(comparison, standing));
      standing.runs().forEach(run -> trials.add(trial(run)));
    }
    return json;
  }

  private static ObjectNode setting(Setting setting) {
    ObjectNode json = SettingFile.json(setting);
    ArrayNode baselines = json.putArray("baselines");
    for (Setting.Baseline baseline : setting.baselines()) {
      ObjectNode node = baselines.addObject().put("name", baseline.name());
      node.set("task", JSON.valueToTree(baseline.task()));
      node.set("metrics", JSON.valueToTree(baseline.test().metrics()));
    }
    return json;
  }

  private static ObjectNode contender(Comparison comparison, Standing standing) {
    ObjectNode json = JSON.valueToTree(standing.entrant());
    // The record calls it name, where there is nothing else that has one.
    json.set("contender", json.remove("name"));
    Tuned tuned = standing.tuned();
    json.put("method", tuned.method())
        .put("parameters", tuned.parameters())
        .put("share", tuned.share());
    ArrayNode rates = json.putArray("rates");
    for (RateGroup rate : standing.rates()) {
      ObjectNode node = rates.addObject().put("rate", rate.rate());
      put(node, "validation", rate.validation());
      node.put("runs", rate.runs().size()).put("diverged", rate.diverged());
    }
    json.put("selectedRate", standing.selected().rate());
    json.put("gridPlace", standing.place().name().toLowerCase(Locale.ROOT));
    put(json, "test", standing.test());
    put(json, "shareOfTheWay", comparison.shareOfTheWay(standing));
    put(json, "goal", goal(comparison.milestone(standing)));
    put(json, "againstFull", significance(comparison.againstFull(standing)));
    put(json, "againstOther", significance(comparison.againstOther(standing)));
    put(json, "stability", Stability.of(standing));
    put(json, "directions", directions(DirectionSummary.of(standing)));
    put(json, "smoothness", smoothness(SmoothnessSummary.of(standing)));
    return json;
  }

  private static void put(ObjectNode json, String key, @Nullable Object value) {
    if (value != null) {
      json.set(key, JSON.valueToTree(value));
    }
  }

  private static @Nullable JsonNode goal(@Nullable Milestone milestone) {
    if (milestone == null) {
      return null;
    }
    ObjectNode json =
        JSON.createObjectNode()
            .put("validation", milestone.threshold())
            .put("reached", milestone.reached())
            .put("of", milestone.of());
    put(json, "steps", milestone.steps());
    put(json, "cpuSeconds", milestone.cpuSeconds());
    return json;
  }

  private static @Nullable JsonNode significance(@Nullable Significance significance) {
    return significance == null
        ? null
        : JSON.createObjectNode()
            .put("reference", significance.reference().name())
            .put("difference", significance.paired().difference())
            .put("low", significance.paired().interval().low())
            .put("high", significance.paired().interval().high())
            .put("pValue", significance.paired().pValue())
            .put("corrected", significance.corrected());
  }

  private static @Nullable JsonNode directions(@Nullable DirectionSummary summary) {
    if (summary == null) {
      return null;
    }
    ObjectNode json =
        JSON.createObjectNode()
            .put("relative", summary.all().relative())
            .put("cosine", summary.all().cosine());
    if (!Double.isNaN(summary.displacementCosine())) {
      json.put("displacementCosine", summary.displacementCosine());
    }
    put(json, "modules", summary.modules());
    return json;
  }

  private static @Nullable JsonNode smoothness(@Nullable SmoothnessSummary summary) {
    return summary == null
        ? null
        : JSON.createObjectNode()
            .put("range", summary.range())
            .put("widestRange", summary.widestRange())
            .put("lipschitz", summary.lipschitz())
            .put("highestLipschitz", summary.highestLipschitz());
  }

  private static ObjectNode trial(TrialResult run) {
    ObjectNode json = JSON.createObjectNode().put("name", run.trial().name());
    put(json, "trial", run.trial());
    put(json, "tuned", run.tuned());
    put(json, "outcome", run.outcome());
    put(json, "effort", run.effort());
    json.put("bestStep", run.progress().bestStep());
    if (!run.progress().validations().isEmpty()) {
      json.put("validation", run.progress().bestValidation());
    }
    Scores test = run.test();
    put(json, "metrics", test == null ? null : test.metrics());
    return json;
  }
}
