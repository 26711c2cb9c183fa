/** The brokers: client settings, topics, the producers and consumers that are not Flink's. */
@NullMarked
package dev.freshet.pipeline.kafka;

import org.jspecify.annotations.NullMarked;
