package dev.freshet.training.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.TinyWorld;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequencesTest {
  @TempDir private Path folder;

  private static CorpusDocument document(String id, String title, String text) {
    return new CorpusDocument(id, title, text, Map.of());
  }

  @Test
  void textsOfOneIdDoNotMeetAndATextIsCutOnce() {
    try (Backbone backbone = TinyWorld.backbone(folder)) {
      Sequences sequences = backbone.sequences();
      int[] first = sequences.firstPassage(document("d", "", "pump"));
      assertThat(sequences.firstPassage(document("d", "", "seal"))).isNotEqualTo(first);
      assertThat(sequences.firstPassage(document("d", "seal", "pump"))).isNotEqualTo(first);
      assertThat(sequences.firstPassage(document("e", "", "pump"))).isSameAs(first);
    }
  }
}
