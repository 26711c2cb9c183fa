package dev.freshet.pipeline.http;

import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.RefreshPlan;
import dev.freshet.pipeline.search.Searcher;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * {@code GET /v1/generations}, {@code GET /v1/generations/plan} and {@code POST
 * /v1/generations/{g}/serve}.
 */
public final class GenerationResource implements Resource {

  /** Makes another generation the served one. Thread-safe. */
  public interface Switch {

    /**
     * Returns when this node serves the generation.
     *
     * @throws dev.freshet.pipeline.search.UnknownGenerationException when there is none of that
     *     number
     * @throws GenerationConflictException when it cannot be served now
     * @throws dev.freshet.pipeline.search.GenerationNotReadyException while brokers are away
     */
    void serve(int generation);
  }

  private record Answer(int served, List<GenerationStatus> generations) {}

  private final Searcher searcher;
  private final Switch switching;
  private final SharedTask<RefreshPlan> planning;

  /**
   * The generations of a node.
   *
   * @param searcher knows them
   * @param switching for operators
   * @param planning says what the next one will cost; may take seconds
   */
  public GenerationResource(Searcher searcher, Switch switching, Supplier<RefreshPlan> planning) {
    this.searcher = searcher;
    this.switching = switching;
    this.planning = new SharedTask<>("plan", planning);
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.get("/v1/generations", context -> Json.answer(context, 200, answer()));
    routes.get("/v1/generations/plan", this::plan);
    routes.post("/v1/generations/{generation}/serve", this::serve);
  }

  private Answer answer() {
    return new Answer(searcher.servedGeneration(), searcher.generations());
  }

  private void plan(Context context) {
    context.future(() -> planning.run().thenAccept(plan -> Json.answer(context, 200, plan)));
  }

  private void serve(Context context) {
    Bodies.requireJson(context);
    String number = context.pathParam("generation");
    if (!number.matches("[1-9][0-9]{0,8}")) {
      throw new ProblemException(
          400, "the generation must be a whole number from 1 on, was '%s'".formatted(number));
    }
    int generation = Integer.parseInt(number);
    context.future(
        () ->
            OwnThread.run(
                    "serve-" + generation,
                    () -> {
                      switching.serve(generation);
                      return generation;
                    })
                .thenAccept(done -> Json.answer(context, 200, answer()))
                .exceptionally(
                    thrown -> {
                      Throwable cause = Problems.unwrap(thrown);
                      if (cause instanceof GenerationConflictException) {
                        throw new ProblemException(409, String.valueOf(cause.getMessage()))
                            .initCause(cause);
                      }
                      throw new CompletionException(cause);
                    }));
  }
}
