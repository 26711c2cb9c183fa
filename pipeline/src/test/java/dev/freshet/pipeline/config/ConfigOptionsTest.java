package dev.freshet.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigOptionsTest {
  @TempDir Path folder;

  @Test
  void flagsStandOverTheEnvironmentAndTheEnvironmentOverTheFile() throws IOException {
    Path file =
        Files.writeString(folder.resolve("f.yaml"), "serve: {port: 1, host: h, maxHits: 9}\n");
    ConfigOptions options = new ConfigOptions();
    new CommandLine(options, CommandLine.defaultFactory())
        .parseArgs("--port", "3", "--set", "serve.maxHits=8", "--modules", "registry/7");
    FreshetConfig config =
        options.load(
            Map.of(
                "FRESHET_CONFIG", file.toString(),
                "FRESHET_SERVE_PORT", "2",
                "FRESHET_ENCODER_MODULES", "registry/6",
                "FRESHET_SERVE_HOST", "e"));
    assertThat(config.serve().port()).isEqualTo(3);
    assertThat(config.serve().host()).isEqualTo("e");
    assertThat(config.serve().maxHits()).isEqualTo(8);
    assertThat(config.encoder().modules()).isEqualTo(Path.of("registry/7"));
  }

  @Test
  void aCommandsOwnFolderStandsUnderAllThatIsSaidEvenWhereThatIsTheDefault() throws IOException {
    Path own = Path.of("own");
    assertThat(dataDir(own, Map.of())).isEqualTo(own);
    assertThat(dataDir(own, Map.of(), "--data-dir", ".freshet")).isEqualTo(Path.of(".freshet"));
    assertThat(dataDir(own, Map.of(), "--set", "dataDir=.freshet")).isEqualTo(Path.of(".freshet"));
    assertThat(dataDir(own, Map.of("FRESHET_DATA_DIR", ".freshet"))).isEqualTo(Path.of(".freshet"));
    Path file = Files.writeString(folder.resolve("f.yaml"), "dataDir: .freshet\n");
    assertThat(dataDir(own, Map.of("FRESHET_CONFIG", file.toString())))
        .isEqualTo(FreshetConfig.defaults().dataDir());
  }

  private static Path dataDir(Path own, Map<String, String> environment, String... arguments) {
    ConfigOptions options = new ConfigOptions();
    new CommandLine(options, CommandLine.defaultFactory()).parseArgs(arguments);
    return options.loadWithDefaultDataDir(own, environment).dataDir();
  }
}
