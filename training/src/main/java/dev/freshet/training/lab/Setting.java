package dev.freshet.training.lab;

import ai.djl.Device;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.training.corpus.CollectionFingerprint;
import dev.freshet.training.corpus.CorpusCollection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What all trials of a comparison share.
 *
 * @param collection what is searched
 * @param backbone what is tuned
 * @param plan everything else that decides a trial's numbers and is the same for all, by the name
 *     that reports show; in the order of the report. What may grow, such as the list of seeds, has
 *     no place here
 * @param baselines systems without training
 */
public record Setting(
    Collection collection, Backbone backbone, Map<String, String> plan, List<Baseline> baselines) {

  /**
   * A collection and its size; queries are those with a relevant document.
   *
   * @param name for people
   * @param sha256 of its documents, queries and judgements, see {@link CollectionFingerprint}
   */
  public record Collection(
      String name,
      int documents,
      int trainQueries,
      int validationQueries,
      int testQueries,
      String sha256) {
    /**
     * @param whole what was divided
     */
    public static Collection of(String name, CorpusCollection whole, LabCollection divided) {
      return new Collection(
          name,
          divided.documents().size(),
          divided.trainQueries().size(),
          divided.heldOut().queries().size(),
          divided.test().queries().size(),
          CollectionFingerprint.sha256(whole));
    }
  }

  /**
   * A model before tuning: its weights, and what else decides the vectors that they make.
   *
   * @param name for people
   * @param sha256 of its weights
   * @param tokenizer SHA-256 of its {@code tokenizer.json}
   * @param pooling how the states of tokens become a vector: {@code mean} or {@code cls}
   * @param queryPrefix put before every query; may be empty
   * @param passagePrefix put before every passage; may be empty
   * @param layers number of layers
   * @param hidden size of a token's state
   * @param parameters numbers that it consists of: the whole of a budget's share
   * @param device where it computes, which decides the last digits: {@code cpu} or {@code gpu:N}
   */
  public record Backbone(
      String name,
      String sha256,
      String tokenizer,
      String pooling,
      String queryPrefix,
      String passagePrefix,
      int layers,
      int hidden,
      long parameters,
      String device) {
    public static Backbone of(dev.freshet.training.round.Backbone backbone) {
      return new Backbone(
          backbone.name(),
          backbone.sha256(),
          backbone.tokenizerSha256(),
          backbone.pooling().name().toLowerCase(Locale.ROOT),
          backbone.queryPrefix(),
          backbone.passagePrefix(),
          backbone.config().layers(),
          backbone.config().hidden(),
          BackboneTensors.parameters(backbone.config()),
          device(backbone.weights().device()));
    }

    private static String device(Device device) {
      return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
    }
  }

  /**
   * A system that needs no training.
   *
   * @param name such as {@code bm25}; {@value #UNTUNED} is the backbone as it is
   * @param task what it was measured on
   * @param test how good it is on the test queries
   */
  public record Baseline(String name, Task task, Scores test) {
    public static final String UNTUNED = "untuned";

    public Baseline {
      Checks.notBlank("name", name);
    }
  }

  public Setting {
    plan = Collections.unmodifiableMap(new LinkedHashMap<>(plan));
    baselines = List.copyOf(baselines);
  }

  public Setting withBaselines(List<Baseline> others) {
    return new Setting(collection, backbone, plan, others);
  }
}
