/**
 * A store that comes from another node and not from the beginning of Kafka's topics: {@link
 * dev.freshet.pipeline.replica.SnapshotResource} hands it out, {@link
 * dev.freshet.pipeline.replica.ReplicaSource} takes it.
 */
@NullMarked
package dev.freshet.pipeline.replica;

import org.jspecify.annotations.NullMarked;
