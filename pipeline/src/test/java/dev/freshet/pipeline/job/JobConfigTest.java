package dev.freshet.pipeline.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobConfigTest {
  @Test
  void aTaskFindsTheModelWhateverItsWorkingDirectory() {
    assertThat(travelled("encoder.model", "../models/m").encoder().model())
        .isEqualTo(Path.of("../models/m").toAbsolutePath().normalize());
    assertThat(travelled("encoder.modules", "../modules/7").encoder().modules())
        .isEqualTo(Path.of("../modules/7").toAbsolutePath().normalize());
    assertThat(travelled("encoder.threads", "1").encoder().model()).isNull();
  }

  @Test
  void secretsOfTheServeNodeStayAtHome() {
    assertThat(travelled("serve.apiKey", "a-secret-of-some-length").serve())
        .isEqualTo(FreshetConfig.defaults().serve());
  }

  private static FreshetConfig travelled(String path, String value) {
    return new JobConfig(ConfigLoader.load(null, Map.of(), Map.of(path, value))).load();
  }
}
