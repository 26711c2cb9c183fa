package dev.freshet.pipeline.tune;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.ImpressionCodec;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.job.Rejection;
import dev.freshet.pipeline.job.SourceRecord;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeedbackDecoderTest {
  /** When Kafka took a record in. */
  private static final long ARRIVAL = 5_000;

  private final InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();

  /** The decoder with metrics that can be read. */
  private static final class MeasuredDecoder<T> extends ProcessOperator<SourceRecord, T> {
    private static final long serialVersionUID = 1;
    private final transient InterceptingOperatorMetricGroup metrics;

    MeasuredDecoder(FeedbackDecoder<T> decoder, InterceptingOperatorMetricGroup metrics) {
      super(decoder);
      this.metrics = metrics;
    }

    @Override
    public InternalOperatorMetricGroup getMetricGroup() {
      return metrics;
    }
  }

  /** What came of records. */
  private record Decoded<T>(List<T> good, List<Rejection> rejected) {}

  private <T> Decoded<T> decode(FeedbackDecoder<T> decoder, SourceRecord... records)
      throws Exception {
    try (var harness =
        new OneInputStreamOperatorTestHarness<>(new MeasuredDecoder<>(decoder, metrics))) {
      harness.open();
      for (SourceRecord each : records) {
        harness.processElement(each, 0);
      }
      var rejected = harness.getSideOutput(FeedbackDecoder.REJECTED);
      return new Decoded<>(
          harness.extractOutputValues(),
          rejected == null ? List.of() : rejected.stream().map(StreamRecord::getValue).toList());
    }
  }

  private static SourceRecord came(byte @Nullable [] value) {
    return new SourceRecord(2, 7, ARRIVAL, "k".getBytes(UTF_8), value);
  }

  private Decoded<ClickedObject> clicks(String... values) throws Exception {
    return decode(
        FeedbackDecoder.ofClicks("clicks"),
        Stream.of(values).map(value -> came(value.getBytes(UTF_8))).toArray(SourceRecord[]::new));
  }

  private static String click(String action, String more) {
    return "{\"query_id\": \"q\", \"action_name\": \"%s\", \"object_id\": \"a\"%s}"
        .formatted(action, more);
  }

  private static SourceRecord impression(long millis, Impression.Slot... slots) {
    return came(
        ImpressionCodec.encode(
            new Impression(
                "q",
                "what",
                1,
                SearchMode.DENSE,
                0,
                List.of(slots),
                null,
                Instant.ofEpochMilli(millis))));
  }

  private long count(String metric) {
    return ((Counter) metrics.get(metric)).getCount();
  }

  @Test
  void malformedClicksAreRejectedAsTheyCameAndWithTheirReason() throws Exception {
    Decoded<ClickedObject> decoded =
        clicks("no JSON", "[]", "{\"query_id\": \"q\", \"action_name\": \"click\"}");
    assertThat(decoded.good()).isEmpty();
    assertThat(decoded.rejected()).hasSize(3);
    Rejection last = decoded.rejected().get(2);
    assertThat(last.reason()).contains("object_id");
    assertThat(last.topic()).isEqualTo("clicks");
    assertThat(last.partition()).isEqualTo(2);
    assertThat(last.offset()).isEqualTo(7);
    assertThat(last.key()).asString(UTF_8).isEqualTo("k");
    assertThat(new String(Objects.requireNonNull(last.value()), UTF_8)).contains("query_id");
    assertThat(decoded.rejected().get(1).reason()).contains("must be a JSON object");
    assertThat(count("clicksOtherAction")).isZero();
  }

  @Test
  void aRecordWithoutAValueIsRejected() throws Exception {
    Decoded<ClickedObject> decoded = decode(FeedbackDecoder.ofClicks("clicks"), came(null));
    assertThat(decoded.good()).isEmpty();
    assertThat(decoded.rejected())
        .extracting(Rejection::reason)
        .containsExactly("the value is missing");
  }

  @Test
  void malformedImpressionsAreRejectedAlsoThoseThatCannotHaveBeenShown() throws Exception {
    Impression.Slot slot = new Impression.Slot("a", 1, 1);
    Decoded<ShownPage> decoded =
        decode(
            FeedbackDecoder.ofImpressions("impressions"),
            came("{}".getBytes(UTF_8)),
            impression(1, slot, slot),
            impression(1, slot));
    assertThat(decoded.rejected()).hasSize(2);
    assertThat(decoded.rejected().get(0).reason()).contains("query_id is missing");
    assertThat(decoded.rejected().get(1).reason()).startsWith("slots: ");
    assertThat(decoded.good()).hasSize(1);
  }

  @Test
  void aClockThatIsAheadSaysNothingAndOneThatIsBehindIsBelieved() throws Exception {
    assertThat(
            clicks(
                    click("click", ""),
                    click("click", ", \"timestamp\": \"1970-01-01T00:00:04Z\""),
                    click("click", ", \"timestamp\": \"2970-01-01T00:00:00Z\""))
                .good())
        .extracting(ClickedObject::millis)
        .containsExactly(ARRIVAL, 4_000L, ARRIVAL);
    Impression.Slot slot = new Impression.Slot("a", 1, 1);
    assertThat(
            decode(
                    FeedbackDecoder.ofImpressions("impressions"),
                    impression(ARRIVAL - 1, slot),
                    impression(ARRIVAL + 1, slot))
                .good())
        .extracting(ShownPage::millis)
        .containsExactly(ARRIVAL - 1, ARRIVAL);
  }

  @Test
  void whatIsNoClickIsSkippedAndCounted() throws Exception {
    Decoded<ClickedObject> decoded =
        clicks(click("impression", ""), click("Click", ""), click("click", ""));
    assertThat(decoded.good()).containsExactly(new ClickedObject("q", "a", ARRIVAL));
    assertThat(decoded.rejected()).isEmpty();
    assertThat(count("clicksOtherAction")).isEqualTo(2);
  }

  @Test
  void aPageOfNothingIsSkippedAndCounted() throws Exception {
    Decoded<ShownPage> decoded =
        decode(FeedbackDecoder.ofImpressions("impressions"), impression(1));
    assertThat(decoded.good()).isEmpty();
    assertThat(decoded.rejected()).isEmpty();
    assertThat(count("pagesEmpty")).isEqualTo(1);
  }
}
