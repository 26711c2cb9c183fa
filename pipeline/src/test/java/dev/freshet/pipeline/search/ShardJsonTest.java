package dev.freshet.pipeline.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.SearchMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'year': 2026}",
        "{'year': {'gt': 1, 'lte': 2.5}, 'title': {'in': ['a', 'b', true]}}",
        "{'or': [{'a': 'x'}, {'not': {'b': {'gte': 'y', 'lt': 'z'}}}]}",
        "{'not': {'and': [{'eq': 'a field of that name'}]}}",
        "{'and': {'eq': 1}, 'or': {'in': [2]}, 'not': {'eq': false}}",
        "{'big': 123456789012345678901234567890, 'small': 1e-7, 'long': 9007199254740993}",
      })
  void filtersArriveAsTheyWere(String text) throws Exception {
    Filter filter = FilterParser.parse(JSON.readTree(text.replace('\'', '"')));
    Filter arrived = arrived(filter);
    assertThat(plain(arrived)).isEqualTo(plain(filter));
  }

  private static Filter arrived(Filter filter) {
    ShardQuery query = new ShardQuery("q", SearchMode.HYBRID, 10, 5, filter, 3, 0.5);
    ShardQuery read = ShardJson.readQuery(ShardJson.writeQuery(query));
    assertThat(read.filter()).isNotNull();
    assertThat(new ShardQuery("q", SearchMode.HYBRID, 10, 5, null, 3, 0.5))
        .isEqualTo(
            new ShardQuery(
                read.query(),
                read.mode(),
                read.depth(),
                read.shown(),
                null,
                read.generation(),
                read.recall()));
    return Objects.requireNonNull(read.filter());
  }

  /** Without lists of one, which mean the same. */
  private static Filter plain(Filter filter) {
    if (filter instanceof Filter.And and) {
      List<Filter> parts = and.filters().stream().map(ShardJsonTest::plain).toList();
      return parts.size() == 1 ? parts.get(0) : new Filter.And(parts);
    }
    if (filter instanceof Filter.Or or) {
      return new Filter.Or(or.filters().stream().map(ShardJsonTest::plain).toList());
    }
    return filter instanceof Filter.Not not ? new Filter.Not(plain(not.filter())) : filter;
  }

  /** People's filters are nested less deep than what is written of them. */
  @Test
  void theDeepestFilterOfPeopleArrives() throws Exception {
    String text = "{\"a\": 1, \"b\": 2}";
    for (int i = 1; i < FilterParser.MAX_DEPTH; i++) {
      text = "{\"not\": " + text + ", \"c\": 3}";
    }
    Filter filter = FilterParser.parse(JSON.readTree(text));
    assertThat(plain(arrived(filter))).isEqualTo(plain(filter));
  }

  @Test
  void documentsAndStatusArriveAsTheyWere() {
    DocumentVersion version = new DocumentVersion("a", 3, 7, 1_000);
    Document document = new Document("a", "t", "x", Map.of("n", 1), Instant.EPOCH);
    for (ShardDocument known :
        List.of(
            new ShardDocument(version, document),
            new ShardDocument(version, null),
            new ShardDocument(null, null))) {
      assertThat(ShardJson.readDocument(ShardJson.writeDocument(known))).isEqualTo(known);
    }
    GenerationRecord record = GenerationRecord.first(1, "f", "a model", Instant.EPOCH);
    ShardStatus status =
        new ShardStatus(
            List.of(0, 1),
            4,
            1,
            "catching up",
            List.of(GenerationStatus.here(record, true, 5, 6, 384, 0.5, 2, 3.5, 12L, 7)));
    assertThat(ShardJson.read(ShardJson.write(status), ShardStatus.class)).isEqualTo(status);
    ShardLists lists =
        new ShardLists(
            1,
            2.0,
            List.of(
                new ShardHit(version, 0.1f, new ShardHit.Shown("t", "s", Map.of("a", "b"))),
                new ShardHit(version, Math.nextUp(0.1f), null)),
            List.of());
    assertThat(ShardJson.read(ShardJson.write(lists), ShardLists.class)).isEqualTo(lists);
    byte[] earlier = "{\"generation\": 1, \"dense\": [], \"lexical\": []}".getBytes(UTF_8);
    assertThat(ShardJson.read(earlier, ShardLists.class).denseWeight()).isNull();
  }

  @Test
  void whatIsNoMessageIsRefused() {
    for (String wrong : List.of("", "{", "null", "[]", "{\"mode\": 7}", "{}")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ShardJson.readQuery(wrong.getBytes(UTF_8)));
    }
  }
}
