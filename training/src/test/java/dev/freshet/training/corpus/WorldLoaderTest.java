package dev.freshet.training.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorldLoaderTest {

  private static UnaryOperator<String> replacing(String file, String from, String to) {
    return name -> {
      String text = WorldFile.resource(name);
      if (!name.equals(file)) {
        return text;
      }
      assertThat(text).contains(from);
      return text.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to));
    };
  }

  @Test
  void loadsTheWorld() {
    World world = new WorldLoader(WorldFile::resource).load();
    assertThat(world.things()).hasSizeGreaterThan(90);
    assertThat(world.problems()).hasSizeGreaterThan(60);
    assertThat(world.circumstances()).hasSizeGreaterThan(20);
    assertThat(world.templates()).containsOnlyKeys(TemplateSlot.values());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "things.txt ! area: ! colour: ! colour is not a key of this file",
        "things.txt ! traits: powered ! traits: haunted ! names haunted, which no problem needs",
        "things.txt ! formal: refrigerator | ! formal: ! needs at least 2 alternatives, has 1",
        "things.txt ! everyday: fridge ! everyday: icebox ! stands for refrigerator already",
        "things.txt ! [freezer] ! [refrigerator] ! a second section refrigerator",
        "things.txt ! area: kitchen ! kitchen ! must be [section], key: value or # comment",
        "things.txt ! [refrigerator] ! # ! stands before the first [section]",
        "problems.txt ! trait: powered ! trait: haunted ! is haunted, which no thing has",
        "problems.txt ! => 1 ! => 6 ! difficulty from 1 to 5",
        "problems.txt ! the {thing} from ! the {part} from ! cannot name {part} here",
        "circumstances.txt ! season: winter ! season: monsoon ! season must be one of",
        "circumstances.txt ! effect: ! effects: ! effects is not a key",
        "templates.txt ! {noun} ! {nuon} ! cannot name {nuon} here",
        "templates.txt ! [title] ! [subtitle] ! is not a slot that anything is written for",
        "templates.txt ! {noun} ! {noun ! cannot name {noun of the {thing} here",
        "templates.txt ! [Whenever|If] ! [Whenever|If ! has brackets"
      })
  void refusesWithFileAndLine(String file, String from, String to, String reason) {
    assertThatThrownBy(() -> new WorldLoader(replacing(file, from, to)).load())
        .isInstanceOf(MalformedLineException.class)
        .hasMessageMatching("(?s)" + file.replace(".", "\\.") + ", line [0-9]+: .*")
        .hasMessageContaining(reason);
  }

  @Test
  void refusesAMissingSlot() {
    UnaryOperator<String> texts =
        name ->
            name.equals("templates.txt")
                ? "[title]\nline: {noun} of the {thing}"
                : WorldFile.resource(name);
    assertThatThrownBy(() -> new WorldLoader(texts).load())
        .isInstanceOf(MalformedLineException.class)
        .hasMessageContaining("lacks the section title-plain");
  }
}
