package dev.freshet.pipeline.app;

import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusCollection;
import java.nio.file.Files;
import java.nio.file.Path;

/** Collections that a command is pointed at. */
final class JudgedCollections {
  private JudgedCollections() {}

  /**
   * Reads a folder in BEIR's layout.
   *
   * @throws CommandException when it is not one
   * @throws dev.freshet.training.corpus.MalformedLineException naming the line that is at fault
   */
  static CorpusCollection read(Path folder) {
    for (String file : CollectionFolder.FILES) {
      if (!Files.isRegularFile(folder.resolve(file))) {
        throw CommandException.wrongUsage(
            "%s is no collection: it has no %s (needed are %s)"
                .formatted(folder, file, String.join(", ", CollectionFolder.FILES)));
      }
    }
    return CollectionFolder.read(folder);
  }
}
