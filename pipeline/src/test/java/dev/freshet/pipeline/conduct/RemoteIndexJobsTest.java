package dev.freshet.pipeline.conduct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.InvalidConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class RemoteIndexJobsTest {
  private static final String CHECKPOINT = "s3://checkpoints/a/chk-4";

  @TempDir private Path folder;
  private FakeFlink flink;
  private RemoteIndexJobs jobs;
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");

  @BeforeEach
  void start() throws IOException {
    flink = new FakeFlink();
    jobs = jobs("a jar");
  }

  @AfterEach
  void stop() {
    flink.close();
  }

  /** With a job jar of that content and settings in pairs. */
  private RemoteIndexJobs jobs(String jar, String... settings) throws IOException {
    Path file = Files.writeString(folder.resolve("job.jar"), jar);
    Map<String, String> all = new TreeMap<>();
    all.put("conduct.flink", flink.uri() + "/");
    all.put("conduct.jobJar", file.toString());
    all.put("kafka.bootstrapServers", "kafka:9092");
    all.put("index.parallelism", "2");
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return new RemoteIndexJobs(ConfigLoader.load(null, Map.of(), all), () -> now);
  }

  private JsonNode lastRun() {
    return flink.runs.get(flink.runs.size() - 1);
  }

  @Test
  void aJobIsSubmittedWithItsSettings() {
    jobs.start(3);
    assertThat(flink.uploads).containsExactly("a jar");
    assertThat(lastRun().required("parallelism").asInt()).isEqualTo(2);
    assertThat(lastRun().has("savepointPath")).isFalse();
    List<String> arguments = new ArrayList<>();
    lastRun().required("programArgsList").forEach(argument -> arguments.add(argument.asText()));
    assertThat(arguments)
        .containsExactly("--generation", "3", "--set", "kafka.bootstrapServers=kafka:9092");
    assertThat(jobs.running()).containsExactly(3);
  }

  @Test
  void theJarIsUploadedOnceAndAgainWhenItIsAnother() throws IOException {
    jobs.start(1);
    jobs.start(2);
    jobs("a jar").start(3);
    assertThat(flink.uploads).hasSize(1);
    jobs("another jar").start(4);
    assertThat(flink.uploads).containsExactly("a jar", "another jar");
  }

  @Test
  void theJarIsSentByteByByte() throws IOException {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    RemoteIndexJobs binary = jobs("");
    Files.write(folder.resolve("job.jar"), bytes);
    binary.start(1);
    assertThat(flink.uploads).containsExactly(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INITIALIZING",
        "CREATED",
        "RUNNING",
        "RESTARTING",
        "FAILING",
        "CANCELLING",
        "RECONCILING"
      })
  void aJobThatFlinkLooksAfterIsRunningWhoeverSubmittedIt(String state) {
    flink.add("freshet-index-7", state);
    assertThat(jobs.running()).containsExactly(7);
    jobs.start(7);
    assertThat(flink.runs).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"FINISHED", "CANCELED", "FAILED"})
  void aJobThatEndedIsNotRunning(String state) {
    flink.add("freshet-index-7", state);
    assertThat(jobs.running()).isEmpty();
  }

  @Test
  void jobsOfOthersAreNoneOfOurs() throws IOException {
    flink.add("freshet-index-x", "RUNNING");
    flink.add("freshet-index-01", "RUNNING");
    flink.add("freshet-tune", "RUNNING");
    flink.add("their-freshet-index-1", "RUNNING");
    assertThat(jobs.running()).isEmpty();
    flink.add("shop-index-5", "RUNNING");
    assertThat(jobs.running()).isEmpty();
    assertThat(jobs("a jar", "kafka.topicPrefix", "shop.").running()).containsExactly(5);
  }

  @Test
  void aJobGoesOnFromTheNewestCheckpointOfItsLastRun() {
    flink.add("freshet-index-1", "CANCELED").completed = "s3://checkpoints/old/chk-9";
    flink.add("freshet-index-1", "FAILED").completed = CHECKPOINT;
    flink.add("freshet-index-2", "CANCELED").completed = "s3://checkpoints/b/chk-1";
    jobs.start(1);
    assertThat(lastRun().required("savepointPath").asText()).isEqualTo(CHECKPOINT);
    assertThat(lastRun().required("claimMode").asText()).isEqualTo("CLAIM");
  }

  @Test
  void aRunWithoutACheckpointOfItsOwnGivesBackTheOneThatItStartedFrom() {
    FakeFlink.Job run = flink.add("freshet-index-1", "FAILED");
    run.restored = CHECKPOINT;
    jobs.start(1);
    assertThat(lastRun().required("savepointPath").asText()).isEqualTo(CHECKPOINT);
  }

  @Test
  void aRunThatWasCancelledTooEarlyIsPassedOver() {
    flink.add("freshet-index-1", "CANCELED").completed = CHECKPOINT;
    FakeFlink.Job discarded = flink.add("freshet-index-1", "CANCELED");
    discarded.completed = "s3://checkpoints/b/chk-1";
    discarded.discarded = true;
    jobs.start(1);
    assertThat(lastRun().required("savepointPath").asText()).isEqualTo(CHECKPOINT);
  }

  @Test
  void aCheckpointThatCouldNotBeReadIsNotTriedAgain() {
    flink.add("freshet-index-1", "CANCELED").completed = CHECKPOINT;
    flink.add("freshet-index-1", "FAILED").failure =
        "Caused by: java.io.FileNotFoundException: Cannot find checkpoint";
    jobs.start(1);
    assertThat(lastRun().has("savepointPath")).isFalse();
  }

  @Test
  void aCheckpointOfAnotherParallelismIsNotUsed() {
    FakeFlink.Job run = flink.add("freshet-index-1", "CANCELED");
    run.completed = CHECKPOINT;
    run.parallelism = 4;
    jobs.start(1);
    assertThat(lastRun().has("savepointPath")).isFalse();
  }

  @Test
  void afterTheJobManagerForgotEverythingJobsStartFromTheBeginning() {
    jobs.start(1);
    flink.job("freshet-index-1").completed = CHECKPOINT;
    flink.forgetEverything();
    assertThat(jobs.running()).isEmpty();
    jobs.start(1);
    assertThat(flink.uploads).hasSize(2);
    assertThat(lastRun().has("savepointPath")).isFalse();
    assertThat(jobs.running()).containsExactly(1);
  }

  @Test
  void aJobIsStoppedAndItsEndAwaited() {
    FakeFlink.Job one = flink.add("freshet-index-1", "RUNNING");
    FakeFlink.Job twice = flink.add("freshet-index-1", "RESTARTING");
    FakeFlink.Job other = flink.add("freshet-index-2", "RUNNING");
    jobs.stop(1);
    assertThat(List.of(one.state, twice.state, other.state))
        .containsExactly("CANCELED", "CANCELED", "RUNNING");
    jobs.stop(1);
    jobs.stop(9);
  }

  @Test
  void aRefusalSaysWhereAndWhyAndIsNotTriedAgainAtOnce() {
    flink.refusal =
        """
        org.apache.flink.runtime.rest.handler.RestHandlerException: Could not execute application.
        \tat org.apache.flink.runtime.webmonitor.handlers.JarRunHandler.lambda$handleRequest$1(JarRunHandler.java:114)
        Caused by: org.apache.flink.client.program.ProgramInvocationException: The main method caused an error: Kafka cannot be used
        \t... 4 more
        Caused by: dev.freshet.pipeline.kafka.KafkaUnavailableException: Kafka cannot be used: check it
        \t... 7 more
        Caused by: org.apache.kafka.common.errors.TimeoutException: Timed out
        """;
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> jobs.start(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("POST " + flink.uri() + "/jars/")
          .hasMessageEndingWith("/run: HTTP 400, Kafka cannot be used: check it");
    }
    assertThat(flink.runs).hasSize(1);
    flink.refusal = "";
    now = now.plus(RemoteIndexJobs.PAUSE);
    jobs.start(1);
    assertThat(jobs.running()).containsExactly(1);
  }

  @Test
  void aJobThatFailsIsStartedAgainAfterAWhile() {
    jobs.start(1);
    flink.job("freshet-index-1").state = "FAILED";
    assertThat(jobs.running()).as("it is not started again at once").containsExactly(1);
    now = now.plus(RemoteIndexJobs.PAUSE);
    assertThat(jobs.running()).isEmpty();
    jobs.start(1);
    assertThat(flink.runs).hasSize(2);

    flink.job("freshet-index-1").state = "FAILED";
    jobs.stop(1);
    assertThat(jobs.running()).as("it is not to run any more").isEmpty();
  }

  @Test
  void whyFlinkRestartsAJobIsToldOnce() {
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.start();
    Logger logger = (Logger) LoggerFactory.getLogger(RemoteIndexJobs.class);
    logger.addAppender(told);
    try {
      FakeFlink.Job job = flink.add("freshet-index-1", "RESTARTING");
      for (String why : List.of("no modules", "no modules", "no disk")) {
        job.failure = "Caused by: java.io.IOException: " + why;
        assertThat(jobs.running()).containsExactly(1);
      }
    } finally {
      logger.detachAppender(told);
    }
    assertThat(told.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            first -> assertThat(first).contains("freshet-index-1", "no modules"),
            second -> assertThat(second).contains("freshet-index-1", "no disk"));
  }

  @Test
  void anErrorOfFlinkItselfIsSaidByItsReason() {
    assertThatThrownBy(
            () -> new FlinkRest(flink.uri()).post("/jars/x/run", new ObjectMapper().nullNode()))
        .hasMessageContaining("/jars/x/run: HTTP 500, ")
        .hasMessageEndingWith("Jar file /tmp/x does not exist");
  }

  @Test
  void whatSomethingBetweenAnswersIsSaid() {
    flink.page = "<h1>Bad gateway</h1>";
    assertThatThrownBy(jobs::running)
        .hasMessage("GET " + flink.uri() + "/jobs/overview: HTTP 502, <h1>Bad gateway</h1>");
  }

  @Test
  void aClusterThatDoesNotAnswerIsSaid() {
    flink.close();
    assertThatThrownBy(jobs::running)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Flink does not answer at " + flink.uri() + "/jobs/overview: ")
        .hasMessageEndingWith("Check conduct.flink.");
  }

  @Test
  void checkpointsOfAGenerationThatIsOverAreDeleted() {
    flink.add("freshet-index-1", "CANCELED").completed = CHECKPOINT;
    flink.add("freshet-index-1", "CANCELED");
    flink.add("freshet-index-2", "RUNNING").completed = "s3://checkpoints/b/chk-1";
    jobs.forget(1);
    assertThat(flink.disposed).containsExactly(CHECKPOINT);
  }

  @Test
  void aJobJarThatIsNotThereStopsTheStart() {
    assertThatThrownBy(() -> jobs("a jar", "conduct.jobJar", folder.resolve("no.jar").toString()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("no.jar", "conduct.jobJar");
  }
}
