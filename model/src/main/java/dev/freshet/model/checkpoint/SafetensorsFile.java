package dev.freshet.model.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file, read through memory maps: tensors come out without a copy on the heap, and a
 * file may be larger than 2 GiB (one tensor may not).
 *
 * <p>Immutable and thread-safe. Holds no open file: each map lives as long as the buffer or array
 * made from it. The file must not be changed while maps on it live; a new version takes a new file.
 */
public final class SafetensorsFile {
  private static final int DIGEST_BYTES = 1 << 14;

  private final Path path;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, SafetensorsHeader header) {
    this.path = path;
    this.header = header;
  }

  /**
   * Reads and checks the header.
   *
   * @throws InvalidModelException when it is not a well-formed safetensors file
   * @throws UncheckedIOException when it cannot be read
   */
  public static SafetensorsFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new InvalidModelException(path + " is missing");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long fileBytes = channel.size();
      long headerBytes = -1;
      if (fileBytes >= SafetensorsHeader.PREFIX_BYTES) {
        headerBytes = read(channel, 0, SafetensorsHeader.PREFIX_BYTES).getLong();
      }
      long limit =
          Math.min(fileBytes - SafetensorsHeader.PREFIX_BYTES, SafetensorsHeader.MAX_HEADER_BYTES);
      if (headerBytes < 2 || headerBytes > limit) {
        throw new InvalidModelException(
            "%s is not a safetensors file: header length %d, file length %d"
                .formatted(path, headerBytes, fileBytes));
      }
      byte[] json = new byte[(int) headerBytes];
      read(channel, SafetensorsHeader.PREFIX_BYTES, json.length).get(json);
      return new SafetensorsFile(path, SafetensorsHeader.parse(path, json, fileBytes));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("unexpected end of file");
      }
    }
    return buffer.flip();
  }

  public Path path() {
    return path;
  }

  /** Names of all tensors, in no particular order. */
  public Set<String> names() {
    return header.tensors().keySet();
  }

  /** The strings under {@code __metadata__}. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** What the header says about a tensor, or null where the file has none of that name. */
  public @Nullable TensorInfo find(String name) {
    return header.tensors().get(name);
  }

  /**
   * What the header says about a tensor.
   *
   * @throws InvalidModelException when the file has none of that name
   */
  public TensorInfo info(String name) {
    TensorInfo info = find(name);
    if (info == null) {
      throw new InvalidModelException(path + " has no tensor " + name);
    }
    return info;
  }

  /**
   * The bytes of a tensor as they are in the file: a read-only, little-endian map.
   *
   * @throws InvalidModelException when there is no such tensor or it is larger than 2 GiB
   */
  public ByteBuffer bytes(String name) {
    TensorInfo info = info(name);
    if (info.bytes() > Integer.MAX_VALUE) {
      throw new InvalidModelException(
          "%s: tensor %s has %d bytes, at most %d are supported"
              .formatted(path, name, info.bytes(), Integer.MAX_VALUE));
    }
    if (info.bytes() == 0) {
      return ByteBuffer.allocateDirect(0).order(ByteOrder.LITTLE_ENDIAN);
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel
          .map(MapMode.READ_ONLY, info.position(), info.bytes())
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot map tensor " + name + " of " + path, e);
    }
  }

  /**
   * Adds the bytes of a tensor to a digest, without mapping them.
   *
   * @throws InvalidModelException when there is no such tensor
   */
  public void digest(String name, MessageDigest digest) {
    TensorInfo info = info(name);
    ByteBuffer buffer = ByteBuffer.allocate(DIGEST_BYTES);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long position = info.position();
      long end = position + info.bytes();
      while (position < end) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
        int read = channel.read(buffer, position);
        if (read < 0) {
          throw new IOException("unexpected end of file");
        }
        digest.update(buffer.flip());
        position += read;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read tensor " + name + " of " + path, e);
    }
  }

  /**
   * The values of an F32, F16 or BF16 tensor.
   *
   * @throws InvalidModelException when there is no such tensor or it is of another type
   */
  public float[] floats(String name) {
    ByteBuffer buffer = floatBytes(name);
    float[] values = new float[buffer.remaining() / Float.BYTES];
    buffer.asFloatBuffer().get(values);
    return values;
  }

  /**
   * A float32 array over an F32, F16 or BF16 tensor. F32 on a CPU stays in the map: writing to it
   * in place ends the process, so such arrays are weights that nobody changes.
   *
   * @param manager owns the array
   * @throws InvalidModelException when there is no such tensor or it is of another type
   */
  public NDArray array(NDManager manager, String name) {
    long[] shape = info(name).shape().stream().mapToLong(Long::longValue).toArray();
    return manager.create(floatBytes(name), new Shape(shape), DataType.FLOAT32);
  }

  /**
   * The values of an F32, F16 or BF16 tensor as float32 in native order: a map of the file where
   * that is how they are stored, a copy otherwise. {@link DirectBuffers#free} gives its memory
   * back.
   *
   * @throws InvalidModelException when there is no such tensor or it is of another type
   */
  public ByteBuffer floatBytes(String name) {
    TensorType type = info(name).type();
    return switch (type) {
      case F32 -> bytes(name).order(ByteOrder.nativeOrder());
      case F16 -> HalfFloats.widen(bytes(name), HalfFloats::half);
      case BF16 -> HalfFloats.widen(bytes(name), HalfFloats::brain);
      default ->
          throw new InvalidModelException(
              "%s: tensor %s is %s, supported are F32, F16 and BF16".formatted(path, name, type));
    };
  }
}
