package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TrialTest {
  @Test
  void nameSaysWhatItIs() {
    assertThat(new Trial(Task.RETRIEVAL, "iaa-l", 0.0673, 3e-4, 1).name())
        .isEqualTo("retrieval_iaa-l_b0.0673_lr3e-4_s1");
    assertThat(new Trial(Task.RERANKING, "full", null, 0.001, 5).name())
        .isEqualTo("reranking_full_fixed_lr1e-3_s5");
  }

  @Test
  void namesAreSafeAndDiffer() {
    List<String> contenders =
        List.of("iaa-l + words 8", "iaa-l / words 8", "iaa-l-words-8", "IAA-L", "../../x", "é");
    Set<String> names =
        contenders.stream()
            .map(contender -> new Trial(Task.RETRIEVAL, contender, null, 1, 1).name())
            .collect(Collectors.toSet());
    assertThat(names)
        .hasSize(contenders.size())
        .allSatisfy(name -> assertThat(name).matches("[a-z0-9_.~-]+").doesNotContain(".."));
    assertThat(new Trial(Task.RETRIEVAL, "x".repeat(1000), null, 1, 1).name())
        .hasSizeLessThan(200)
        .isNotEqualTo(new Trial(Task.RETRIEVAL, "x".repeat(1001), null, 1, 1).name());
  }

  @Test
  void aHairsbreadthOfRateIsAnotherTrial() {
    assertThat(new Trial(Task.RETRIEVAL, "lora", 0.0054, Math.nextUp(1e-3), 1).name())
        .isNotEqualTo(new Trial(Task.RETRIEVAL, "lora", 0.0054, 1e-3, 1).name());
  }

  @Test
  void refusesWhatIsNoTrial() {
    assertThatThrownBy(() -> new Trial(Task.RETRIEVAL, " ", null, 1, 1))
        .hasMessage("contender must not be blank");
    assertThatThrownBy(() -> new Trial(Task.RETRIEVAL, "full", 0.0, 1, 1))
        .hasMessage("budget must be above 0, was 0.0");
    assertThatThrownBy(() -> new Trial(Task.RETRIEVAL, "full", null, Double.NaN, 1))
        .hasMessage("rate must be above 0, was NaN");
  }
}
