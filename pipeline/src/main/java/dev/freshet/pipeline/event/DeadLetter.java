package dev.freshet.pipeline.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code dead-letters}: key and value as they came, and in the headers why and whence,
 * each as UTF-8 text.
 *
 * <pre>
 * reason     what is wrong, for people
 * topic      where the record stood, or the request that brought it
 * partition  its partition; absent for what never reached a topic
 * offset     its offset; absent likewise
 * time       when it was found out, ISO-8601
 * truncated  bytes that the value had; only where it was too large to be kept whole
 * </pre>
 */
public final class DeadLetter {
  private static final String REASON = "reason";
  private static final String TOPIC = "topic";
  private static final String PARTITION = "partition";
  private static final String OFFSET = "offset";
  private static final String TIME = "time";
  private static final String TRUNCATED = "truncated";

  /** Room that the topic has for a record. */
  public static final int MAX_RECORD_BYTES = 8 << 20;

  /** Longer values are cut, lest a record that nobody can use stops everything behind it. */
  private static final int MAX_VALUE_BYTES = MAX_RECORD_BYTES - (1 << 20);

  /** Longer reasons are cut: with a longer one the record might find no room. */
  private static final int MAX_REASON_CHARACTERS = 4_000;

  private DeadLetter() {}

  /**
   * A record for {@code dead-letters}.
   *
   * @param deadLetters the topic's name
   * @param source name of the topic that held the record, or of the request that brought it
   * @param position where it stood, or null for what never reached a topic
   */
  public static ProducerRecord<byte[], byte[]> record(
      String deadLetters,
      byte @Nullable [] key,
      byte @Nullable [] value,
      String reason,
      String source,
      @Nullable Position position,
      Instant time) {
    boolean truncated = value != null && value.length > MAX_VALUE_BYTES;
    byte[] kept = value != null && truncated ? Arrays.copyOf(value, MAX_VALUE_BYTES) : value;
    var record = new ProducerRecord<byte[], byte[]>(deadLetters, key, kept);
    Headers headers = record.headers();
    headers.add(REASON, shortened(reason).getBytes(UTF_8)).add(TOPIC, source.getBytes(UTF_8));
    if (position != null) {
      headers.add(PARTITION, Integer.toString(position.partition()).getBytes(UTF_8));
      headers.add(OFFSET, Long.toString(position.offset()).getBytes(UTF_8));
    }
    headers.add(TIME, time.toString().getBytes(UTF_8));
    if (value != null && truncated) {
      headers.add(TRUNCATED, Integer.toString(value.length).getBytes(UTF_8));
    }
    return record;
  }

  private static String shortened(String reason) {
    return reason.length() <= MAX_REASON_CHARACTERS
        ? reason
        : reason.substring(0, MAX_REASON_CHARACTERS) + "…";
  }

  /** Where a dead letter stood in the given topic; empty when it came from elsewhere. */
  public static Optional<Position> position(Headers headers, String topic) {
    Header partition = headers.lastHeader(PARTITION);
    Header offset = headers.lastHeader(OFFSET);
    if (partition == null || offset == null || !topic.equals(text(headers.lastHeader(TOPIC)))) {
      return Optional.empty();
    }
    return Optional.of(
        new Position(Integer.parseInt(text(partition)), Long.parseLong(text(offset))));
  }

  private static String text(@Nullable Header header) {
    return header == null ? "" : new String(header.value(), UTF_8);
  }
}
