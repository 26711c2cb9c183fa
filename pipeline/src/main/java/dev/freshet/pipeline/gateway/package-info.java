/**
 * One answer from a cluster of serve nodes, of which each holds some of the partitions: {@link
 * dev.freshet.pipeline.gateway.GatewaySearcher} asks one replica of every shard, all of them for
 * the same generation, and joins what they find. A gateway keeps nothing.
 */
@NullMarked
package dev.freshet.pipeline.gateway;

import org.jspecify.annotations.NullMarked;
