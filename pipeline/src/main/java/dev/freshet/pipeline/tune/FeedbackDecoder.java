package dev.freshet.pipeline.tune;

import dev.freshet.pipeline.event.Click;
import dev.freshet.pipeline.event.ClickCodec;
import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.ImpressionCodec;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.job.Rejection;
import dev.freshet.pipeline.job.SourceRecord;
import java.io.Serializable;
import java.time.Instant;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Records of {@code impressions} or {@code clicks} as they came into what the join takes; beside
 * it, on {@link #REJECTED}, those that break their contract. Those that mean nothing here are
 * counted.
 */
final class FeedbackDecoder<T> extends ProcessFunction<SourceRecord, T> {
  private static final long serialVersionUID = 1;

  static final OutputTag<Rejection> REJECTED =
      new OutputTag<>("rejected", TypeInformation.of(Rejection.class));

  /** What a click is called, of all that people do with an answer. */
  private static final String CLICK = "click";

  private final String topic;
  private final Reader<T> reader;
  private final String skippedName;
  private transient @Nullable Counter skipped;

  /** Reads one kind of record. */
  @FunctionalInterface
  interface Reader<T> extends Serializable {
    /** Null for a record that is fine and means nothing here. */
    @Nullable T read(byte[] value, long arrivalMillis) throws MalformedRecordException;
  }

  /**
   * @param topic that the records stand in
   * @param skippedName counts those that are fine and mean nothing here
   */
  private FeedbackDecoder(String topic, Reader<T> reader, String skippedName) {
    this.topic = topic;
    this.reader = reader;
    this.skippedName = skippedName;
  }

  static FeedbackDecoder<ShownPage> ofImpressions(String topic) {
    return new FeedbackDecoder<>(topic, FeedbackDecoder::page, "pagesEmpty");
  }

  static FeedbackDecoder<ClickedObject> ofClicks(String topic) {
    return new FeedbackDecoder<>(
        topic, FeedbackDecoder::click, ClickOutcome.OTHER_ACTION.counter());
  }

  @Override
  public void open(OpenContext context) {
    skipped = getRuntimeContext().getMetricGroup().counter(skippedName);
  }

  @Override
  public void processElement(SourceRecord source, Context context, Collector<T> out) {
    try {
      byte[] value = source.value();
      if (value == null) {
        throw new MalformedRecordException("the value is missing");
      }
      T decoded = reader.read(value, source.timestampMillis());
      if (decoded != null) {
        out.collect(decoded);
      } else if (skipped != null) {
        skipped.inc();
      }
    } catch (MalformedRecordException e) {
      context.output(REJECTED, Rejection.of(topic, source, e.reason()));
    }
  }

  private static @Nullable ShownPage page(byte[] value, long arrival)
      throws MalformedRecordException {
    Impression impression = ImpressionCodec.decode(value);
    if (impression.slots().isEmpty()) {
      return null; // nothing was shown
    }
    ShownPage page = ShownPage.of(impression, millis(impression.timestamp(), arrival));
    try {
      new ClickedPage(page, new int[0]).interaction();
      return page;
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordException("slots: " + e.getMessage(), e);
    }
  }

  private static @Nullable ClickedObject click(byte[] value, long arrival)
      throws MalformedRecordException {
    Click click = ClickCodec.decode(value);
    return click.actionName().equals(CLICK)
        ? new ClickedObject(click.queryId(), click.objectId(), millis(click.timestamp(), arrival))
        : null;
  }

  /** Nothing happens after Kafka took it in, whatever a client's clock says. */
  private static long millis(@Nullable Instant said, long arrival) {
    return said == null ? arrival : Math.min(said.toEpochMilli(), arrival);
  }
}
