package dev.freshet.pipeline.app;

import dev.freshet.training.corpus.CollectionFolder;
import dev.freshet.training.corpus.CorpusCollection;
import java.nio.file.Files;
import java.nio.file.Path;

/** Collections that a command is pointed at. */
final class JudgedCollections {
  private JudgedCollections() {}

  /**
   * Reads a folder, in our layout or in BEIR's.
   *
   * @throws CommandException when it is not one
   * @throws dev.freshet.training.corpus.MalformedLineException naming the line that is at fault
   */
  static CorpusCollection read(Path folder) {
    boolean beir = CollectionFolder.isBeir(folder);
    for (String file : CollectionFolder.FILES) {
      if (!beir && !Files.exists(folder.resolve(file))) {
        throw CommandException.wrongUsage(
            "%s is no collection: it has no %s (needed are %s, or as BEIR has it %s)"
                .formatted(
                    folder,
                    file,
                    String.join(", ", CollectionFolder.FILES),
                    String.join(", ", CollectionFolder.BEIR_FILES)));
      }
    }
    return CollectionFolder.read(folder);
  }

  /** As {@link #read}, but a folder of documents alone will do. */
  static CorpusCollection readTexts(Path folder) {
    return CollectionFolder.hasOnlyDocuments(folder)
        ? CollectionFolder.readDocuments(folder)
        : read(folder);
  }
}
