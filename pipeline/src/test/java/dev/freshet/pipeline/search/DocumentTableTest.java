package dev.freshet.pipeline.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.Position;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DocumentTableTest {
  private final DocumentTable table = new DocumentTable();

  private void put(String id, Map<String, Object> attributes) {
    table.put(new DocumentTable.Entry(id, new Position(0, 1), 1, attributes, 1, 1));
  }

  @Test
  void whatAttributesTakeIsCountedAndForgottenWithThem() {
    put("a", Map.of());
    long bare = table.memoryBytes();
    put("b", Map.of("year", 2026, "author", "x".repeat(4_000)));
    assertThat(table.memoryBytes()).isBetween(2 * bare + 4_000, 2 * bare + 5_000);
    put("b", Map.of("year", 2026));
    assertThat(table.memoryBytes()).isBetween(2 * bare + 1, 2 * bare + 500);
    table.remove("b");
    assertThat(table.memoryBytes()).isEqualTo(bare);
  }

  @Test
  void lettersOfIdsAreCounted() {
    put("a", Map.of());
    long one = table.memoryBytes();
    put("a".repeat(1_000), Map.of());
    assertThat(table.memoryBytes()).isEqualTo(2 * one + 999);
    table.remove("a".repeat(1_000));
    assertThat(table.memoryBytes()).isEqualTo(one);
  }
}
