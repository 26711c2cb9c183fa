package dev.freshet.pipeline.http;

import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Searcher;
import io.javalin.config.RoutesConfig;
import java.util.List;

/** {@code GET /v1/generations}. */
public final class GenerationResource implements Resource {
  private record Answer(int served, List<GenerationStatus> generations) {}

  private final Searcher searcher;

  /**
   * The generations of a node.
   *
   * @param searcher knows them
   */
  public GenerationResource(Searcher searcher) {
    this.searcher = searcher;
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.get(
        "/v1/generations",
        context ->
            Json.answer(
                context, 200, new Answer(searcher.servedGeneration(), searcher.generations())));
  }
}
