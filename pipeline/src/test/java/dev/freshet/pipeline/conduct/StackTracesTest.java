package dev.freshet.pipeline.conduct;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StackTracesTest {
  @Test
  void theReasonIsWhatEverythingFollowedFrom() {
    assertThat(
            StackTraces.reason(
                """
                org.apache.flink.util.FlinkException: it failed
                \tat a.B.c(B.java:1)
                Caused by: java.io.IOException: the disk is full
                \tat a.B.d(B.java:2)
                \t... 5 more

                """))
        .isEqualTo("java.io.IOException: the disk is full");
  }

  @Test
  void anExceptionOfOursSaysItBest() {
    assertThat(
            StackTraces.reason(
                """
                org.apache.flink.util.FlinkException: it failed
                Caused by: dev.freshet.pipeline.config.InvalidConfigException: set another model
                \t... 5 more
                Caused by: java.io.IOException: no such file
                """))
        .isEqualTo("set another model");
  }

  @Test
  void framesAroundItAreNotTheReason() {
    assertThat(
            StackTraces.reason(
                "<Exception on server side:\nE: not here\n\tat a.B\n\nEnd of exception on server side>"))
        .isEqualTo("E: not here");
    assertThat(StackTraces.reason("Not found: /jars")).isEqualTo("Not found: /jars");
    assertThat(StackTraces.reason("")).isEmpty();
  }
}
