package dev.freshet.pipeline.lexical;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The disk of the lexical index is full. Lucene has given up then, and the index can only be
 * closed: once there is room, it is opened anew and lacks what was not committed.
 */
public final class LexicalFullException extends LexicalIndexException {
  /** What the system says when a disk is full. Java passes on no number, only these words. */
  private static final String NO_SPACE = wordsOfTheSystem();

  LexicalFullException(String message, Throwable cause) {
    super(message, cause);
  }

  /** They are in the language of the machine, so the device that is always full is asked. */
  private static String wordsOfTheSystem() {
    try {
      Files.write(Path.of("/dev/full"), new byte[1], StandardOpenOption.WRITE);
    } catch (FileSystemException e) {
      // There is no such device here, or it may not be written: then only English is known.
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
    return "No space left on device";
  }

  /** Whether a full disk is behind it. */
  static boolean isFull(@Nullable Throwable thrown) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof IOException && String.valueOf(e.getMessage()).contains(NO_SPACE)) {
        return true;
      }
    }
    return false;
  }
}
