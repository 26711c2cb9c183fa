package dev.freshet.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.app.Freshet;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A setting that a benchmark does not follow is refused, or its figure would be of another one. */
class BenchCommandTest {
  private static String refusal(String... arguments) {
    StringWriter err = new StringWriter();
    CommandLine line = Freshet.commandLine();
    line.setErr(new PrintWriter(err, true));
    assertThat(line.execute(arguments)).isEqualTo(Freshet.WRONG_USAGE);
    return err.toString();
  }

  @Test
  void encodeTakesNoSettingOfTheEncoderButItsModel() {
    assertThat(refusal("bench", "encode", "--modules", "checkpoint"))
        .contains("takes the model alone", "--method", "modules=checkpoint");
    assertThat(refusal("bench", "encode", "--set", "encoder.threads=7"))
        .contains("takes the model alone", "threads=7");
  }
}
