package dev.freshet.model.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Writes float32 tensors as a safetensors file, one tensor in memory at a time. The file appears
 * under its name only when it is complete and on disk.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final String PARTIAL = ".tmp";
  private static final String UUID_FORM = "[0-9a-f-]{36}";
  private static final ObjectMapper JSON = new ObjectMapper();

  private SafetensorsWriter() {}

  /** A tensor to write: its values are asked for once, when its turn comes. */
  public static final class Tensor {
    private final String name;
    private final long[] shape;
    private final Supplier<float[]> values;

    /**
     * @param values row-major, as many as the shape says
     * @param shape length of every dimension
     */
    public Tensor(String name, Supplier<float[]> values, long... shape) {
      this.name = name;
      this.values = values;
      this.shape = shape.clone();
    }

    private long elements() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
  }

  /**
   * Writes the tensors in the given order.
   *
   * @param metadata goes under {@code __metadata__}; none when empty
   * @throws IllegalArgumentException when a tensor yields another number of values than its shape
   * @throws UncheckedIOException when the file cannot be written
   */
  public static void write(Path file, List<Tensor> tensors, Map<String, String> metadata) {
    Path partial =
        file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + PARTIAL);
    try {
      try {
        writeAll(partial, tensors, metadata);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /**
   * Deletes what processes left beside a file that were killed as they wrote it. Only for a file
   * that nobody else writes at the moment.
   *
   * @param file in a folder that exists
   */
  public static void discardPartial(Path file) throws IOException {
    String names =
        Pattern.quote("." + file.getFileName() + ".") + UUID_FORM + Pattern.quote(PARTIAL);
    try (DirectoryStream<Path> partial =
        Files.newDirectoryStream(
            file.toAbsolutePath().resolveSibling(""),
            sibling -> sibling.getFileName().toString().matches(names))) {
      for (Path left : partial) {
        Files.deleteIfExists(left);
      }
    }
  }

  private static void writeAll(Path file, List<Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] header = header(tensors, metadata);
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      buffer.putLong(header.length);
      drain(buffer, channel);
      drain(ByteBuffer.wrap(header).position(header.length), channel);
      for (Tensor tensor : tensors) {
        float[] values = tensor.values.get();
        if (values.length != tensor.elements()) {
          throw new IllegalArgumentException(
              "tensor %s: shape %s needs %d values, got %d"
                  .formatted(
                      tensor.name,
                      Arrays.toString(tensor.shape),
                      tensor.elements(),
                      values.length));
        }
        for (float value : values) {
          if (buffer.remaining() < Float.BYTES) {
            drain(buffer, channel);
          }
          buffer.putFloat(value);
        }
        drain(buffer, channel);
      }
      channel.force(true);
    }
  }

  private static byte[] header(List<Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      root.set("__metadata__", JSON.valueToTree(metadata));
    }
    long offset = 0;
    for (Tensor tensor : tensors) {
      if (root.has(tensor.name)) {
        throw new IllegalArgumentException("two tensors of the name " + tensor.name);
      }
      long end = offset + tensor.elements() * Float.BYTES;
      ObjectNode node = root.putObject(tensor.name).put("dtype", "F32");
      node.set("shape", JSON.valueToTree(tensor.shape));
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = JSON.writeValueAsBytes(root);
    // Spaces keep the data aligned: the format allows them after the JSON.
    String padding = " ".repeat(-json.length & (ALIGNMENT - 1));
    return (new String(json, StandardCharsets.UTF_8) + padding).getBytes(StandardCharsets.UTF_8);
  }

  private static void drain(ByteBuffer buffer, FileChannel channel) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
