package dev.freshet.pipeline.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Priority;
import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.event.StrictJson;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/embeddings}: the request and the answer of OpenAI's endpoint, so that its clients
 * work here.
 *
 * <p>The served model answers, whatever {@code model} says; the answer repeats that name and adds
 * the {@code generation}. {@code input_type} is {@code document} (the default) or {@code query}: a
 * model may treat the two differently, and one of each kind may be compared. A text longer than the
 * model's window is cut to it. {@code user} is accepted and not used. What is too much at a time is
 * refused at once.
 */
public final class EmbeddingResource implements Resource {
  private static final List<String> FIELDS =
      List.of("input", "model", "encoding_format", "dimensions", "user", "input_type");
  private static final int MAX_INPUTS = 2_048;

  /** Texts of all requests together that wait for their vectors. */
  static final int MOST_WAITING = 4 * MAX_INPUTS;

  private record Request(List<String> inputs, String model, boolean base64, boolean query) {}

  private record Embedding(String object, int index, Object embedding) {}

  private record Usage(int prompt_tokens, int total_tokens) {}

  private record Answer(
      String object, List<Embedding> data, String model, int generation, Usage usage) {}

  private final Supplier<ServedEncoders> served;
  private final Bodies bodies;
  private final Semaphore room = new Semaphore(MOST_WAITING);

  /**
   * Embeddings.
   *
   * @param served the encoders to ask, and their generation
   * @param config limits
   */
  public EmbeddingResource(Supplier<ServedEncoders> served, ServeConfig config) {
    this.served = served;
    this.bodies = new Bodies(config.maxRequestBytes());
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.post("/v1/embeddings", this::embed);
  }

  private void embed(Context context) {
    JsonNode body = Json.object(bodies.json(context), FIELDS);
    ServedEncoders model = served.get();
    Request request = request(body, model.documents().dimensions());
    context.future(
        () -> admitted(request, model).thenAccept(answer -> Json.answer(context, 200, answer)));
  }

  private CompletableFuture<Answer> admitted(Request request, ServedEncoders model) {
    int inputs = request.inputs().size();
    if (!room.tryAcquire(inputs)) {
      throw new ProblemException(
          503,
          "%d texts wait already and %d are the most; these are %d: try again in a moment"
              .formatted(MOST_WAITING - room.availablePermits(), MOST_WAITING, inputs));
    }
    CompletableFuture<Answer> answer;
    try {
      answer = answer(request, model);
    } catch (RuntimeException e) {
      room.release(inputs);
      throw e;
    }
    return answer.whenComplete((done, thrown) -> room.release(inputs));
  }

  private CompletableFuture<Answer> answer(Request request, ServedEncoders model) {
    try {
      return of(request, model).exceptionallyCompose(thrown -> again(request, model, thrown));
    } catch (IllegalStateException e) {
      return again(request, model, e);
    }
  }

  /** A generation may be retired, and its encoders be closed, while texts wait for them. */
  private CompletableFuture<Answer> again(Request request, ServedEncoders model, Throwable thrown) {
    Throwable cause = Problems.unwrap(thrown);
    ServedEncoders now = served.get();
    return cause instanceof IllegalStateException && now.generation() != model.generation()
        ? of(request, now)
        : CompletableFuture.failedFuture(cause);
  }

  private static CompletableFuture<Answer> of(Request request, ServedEncoders model) {
    Encoder encoder = request.query() ? model.queries() : model.documents();
    List<int[]> inputs =
        request.inputs().stream().map(input -> tokens(encoder, input, request.query())).toList();
    int tokens = inputs.stream().mapToInt(ids -> ids.length).sum();
    Usage usage = new Usage(tokens, tokens);
    // Somebody may upload a corpus here: searches go first.
    Priority priority = request.query() ? Priority.QUERY : Priority.SERVED;
    return encoder
        .encodeAll(inputs, priority)
        .thenApply(
            vectors ->
                new Answer(
                    "list",
                    data(vectors, request.base64()),
                    request.model(),
                    model.generation(),
                    usage))
        .exceptionally(
            thrown -> {
              Throwable cause = Problems.unwrap(thrown);
              throw cause instanceof EncodingException
                  ? new ProblemException(422, "input cannot be encoded: " + cause.getMessage())
                      .initCause(cause)
                  : new CompletionException(cause);
            });
  }

  private static int[] tokens(Encoder encoder, String input, boolean query) {
    return query ? encoder.tokenizeQuery(input) : encoder.cut("", input).get(0).tokens();
  }

  private static List<Embedding> data(float[][] vectors, boolean base64) {
    List<Embedding> data = new ArrayList<>();
    for (float[] values : vectors) {
      data.add(new Embedding("embedding", data.size(), base64 ? base64(values) : values));
    }
    return data;
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static Request request(JsonNode body, int dimensions) {
    JsonNode wanted = body.get("dimensions");
    if (wanted != null && !wanted.isNull() && wanted.asInt(-1) != dimensions) {
      throw Json.refuse(
          "dimensions",
          "dimensions must be %d, as of the served model, was %s"
              .formatted(dimensions, wanted.asText()));
    }
    JsonNode model = body.get("model");
    if (model != null && !model.isNull() && !model.isTextual()) {
      throw Json.refuse("model", "model must be a string, was " + StrictJson.kind(model));
    }
    return new Request(
        inputs(body.get("input")),
        model == null || model.isNull() ? "freshet" : model.textValue(),
        choice(body.get("encoding_format"), "encoding_format", "float", "base64"),
        choice(body.get("input_type"), "input_type", "document", "query"));
  }

  /** Whether the field is the other one of its two values. */
  private static boolean choice(
      @Nullable JsonNode node, String field, String standard, String other) {
    if (node == null || node.isNull() || standard.equals(node.textValue())) {
      return false;
    }
    if (other.equals(node.textValue())) {
      return true;
    }
    throw Json.refuse(
        field,
        "%s must be \"%s\" or \"%s\", was %s"
            .formatted(
                field,
                standard,
                other,
                node.isTextual() ? "\"" + node.asText() + "\"" : StrictJson.kind(node)));
  }

  private static List<String> inputs(@Nullable JsonNode input) {
    List<String> inputs = new ArrayList<>();
    if (input != null && input.isTextual()) {
      inputs.add(Json.text("input", input));
    } else if (input != null && input.isArray() && !input.isEmpty()) {
      requireNoTokens(input);
      if (input.size() > MAX_INPUTS) {
        throw Json.refuse(
            "input", "input must be at most %d texts, was %d".formatted(MAX_INPUTS, input.size()));
      }
      for (JsonNode element : input) {
        inputs.add(Json.text("input[" + inputs.size() + "]", element));
      }
    } else {
      throw Json.refuse(
          "input",
          "input must be a text or a list of texts, was "
              + (input == null ? "missing" : input.isArray() ? "empty" : StrictJson.kind(input)));
    }
    return inputs;
  }

  private static void requireNoTokens(JsonNode input) {
    for (JsonNode element : input) {
      if (element.isNumber() || element.isArray()) {
        throw Json.refuse(
            "input",
            "input must be a text or a list of texts, was a list of tokens, and the encoder has"
                + " others (LangChain sends texts with check_embedding_ctx_length=False)");
      }
    }
  }
}
