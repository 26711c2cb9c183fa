package dev.freshet.training.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
  private static Template parse(String text) {
    WorldEntry entry = new WorldEntry("file.txt", 4, "line", text);
    return Template.parse(entry, text, EnumSet.of(Placeholder.THING, Placeholder.PART));
  }

  private static String fill(Placeholder placeholder) {
    return placeholder.label().toUpperCase(Locale.ROOT);
  }

  @Test
  void fillsPlacesInTheirOrder() {
    assertThat(parse("the {part} of {thing}, {part}").render(new Choices(1), TemplateTest::fill))
        .isEqualTo("the PART of THING, PART");
  }

  @Test
  void everyWordingComesUp() {
    Template template = parse("a[ {thing}|n {part}|].");
    Choices choices = new Choices(1);
    Set<String> seen = new HashSet<>();
    for (int round = 0; round < 100; round++) {
      seen.add(template.render(choices, TemplateTest::fill));
    }
    assertThat(seen).containsExactlyInAnyOrder("a THING.", "an PART.", "a.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{thing", "[a|b", "[a]", "[a|[b|c]]", "a]", "a}", "{noun}", "{}", "{Thing}"})
  void refusesWhatIsNotInTheGrammar(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(MalformedLineException.class)
        .hasMessageStartingWith("file.txt, line 4: line ");
  }
}
