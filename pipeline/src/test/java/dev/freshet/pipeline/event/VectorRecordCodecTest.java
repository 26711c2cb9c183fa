package dev.freshet.pipeline.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class VectorRecordCodecTest {
  private static final VectorRecord.Upsert UPSERT =
      new VectorRecord.Upsert(
          "doc-1",
          7,
          new Position(3, 1_234_567_890_123L),
          1_767_225_600_000L,
          "{\"text\":\"grüße\"}".getBytes(StandardCharsets.UTF_8),
          List.of(
              new PassageVector(0, 3, new float[] {1f, -0.5f, 0.25f}),
              new PassageVector(2, 5, new float[] {-0f, Float.MIN_VALUE, Float.MAX_VALUE})));
  private static final VectorRecord.Delete DELETE =
      new VectorRecord.Delete("doc-1", 7, new Position(3, 1_234_567_890_124L), -1);

  @Test
  void writesTheBytesOfTheGoldenFiles() throws Exception {
    assertThat(VectorRecordCodec.encode(UPSERT)).isEqualTo(golden("upsert-v1.hex"));
    assertThat(VectorRecordCodec.encode(DELETE)).isEqualTo(golden("delete-v1.hex"));
  }

  @Test
  void readsTheBytesOfTheGoldenFiles() throws Exception {
    assertSame(VectorRecordCodec.decode("doc-1", golden("upsert-v1.hex")), UPSERT);
    assertSame(VectorRecordCodec.decode("doc-1", golden("delete-v1.hex")), DELETE);
  }

  @Test
  void yieldsWhatWasEncoded() throws Exception {
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      VectorRecord record = randomRecord(random);
      byte[] bytes = VectorRecordCodec.encode(record);
      VectorRecord decoded = VectorRecordCodec.decode(record.id(), bytes);
      assertSame(decoded, record);
      assertThat(VectorRecordCodec.encode(decoded)).isEqualTo(bytes);
    }
  }

  @Test
  void refusesEveryTruncation() {
    for (VectorRecord record : List.of(UPSERT, DELETE)) {
      byte[] bytes = VectorRecordCodec.encode(record);
      for (int length = 0; length < bytes.length; length++) {
        assertMalformed(Arrays.copyOf(bytes, length), "truncated");
      }
    }
  }

  @Test
  void refusesEverySingleBitFlip() {
    for (VectorRecord record : List.of(UPSERT, DELETE)) {
      byte[] bytes = VectorRecordCodec.encode(record);
      for (int bit = 0; bit < bytes.length * 8; bit++) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        assertMalformed(flipped, "");
      }
    }
  }

  @Test
  void saysWhatIsWrong() {
    byte[] bytes = VectorRecordCodec.encode(UPSERT);
    int body = 30 + UPSERT.payload().length;
    assertMalformed(Arrays.copyOf(bytes, bytes.length + 1), "trailing bytes");
    assertMalformed(with(bytes, 0, (byte) 2), "version 2, this build reads version 1");
    assertMalformed(with(bytes, 1, (byte) 3), "kind 3");
    assertMalformed(with(bytes, 40, (byte) 'x'), "checksum");
    assertMalformed(withInt(bytes, 2, -1), "generation -1 is negative");
    assertMalformed(withInt(bytes, 6, -1), "is negative");
    assertMalformed(withInt(bytes, 26, -5), "payload length -5 is negative");
    assertMalformed(withInt(bytes, body, 0), "vectors of 0 dimensions, 1 to 65536");
    assertMalformed(withInt(bytes, body, 65_537), "vectors of 65537 dimensions");
    assertMalformed(withInt(bytes, body + 4, 0), "an upsert of 0 passages");
    assertMalformed(withInt(bytes, body + 8, 4), "passage from 4 to 3");
    assertMalformed(withInt(bytes, body + 16, Float.floatToIntBits(Float.NaN)), "holds NaN");
  }

  @Test
  void doesNotEncodeWhatItWouldRefuse() {
    assertRefused(-1, new PassageVector(0, 1, new float[1]), "generation -1");
    assertRefused(1, new PassageVector(0, 1, new float[0]), "0 dimensions");
    assertRefused(1, new PassageVector(2, 1, new float[1]), "passage from 2 to 1");
    assertRefused(
        1, new PassageVector(0, 1, new float[] {Float.POSITIVE_INFINITY}), "holds Infinity");
    List<PassageVector> mixed =
        List.of(new PassageVector(0, 1, new float[2]), new PassageVector(0, 1, new float[3]));
    assertThatThrownBy(
            () ->
                VectorRecordCodec.encode(
                    new VectorRecord.Upsert("a", 1, new Position(0, 0), 0, new byte[0], mixed)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("passages of 2 and 3 dimensions");
  }

  private static void assertRefused(int generation, PassageVector passage, String reason) {
    VectorRecord record =
        new VectorRecord.Upsert(
            "a", generation, new Position(0, 0), 0, new byte[0], List.of(passage));
    assertThatThrownBy(() -> VectorRecordCodec.encode(record))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private static void assertMalformed(byte[] bytes, String reason) {
    assertThatExceptionOfType(MalformedRecordException.class)
        .isThrownBy(() -> VectorRecordCodec.decode("doc-1", bytes))
        .withMessageContaining(reason);
  }

  private static byte[] with(byte[] bytes, int at, byte value) {
    byte[] changed = bytes.clone();
    changed[at] = value;
    return changed;
  }

  /** Another number at this place, and a checksum that is right again. */
  private static byte[] withInt(byte[] bytes, int at, int value) {
    ByteBuffer changed = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    changed.putInt(at, value);
    CRC32C crc = new CRC32C();
    crc.update(changed.array(), 0, bytes.length - 4);
    changed.putInt(bytes.length - 4, (int) crc.getValue());
    return changed.array();
  }

  private static VectorRecord randomRecord(Random random) {
    Position position = new Position(random.nextInt(64), random.nextLong() >>> 1);
    String id = "doc-" + random.nextInt();
    if (random.nextInt(4) == 0) {
      return new VectorRecord.Delete(id, random.nextInt(99), position, random.nextLong());
    }
    int dimensions = 1 + random.nextInt(40);
    List<PassageVector> passages = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      float[] vector = new float[dimensions];
      for (int d = 0; d < dimensions; d++) {
        vector[d] = random.nextFloat() - 0.5f;
      }
      int start = random.nextInt(1_000);
      passages.add(new PassageVector(start, start + random.nextInt(100), vector));
    }
    byte[] payload = new byte[random.nextInt(200)];
    random.nextBytes(payload);
    return new VectorRecord.Upsert(
        id, random.nextInt(99), position, random.nextLong(), payload, passages);
  }

  private static void assertSame(VectorRecord actual, VectorRecord expected) {
    if (expected instanceof VectorRecord.Delete) {
      assertThat(actual).isEqualTo(expected);
      return;
    }
    assertThat(actual)
        .usingRecursiveComparison()
        .withEqualsForType(
            (a, b) -> Float.floatToIntBits(a) == Float.floatToIntBits(b), Float.class)
        .isEqualTo(expected);
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(VectorRecordCodecTest.class.getResourceAsStream(name))) {
      String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }
  }
}
