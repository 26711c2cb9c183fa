package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Document;
import java.util.List;
import java.util.Optional;

/** What a serve node can be asked. Thread-safe. */
public interface Searcher {

  /**
   * Answers from one generation.
   *
   * @throws UnknownGenerationException when the request names a generation that is not here
   * @throws GenerationNotReadyException while parts of the generation are still missing here
   */
  SearchAnswer search(SearchRequest request);

  /** The document as it is in the served generation. */
  Optional<Document> document(String id);

  /** The generation that answers when a request names none. */
  int servedGeneration();

  /** Every generation in this node, newest first. */
  List<GenerationStatus> generations();
}
