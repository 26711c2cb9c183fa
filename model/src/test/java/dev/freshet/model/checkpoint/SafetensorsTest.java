package dev.freshet.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.model.checkpoint.SafetensorsWriter.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path folder;

  private Path file(String header, byte[] data) throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(json.length).put(json).put(data);
    Path file = folder.resolve("x.safetensors");
    Files.write(file, buffer.array());
    return file;
  }

  @Test
  void readsWhatItWrote() {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(
        file,
        List.of(
            new Tensor("b", () -> new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
            new Tensor("a", () -> new float[] {-0.5f}),
            new Tensor("none", () -> new float[0], 0, 4)),
        Map.of("origin", "test"));
    SafetensorsFile read = SafetensorsFile.open(file);
    assertThat(read.names()).containsExactlyInAnyOrder("a", "b", "none");
    assertThat(read.floats("b")).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(read.info("b").shape()).containsExactly(2L, 3L);
    assertThat(read.floats("a")).containsExactly(-0.5f);
    assertThat(read.floats("none")).isEmpty();
    assertThat(read.metadata()).containsEntry("origin", "test");
    assertThat(read.info("b").position() % 8).isZero();
    assertThat(folder.toFile().list()).containsExactly("a.safetensors");
  }

  @Test
  void aFailedWriteLeavesTheOldFile() {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(file, List.of(new Tensor("a", () -> new float[1], 1)), Map.of());
    List<Tensor> wrong = List.of(new Tensor("a", () -> new float[2], 3));
    assertThatThrownBy(() -> SafetensorsWriter.write(file, wrong, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs 3 values, got 2");
    assertThat(SafetensorsFile.open(file).floats("a")).hasSize(1);
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void whatAKilledWriterLeftGoesAndNothingElse() throws IOException {
    String writer = "." + UUID.randomUUID() + ".tmp";
    for (String name : List.of(".a" + writer, ".a.b" + writer, ".b" + writer, ".a.tmp", "a")) {
      Files.createFile(folder.resolve(name));
    }
    SafetensorsWriter.discardPartial(folder.resolve("a"));
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(".a.b" + writer, ".b" + writer, ".a.tmp", "a");
  }

  @Test
  void widensHalfPrecision() throws IOException {
    short[] half = {0x3C00, (short) 0xC000, 0x0001, 0x7BFF, 0x7C00, 0x3555};
    short[] brain = {0x3F80, (short) 0xC000, 0x7F80};
    ByteBuffer data = ByteBuffer.allocate(18).order(ByteOrder.LITTLE_ENDIAN);
    for (short bits : half) {
      data.putShort(bits);
    }
    for (short bits : brain) {
      data.putShort(bits);
    }
    SafetensorsFile read =
        SafetensorsFile.open(
            file(
                "{'h':{'dtype':'F16','shape':[6],'data_offsets':[0,12]},"
                    + "'b':{'dtype':'BF16','shape':[3],'data_offsets':[12,18]}}",
                data.array()));
    assertThat(read.floats("h"))
        .containsExactly(1f, -2f, 0x1p-24f, 65504f, Float.POSITIVE_INFINITY, 0.333251953125f);
    assertThat(read.floats("b")).containsExactly(1f, -2f, Float.POSITIVE_INFINITY);
  }

  @Test
  void readsBeyondTwoGigabytes() throws IOException {
    long gap = 3L << 30;
    String header =
        "{'far':{'dtype':'F32','shape':[2],'data_offsets':[%d,%d]}}".formatted(gap, gap + 8);
    Path file = file(header, new byte[0]);
    long start = Files.size(file);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(start + gap + 8);
      sparse.seek(start + gap);
      sparse.writeInt(Integer.reverseBytes(Float.floatToIntBits(1.5f)));
    }
    assertThat(SafetensorsFile.open(file).floats("far")).containsExactly(1.5f, 0f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} | cut off",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | needs 12 bytes",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | [begin, end]",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}} | [begin, end]",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | at least 0",
        "{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}} | must be an array",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}} | overflows",
        "{'a':{'dtype':'Q4','shape':[2],'data_offsets':[0,8]}} | 'Q4' is not supported",
        "{'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'a':{'dtype':'U8','shape':[2],'data_offsets':[3,5]}} | overlaps with tensor b",
      })
  void refusesABrokenTensorByName(String header, String problem) throws IOException {
    Path file = file(header, new byte[8]);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("x.safetensors", "tensor a", problem);
  }

  @ParameterizedTest
  @CsvSource({"{, not valid JSON", "[], not a JSON object"})
  void refusesABrokenHeader(String header, String problem) throws IOException {
    Path file = file(header.equals("{") ? "{ " : header, new byte[8]);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("x.safetensors", problem);
  }

  @Test
  void refusesWhatIsNoSafetensorsFile() throws IOException {
    Path file = folder.resolve("x.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.open(file)).hasMessageContaining("is missing");
    for (byte[] content :
        new byte[][] {{}, {1, 2}, "PK, a zip file, really".getBytes(StandardCharsets.UTF_8)}) {
      Files.write(file, content);
      assertThatThrownBy(() -> SafetensorsFile.open(file))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("is not a safetensors file");
    }
  }

  @Test
  void namesATensorThatIsNotThereOrNoFloat() throws IOException {
    SafetensorsFile read =
        SafetensorsFile.open(
            file("{'i':{'dtype':'I64','shape':[1],'data_offsets':[0,8]}}", new byte[8]));
    assertThatThrownBy(() -> read.floats("w")).hasMessageContaining("has no tensor w");
    assertThatThrownBy(() -> read.floats("i")).hasMessageContaining("tensor i is I64");
  }
}
