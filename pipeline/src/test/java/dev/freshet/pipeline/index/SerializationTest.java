package dev.freshet.pipeline.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.job.SourceRecord;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;

class SerializationTest {
  @Test
  void recordsBetweenStepsDoNotFallToKryo() {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(SourceRecord.class);
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(IndexedRecord.class);
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(Position.class);
  }

  @Test
  void positionsSurviveACheckpoint() throws Exception {
    var positions = new Positions(Map.of(0, 17L, 3, Long.MAX_VALUE));
    var serializer = new Positions.Serializer();

    assertThat(serializer.deserialize(1, serializer.serialize(positions))).isEqualTo(positions);
  }

  @Test
  void positionsOfAnotherVersionAreRefused() {
    assertThatThrownBy(() -> new Positions.Serializer().deserialize(2, new byte[12]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
  }
}
