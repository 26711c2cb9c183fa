package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Document;
import org.jspecify.annotations.Nullable;

/**
 * What a shard knows of a document.
 *
 * @param version the newest that it has seen; null for none
 * @param document null where there is none, or it was deleted
 */
public record ShardDocument(@Nullable DocumentVersion version, @Nullable Document document) {}
