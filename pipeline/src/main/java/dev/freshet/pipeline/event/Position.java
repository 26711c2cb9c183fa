package dev.freshet.pipeline.event;

import java.util.Comparator;

/**
 * Where a record stands in {@code documents}. Per document the newest position wins, whichever path
 * a write came by: see {@link #supersedes}.
 *
 * @param partition partition of {@code documents}
 * @param offset offset in that partition
 */
public record Position(int partition, long offset) implements Comparable<Position> {
  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::partition).thenComparingLong(Position::offset);

  /**
   * Whether a write replaces what an earlier read left. Within a partition the offset decides. A
   * document can stand in two partitions, because producers disagree about hashing (librdkafka's
   * CRC32, Java's murmur2) or because partitions were added: then the time decides at which Kafka
   * took the records in, and of equal times the partition, so that all nodes decide alike.
   *
   * @param position of the write
   * @param millis when Kafka took it in
   * @param other what is there
   * @param otherMillis when Kafka took that in
   */
  public static boolean supersedes(
      Position position, long millis, Position other, long otherMillis) {
    if (position.partition() == other.partition()) {
      return position.offset() > other.offset();
    }
    return millis == otherMillis ? position.compareTo(other) > 0 : millis > otherMillis;
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return partition + "@" + offset;
  }
}
