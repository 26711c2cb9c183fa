package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A function of tensors in TorchScript: the way to operators of torch that DJL has no method for.
 *
 * <p>Torch loads it from an archive that this class writes in memory, no file is made. The archive
 * is a zip of four stored entries and depends on nothing but the text of the function:
 *
 * <pre>
 * function/version              the format's version, in digits
 * function/constants.pkl        pickled: an empty tuple
 * function/code/__torch__.py    the text of class Function with its method forward
 * function/data.pkl             pickled: an object of that class, its one attribute is training
 * </pre>
 *
 * <p>Immutable and thread-safe: it has no state but its code, and a call runs on the thread that
 * makes it.
 */
final class TorchFunction {
  private static final String FOLDER = "function/";

  /** What libtorch 2 writes; it decides which meaning the operators' names have. */
  private static final String FORMAT_VERSION = "10\n";

  /** The format has no time zone, and an archive must not depend on when it is written. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final PtSymbolBlock module;

  private TorchFunction(PtSymbolBlock module) {
    this.module = module;
  }

  /**
   * Compiles a function.
   *
   * @param owner frees it when it is closed
   * @param body statements of TorchScript, the last one returns a tensor; operators are called by
   *     {@code torch.name(...)} only
   * @param parameters names of the tensors that the body reads
   * @throws ai.djl.engine.EngineException when the text is no TorchScript
   */
  static TorchFunction compile(NDManager owner, String body, String... parameters) {
    byte[] archive = archive(body, parameters);
    try {
      return new TorchFunction(
          JniUtils.loadModule(
              (PtNDManager) owner, new ByteArrayInputStream(archive), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }

  /**
   * Calls the function. As with any operator of DJL, gradients flow if an argument asks for them.
   *
   * @param arguments one array for every parameter
   * @return a new array, owned by the manager of the first argument
   */
  NDArray call(NDArray... arguments) {
    // "Training" is only that gradients are not switched off: there is no other state to tell.
    return IValueUtils.forward(module, new NDList(arguments), true).get(0);
  }

  /** The archive's bytes, the same for the same text. */
  static byte[] archive(String body, String... parameters) {
    String signature =
        Arrays.stream(parameters).map(p -> ", " + p + ": Tensor").collect(Collectors.joining());
    String code =
        "class Function(Module):\n"
            + "  __parameters__ = []\n"
            + "  __buffers__ = []\n"
            + "  training : bool\n"
            + "  def forward(self: __torch__.Function"
            + signature
            + ") -> Tensor:\n"
            + body.strip().indent(4);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "version", ascii(FORMAT_VERSION));
      store(zip, "constants.pkl", ascii("\u0080\u0002)."));
      store(zip, "code/__torch__.py", ascii(code));
      store(zip, "data.pkl", pickledFunction());
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /** Pickle's opcodes, version 2: make an object of the class, then set its attributes. */
  private static byte[] pickledFunction() {
    return ascii(
        "\u0080\u0002" // version 2
            + "c__torch__\nFunction\n" // the class
            + ")\u0081" // an object of it, made without arguments
            + "}(" // a dictionary of attributes
            + "X\u0008\0\0\0training" // a string of 8 bytes
            + "\u0089" // false
            + "ub."); // fill the dictionary, give it to the object, end
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(FOLDER + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
