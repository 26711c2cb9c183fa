package dev.freshet.pipeline.lexical;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** How the files of a lexical index are reached. */
@FunctionalInterface
public interface LexicalFiles {
  /** Those of the file system. */
  LexicalFiles PLAIN = FSDirectory::open;

  /**
   * @param folder exists
   */
  Directory open(Path folder) throws IOException;
}
