package dev.freshet.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.model.encoder.WordPieceFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WordPieceTrainerTest {

  @Test
  void joinsWhatStandsSideBySideMostOften() {
    var trainer = new WordPieceTrainer();
    // lo 5 times, low 5; er 2 times; then the words themselves
    trainer.add("low low low lower lower");

    List<String> vocabulary = trainer.train(100);

    assertThat(vocabulary.subList(0, 5)).isEqualTo(WordPieceFile.SPECIAL);
    assertThat(vocabulary.subList(5, 10)).containsExactly("##e", "##o", "##r", "##w", "l");
    // "##o ##w" and "l ##o" are equally frequent: the alphabet decides.
    assertThat(vocabulary.subList(10, vocabulary.size()))
        .containsExactly("##ow", "low", "##er", "lower");
  }

  @Test
  void everyWordOfTheTextsIsCoveredWhateverTheSize() {
    String text = "The water-pump's café stopped; pumping water twice, naïvely!";
    for (int size : new int[] {60, 70, 200}) {
      Set<String> vocabulary = new HashSet<>(new WordPieceTrainer().add(text).train(size));
      for (String word : Words.of(text)) {
        assertThat(split(word, vocabulary)).as(word).isNotEmpty();
      }
    }
  }

  @Test
  void theSameTextsYieldTheSameVocabularyInWhateverOrder() {
    List<String> texts = texts();
    var forwards = new WordPieceTrainer();
    var backwards = new WordPieceTrainer();
    texts.forEach(forwards::add);
    for (int i = texts.size() - 1; i >= 0; i--) {
      backwards.add(texts.get(i));
    }

    assertThat(forwards.train(120)).isEqualTo(backwards.train(120)).hasSize(120);
  }

  /** The slow way: all pairs are counted anew before every join. */
  @Test
  void keepingCountsYieldsWhatCountingAnewYields() {
    var trainer = new WordPieceTrainer();
    Map<String, Long> words = new HashMap<>();
    for (String text : texts()) {
      trainer.add(text);
      Words.of(text).forEach(word -> words.merge(word, 1L, Long::sum));
    }

    assertThat(new HashSet<>(trainer.train(120))).isEqualTo(countedAnew(words, 120));
  }

  private static Set<String> countedAnew(Map<String, Long> words, int size) {
    Map<List<String>, Long> splits = new HashMap<>();
    Set<String> vocabulary = new HashSet<>(WordPieceFile.SPECIAL);
    words.forEach(
        (word, count) -> {
          List<String> pieces = new ArrayList<>();
          for (char character : word.toCharArray()) {
            pieces.add((pieces.isEmpty() ? "" : "##") + character);
          }
          splits.put(pieces, count);
          vocabulary.addAll(pieces);
        });
    while (vocabulary.size() < size) {
      Map<String, Long> pairs = new HashMap<>();
      splits.forEach(
          (pieces, count) -> {
            for (int i = 0; i + 1 < pieces.size(); i++) {
              pairs.merge(pieces.get(i) + " " + pieces.get(i + 1), count, Long::sum);
            }
          });
      String best = "";
      for (Map.Entry<String, Long> pair : pairs.entrySet()) {
        long lead = pair.getValue() - pairs.getOrDefault(best, 0L);
        if (lead > 0 || lead == 0 && precedes(pair.getKey(), best)) {
          best = pair.getKey();
        }
      }
      if (pairs.getOrDefault(best, 0L) < 2) {
        break;
      }
      String left = best.split(" ")[0];
      String right = best.split(" ")[1];
      String joined = left + right.substring(2);
      vocabulary.add(joined);
      Map<List<String>, Long> next = new HashMap<>();
      splits.forEach(
          (pieces, count) -> {
            List<String> changed = new ArrayList<>();
            for (int i = 0; i < pieces.size(); i++) {
              if (i + 1 < pieces.size()
                  && pieces.get(i).equals(left)
                  && pieces.get(i + 1).equals(right)) {
                changed.add(joined);
                i++;
              } else {
                changed.add(pieces.get(i));
              }
            }
            next.put(changed, count);
          });
      splits.clear();
      splits.putAll(next);
    }
    return vocabulary;
  }

  private static boolean precedes(String a, String b) {
    String[] first = a.split(" ");
    String[] second = b.split(" ");
    int left = first[0].compareTo(second[0]);
    return left < 0 || left == 0 && first[1].compareTo(second[1]) < 0;
  }

  @Test
  void tooFewPiecesForTheCharactersAreRefused() {
    assertThatThrownBy(() -> new WordPieceTrainer().add("abcdef").train(10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10")
        .hasMessageContaining("11");
  }

  @Test
  void theTokenizerFileTakesTheVocabularyAsItIs() {
    List<String> vocabulary = new WordPieceTrainer().add("low lower lowest").train(30);

    var pieces = WordPieceFile.json(vocabulary).get("model").get("vocab");

    assertThat(pieces).hasSize(vocabulary.size());
    assertThat(pieces.get("low").asInt()).isEqualTo(vocabulary.indexOf("low"));
  }

  /** Longest piece first, as WordPiece splits; empty where a part has no piece. */
  private static List<String> split(String word, Set<String> vocabulary) {
    List<String> pieces = new ArrayList<>();
    int at = 0;
    while (at < word.length()) {
      int end = word.length();
      while (end > at && !vocabulary.contains((at == 0 ? "" : "##") + word.substring(at, end))) {
        end--;
      }
      if (end == at) {
        return List.of();
      }
      pieces.add(word.substring(at, end));
      at = end;
    }
    return pieces;
  }

  private static List<String> texts() {
    var random = new Random(3);
    String[] syllables = {"pa", "lo", "ri", "ten", "mus", "ko", "ver", "s"};
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      var text = new StringBuilder();
      for (int word = 0; word < 12; word++) {
        for (int part = random.nextInt(4); part >= 0; part--) {
          text.append(syllables[random.nextInt(syllables.length)]);
        }
        text.append(word % 5 == 4 ? ", " : " ");
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
