package dev.freshet.pipeline.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.pipeline.event.Position;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A document in a list of a shard.
 *
 * @param version which one of it was found
 * @param score by vector or by words
 * @param shown null where it stands too low to be shown, or is shown in the list before
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShardHit(DocumentVersion version, float score, @Nullable Shown shown)
    implements Found<ShardHit> {
  public ShardHit {
    Objects.requireNonNull(version, "version");
  }

  /** What people see of it. */
  public record Shown(String title, String snippet, Map<String, Object> attributes) {}

  @Override
  public String id() {
    return version.id();
  }

  @Override
  public Position position() {
    return version.position();
  }

  @Override
  public long timestampMillis() {
    return version.millis();
  }

  @Override
  public ShardHit withScore(float other) {
    return new ShardHit(version, other, shown);
  }

  /** The same document with what is shown of it. */
  public ShardHit withShown(@Nullable Shown other) {
    return new ShardHit(version, score, other);
  }
}
