package dev.freshet.pipeline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilterParserTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Object> CAR =
      Map.of("kind", "car", "price", 20, "new", true, "made", "2024-05-01", "and", 3);

  @Test
  void readsConditions() throws Exception {
    assertThat(parse("{'kind': 'car'}")).isEqualTo(new Filter.Equal("kind", "car"));
    assertThat(parse("{'kind': {'eq': 'car'}}")).isEqualTo(new Filter.Equal("kind", "car"));
    assertThat(parse("{'n': {'in': ['a', 1, true]}}"))
        .isEqualTo(new Filter.In("n", List.of("a", 1, true)));
    assertThat(parse("{'n': {'in': []}}")).isEqualTo(new Filter.In("n", List.of()));
    assertThat(parse("{'n': {'gt': 1, 'gte': 2, 'lt': 3.5, 'lte': 'z'}}"))
        .isEqualTo(new Filter.Range("n", 1, 2, 3.5, "z"));
  }

  @Test
  void combinesConditions() throws Exception {
    Filter a = new Filter.Equal("a", 1);
    Filter b = new Filter.Equal("b", 2);
    assertThat(parse("{'a': 1, 'b': 2}")).isEqualTo(new Filter.And(List.of(a, b)));
    assertThat(parse("{'and': [{'a': 1}, {'b': 2}]}")).isEqualTo(new Filter.And(List.of(a, b)));
    assertThat(parse("{'or': [{'a': 1}, {'b': 2}]}")).isEqualTo(new Filter.Or(List.of(a, b)));
    assertThat(parse("{'not': {'a': 1}}")).isEqualTo(new Filter.Not(a));
    assertThat(parse("{'a': {'gte': 1, 'in': [1]}}"))
        .isEqualTo(
            new Filter.And(
                List.of(
                    new Filter.In("a", List.of(1)), new Filter.Range("a", null, 1, null, null))));
  }

  @Test
  void fieldsMayBeNamedAsCombinations() throws Exception {
    assertThat(parse("{'and': {'eq': 3}}")).isEqualTo(new Filter.Equal("and", 3));
    assertThat(parse("{'or': {'in': [3]}}")).isEqualTo(new Filter.In("or", List.of(3)));
    assertThat(parse("{'not': {'lt': 3}}")).isEqualTo(new Filter.Range("not", null, null, 3, null));
    assertThat(parse("{'eq': 3}")).isEqualTo(new Filter.Equal("eq", 3));
    assertThat(parse("{'not': {'and': [{'eq': 3}]}}"))
        .isEqualTo(new Filter.Not(new Filter.And(List.of(new Filter.Equal("eq", 3)))));
  }

  @Test
  void matchesAsItReads() throws Exception {
    for (String yes :
        List.of(
            "{'kind': 'car', 'price': {'gte': 20.0, 'lt': 21}}",
            "{'price': {'in': [1, 20.0]}}",
            "{'or': [{'kind': 'bus'}, {'made': {'gte': '2024'}}]}",
            "{'not': {'colour': 'red'}}",
            "{'new': true, 'and': {'eq': 3}}")) {
      assertThat(parse(yes).matches(CAR)).as(yes).isTrue();
    }
    for (String no :
        List.of(
            "{'kind': 'car', 'price': {'gt': 20}}",
            "{'price': {'in': []}}",
            "{'price': '20'}",
            "{'colour': {'lt': 'z'}}",
            "{'not': {'new': true}}")) {
      assertThat(parse(no).matches(CAR)).as(no).isFalse();
    }
  }

  @Test
  void errorsNameThePlaceTheValueAndWhatIsAllowed() {
    assertInvalid("[]", "filter is [], it must be an object with at least one field");
    assertInvalid("{}", "filter is {}, it must be an object");
    assertInvalid("{'a': null}", "filter.a is null, it must be a string, a number or a boolean");
    assertInvalid("{'a': [1]}", "filter.a is [1], it must be", "{\"in\": [..]}");
    assertInvalid("{'a': {}}", "filter.a is {}, it must be a value or at least one of eq, in, gt");
    assertInvalid("{'a': {'near': 1}}", "filter.a: near is no operator, allowed are eq, in, gt");
    assertInvalid("{'a': {'in': 1}}", "filter.a.in is 1, it must be a list");
    assertInvalid("{'a': {'in': [1, null]}}", "filter.a.in[1] is null");
    assertInvalid("{'a': {'gt': true}}", "filter.a.gt is true, it must be a number or a string");
    assertInvalid("{'a': {'eq': {}}}", "filter.a.eq is {}");
    assertInvalid("{'a': 1e999}", "filter.a is", "a number up to 1.797");
    assertInvalid("{'and': 1}", "filter.and is 1, it must be a list of at least one filter");
    assertInvalid("{'or': []}", "filter.or is [], it must be a list of at least one filter");
    assertInvalid("{'not': 1}", "filter.not is 1, it must be an object");
    assertInvalid(
        "{'or': [{'a': 1}, {'and': [{'b': [2]}]}]}", "filter.or[1].and[0].b is [2], it must be");
  }

  @Test
  void errorsStayShort() {
    assertThatExceptionOfType(InvalidFilterException.class)
        .isThrownBy(() -> parse("['" + "x".repeat(10_000) + "']"))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200).contains("x…"));
  }

  @Test
  void limitsAreNamedWithTheValue() throws Exception {
    parse("{'not': ".repeat(15) + "{'a': 1}" + "}".repeat(15));
    assertInvalid(
        "{'not': ".repeat(16) + "{'a': 1}" + "}".repeat(16), "is nested 17 deep, at most 16");
    parse(repeated(256, "{'a': 1}"));
    assertInvalid(repeated(257, "{'a': 1}"), "is condition 257, at most 256 are allowed");
    String values = String.join(",", Collections.nCopies(1_025, "1"));
    assertInvalid("{'a': {'in': [" + values + "]}}", "has 1025 values, at most 1024 are allowed");
  }

  private static String repeated(int times, String filter) {
    return "{'or': [" + String.join(",", Collections.nCopies(times, filter)) + "]}";
  }

  private static void assertInvalid(String json, String... parts) {
    assertThatExceptionOfType(InvalidFilterException.class)
        .isThrownBy(() -> parse(json))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  private static Filter parse(String json) throws JsonProcessingException {
    return FilterParser.parse(JSON.readTree(json.replace('\'', '"')));
  }
}
