package dev.freshet.pipeline.search;

import dev.freshet.pipeline.lexical.LexicalFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/**
 * A disk that is full when a test wants it: no file can be begun then, and none goes on. The error
 * is the system's own, from the device that is always full; a small file system would need rights
 * that a test does not have.
 */
final class FillableDisk implements LexicalFiles {
  private static final Path FULL = Path.of("/dev/full");

  volatile boolean isFull;

  @Override
  public Directory open(Path folder) throws IOException {
    return new FilterDirectory(FSDirectory.open(folder)) {
      @Override
      public IndexOutput createOutput(String name, IOContext context) throws IOException {
        requireRoom();
        return new Output(in.createOutput(name, context));
      }

      @Override
      public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
          throws IOException {
        requireRoom();
        return new Output(in.createTempOutput(prefix, suffix, context));
      }
    };
  }

  private void requireRoom() throws IOException {
    if (isFull) {
      Files.write(FULL, new byte[1], StandardOpenOption.WRITE);
    }
  }

  private final class Output extends FilterIndexOutput {
    Output(IndexOutput out) {
      super("on a disk that may fill", out.getName(), out);
    }

    @Override
    public void writeByte(byte value) throws IOException {
      requireRoom();
      super.writeByte(value);
    }

    @Override
    public void writeBytes(byte[] values, int offset, int length) throws IOException {
      requireRoom();
      super.writeBytes(values, offset, length);
    }
  }
}
