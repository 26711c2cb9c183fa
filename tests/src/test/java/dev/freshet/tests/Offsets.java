package dev.freshet.tests;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Consumer lag, as Kafka's own tools compute it. */
final class Offsets {
  private Offsets() {}

  /** Records of the topic that the group has not committed past. */
  static long lag(String bootstrapServers, String group, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      int partitions =
          admin
              .describeTopics(java.util.List.of(topic))
              .allTopicNames()
              .get()
              .get(topic)
              .partitions()
              .size();
      long lag = 0;
      for (int i = 0; i < partitions; i++) {
        var partition = new TopicPartition(topic, i);
        long end =
            admin
                .listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
        OffsetAndMetadata position = committed.get(partition);
        lag += end - (position == null ? 0 : position.offset());
      }
      return lag;
    }
  }
}
