package dev.freshet.model.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which sides of a search a checkpoint has modules for. A side without modules is the frozen
 * backbone. What the tensors of a side are called begins with {@link #prefix}.
 */
public enum ModuleSides {
  /** One set of modules for both sides, under the names of the tuning method. */
  SHARED,
  /** A set for each side, under {@code query.} and {@code document.}. */
  SEPARATE,
  /** A set for the query side alone, under {@code query.}. */
  QUERY,
  /** A set for the document side alone, under {@code document.}. */
  DOCUMENT;

  /** What comes before the names of a side's tensors; null where the side has no modules. */
  public @Nullable String prefix(Side side) {
    return switch (this) {
      case SHARED -> "";
      case SEPARATE -> side.label() + ".";
      case QUERY -> side == Side.QUERY ? side.label() + "." : null;
      case DOCUMENT -> side == Side.DOCUMENT ? side.label() + "." : null;
    };
  }

  /** Those of all sides that have modules, each once. */
  public List<String> prefixes() {
    return Arrays.stream(Side.values())
        .map(this::prefix)
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  /** As manifests have it: {@code shared}, {@code separate}, {@code query}, {@code document}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
