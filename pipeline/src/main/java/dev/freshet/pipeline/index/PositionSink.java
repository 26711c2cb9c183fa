package dev.freshet.pipeline.index;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.job.JobConfig;
import dev.freshet.pipeline.kafka.KafkaClients;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Commits, when a checkpoint completes, the positions that the job has dealt with to its consumer
 * group: per partition of {@code documents} the offset after the last record whose outcome is
 * written and flushed. Any Kafka tool shows the job's lag by it.
 *
 * <p>The group has no members (Flink assigns partitions itself), so an admin client may set it.
 */
final class PositionSink implements Sink<Position>, SupportsCommitter<Positions> {
  private static final long serialVersionUID = 1;

  private final JobConfig config;
  private final String topic;
  private final String group;

  PositionSink(JobConfig config, String topic, String group) {
    this.config = config;
    this.topic = topic;
    this.group = group;
  }

  @Override
  public Writer createWriter(WriterInitContext context) {
    return new Writer();
  }

  @Override
  public Committer<Positions> createCommitter(CommitterInitContext context) {
    KafkaConfig kafka = config.load().kafka();
    return new GroupCommitter(
        KafkaClients.admin(kafka, KafkaClients.properties(kafka)), topic, group);
  }

  @Override
  public SimpleVersionedSerializer<Positions> getCommittableSerializer() {
    return new Positions.Serializer();
  }

  /**
   * Remembers the newest positions. Every checkpoint commits them all, because Kafka forgets a
   * group without members that has been quiet for long.
   */
  static final class Writer implements CommittingSinkWriter<Position, Positions> {
    private final Map<Integer, Long> next = new HashMap<>();

    @Override
    public void write(Position settled, Context context) {
      next.put(settled.partition(), settled.offset());
    }

    @Override
    public void flush(boolean endOfInput) {
      // The sinks beside this one flush their producers; here is nothing to write.
    }

    @Override
    public Collection<Positions> prepareCommit() {
      if (next.isEmpty()) {
        return List.of();
      }
      return List.of(new Positions(next));
    }

    @Override
    public void close() {}
  }

  private static final class GroupCommitter implements Committer<Positions> {
    private final Admin admin;
    private final String topic;
    private final String group;

    GroupCommitter(Admin admin, String topic, String group) {
      this.admin = admin;
      this.topic = topic;
      this.group = group;
    }

    @Override
    public void commit(Collection<CommitRequest<Positions>> requests)
        throws IOException, InterruptedException {
      for (CommitRequest<Positions> request : requests) {
        Map<TopicPartition, OffsetAndMetadata> offsets =
            request.getCommittable().next().entrySet().stream()
                .collect(
                    Collectors.toMap(
                        entry -> new TopicPartition(topic, entry.getKey()),
                        entry -> new OffsetAndMetadata(entry.getValue())));
        try {
          admin.alterConsumerGroupOffsets(group, offsets).all().get();
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RetriableException) {
            request.retryLater();
          } else {
            throw new IOException("cannot commit positions to group " + group, e.getCause());
          }
        }
      }
    }

    @Override
    public void close() {
      admin.close();
    }
  }
}
