package dev.freshet.pipeline.index;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.job.JobConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The arguments that give {@link IndexJobMain} in a Flink cluster the settings of this process:
 * those of {@code kafka}, {@code encoder}, {@code index} and {@code registry} that are not the
 * default. What is not said here is as the JobManager has it: in its {@code FRESHET_*} variables,
 * or the file that its {@code FRESHET_CONFIG} names.
 *
 * <p>{@code kafka.properties} are never said here. They may be passwords, and arguments travel over
 * Flink's REST API, most often as plain text: they must be set for the JobManager, for instance as
 * {@code FRESHET_KAFKA_PROPERTIES_SASL_JAAS_CONFIG}.
 */
public final class JobArguments {
  private static final List<String> SECTIONS = List.of("kafka.", "encoder.", "index.", "registry.");
  private static final String SECRETS = "kafka.properties.";

  /** How many subtasks there are and where checkpoints lie is Flink's to know. */
  private static final List<String> OF_FLINK = List.of("index.parallelism", "index.checkpointDir");

  private JobArguments() {}

  /** For the job of one generation; folders are absolute. */
  public static List<String> of(FreshetConfig config, int generation) {
    List<String> arguments = new ArrayList<>(List.of("--generation", Integer.toString(generation)));
    Map<String, String> set = config.toMap();
    Map<String, String> defaults = FreshetConfig.defaults().toMap();
    new JobConfig(config)
        .values()
        .forEach(
            (path, value) -> {
              boolean isSet = set.containsKey(path) && !set.get(path).equals(defaults.get(path));
              if (isSet && travels(path)) {
                arguments.addAll(List.of("--set", path + "=" + value));
              }
            });
    return arguments;
  }

  private static boolean travels(String path) {
    return SECTIONS.stream().anyMatch(path::startsWith)
        && !path.startsWith(SECRETS)
        && !OF_FLINK.contains(path);
  }
}
