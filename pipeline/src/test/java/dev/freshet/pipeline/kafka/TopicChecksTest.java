package dev.freshet.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.event.DeadLetter;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class TopicChecksTest {
  private static final String ROOM = Integer.toString(DeadLetter.MAX_RECORD_BYTES);

  private final TopicChecks checks = new TopicChecks("kafka:9092");
  private final Logger logger = (Logger) LoggerFactory.getLogger(TopicChecks.class);
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();

  @BeforeEach
  void listen() {
    told.start();
    logger.addAppender(told);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(told);
  }

  private static UnaryOperator<String> settings(String policy, String millis, String bytes) {
    Map<String, String> settings =
        Map.of(
            "cleanup.policy", policy,
            "retention.ms", millis,
            "retention.bytes", bytes,
            "max.message.bytes", ROOM);
    return name -> settings.getOrDefault(name, "");
  }

  /** Retention is a broker's default that does nothing where the policy is compact alone. */
  @ParameterizedTest
  @CsvSource({
    "compact,604800000,1000",
    "'compact,delete',-1,-1",
    "'delete, compact',-1,-5",
    "'compact,delete','',''"
  })
  void whatIsKeptForEverPasses(String policy, String millis, String bytes) {
    assertThatCode(() -> checks.compacted("documents", settings(policy, millis, bytes)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"delete,-1,-1", "'compact,delete',604800000,-1", "'compact,delete',-1,1000"})
  void whatGoesByAgeOrSizeIsRefused(String policy, String millis, String bytes) {
    assertThatThrownBy(() -> checks.compacted("documents", settings(policy, millis, bytes)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "topic documents has cleanup.policy=%s and must have compact: what it holds is deleted by age or size otherwise, as retention.ms and retention.bytes say. Change it with: kafka-configs.sh --bootstrap-server kafka:9092 --alter --entity-type topics --entity-name documents --add-config cleanup.policy=compact",
            policy);
  }

  @Test
  void peopleAreToldWhatDeletesDeadLetters() {
    checks.deadLetters("dead-letters", settings("delete", "-1", "-1"));
    assertThat(told.list).isEmpty();
    checks.deadLetters("dead-letters", settings("delete", "604800000", "1000"));
    assertThat(told.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            age ->
                assertThat(age)
                    .startsWith(
                        "topic dead-letters has retention.ms=604800000 and should have -1: ")
                    .endsWith("--entity-name dead-letters --add-config retention.ms=-1"),
            size ->
                assertThat(size)
                    .startsWith("topic dead-letters has retention.bytes=1000 and should have -1: ")
                    .endsWith("--entity-name dead-letters --add-config retention.bytes=-1"));
  }
}
