package dev.freshet.pipeline.conduct;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.pipeline.event.GenerationRecord;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serve nodes that are asked over HTTP, all at once: {@code GET /v1/shard} says which partitions
 * each holds, and which generations it is ready for. A generation is ready when every partition has
 * a node that is, and no node that is well still reads: replicas switch together where they can,
 * and one that is down holds nothing up whose partitions others hold. One that does not answer is
 * told once. Without any node everything is ready: each then goes on with the generation before
 * until it has read the new one. Used by one thread.
 */
public final class HttpNodes implements Nodes {
  private static final Logger LOG = LoggerFactory.getLogger(HttpNodes.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

  private final List<URI> nodes;
  private final @Nullable String apiKey;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /** By node, what it was last told to have failed with. */
  private final Map<URI, String> told = new LinkedHashMap<>();

  /**
   * @param nodes base addresses, without a slash at the end
   * @param apiKey that the nodes ask for; null for none
   */
  public HttpNodes(List<URI> nodes, @Nullable String apiKey) {
    this.nodes = List.copyOf(nodes);
    this.apiKey = apiKey;
  }

  @Override
  public boolean areReady(GenerationRecord generation) {
    if (nodes.isEmpty()) {
      return true;
    }
    List<CompletableFuture<HttpResponse<String>>> answers = nodes.stream().map(this::ask).toList();
    Set<Integer> all = new TreeSet<>(generation.required().keySet());
    Set<Integer> covered = new TreeSet<>();
    boolean isSomebodyReading = false;
    for (int i = 0; i < answers.size(); i++) {
      JsonNode node = shard(nodes.get(i), answers.get(i), generation.generation());
      if (node == null) {
        continue;
      }
      IntStream.range(0, node.path("of").asInt()).forEach(all::add);
      if (isReady(node.path("generations"), generation.generation())) {
        node.path("partitions").forEach(partition -> covered.add(partition.asInt()));
      } else {
        isSomebodyReading |= node.path("obstacle").isNull();
      }
    }
    return !isSomebodyReading && !covered.isEmpty() && covered.containsAll(all);
  }

  private CompletableFuture<HttpResponse<String>> ask(URI node) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(node + "/v1/shard")).timeout(ANSWER_TIMEOUT);
    if (apiKey != null) {
      request.header("Authorization", "Bearer " + apiKey);
    }
    // The request's own timeout may end with the headers; a body may come no further.
    return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8))
        .orTimeout(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What a node says of itself; null where it does not. */
  private @Nullable JsonNode shard(
      URI node, CompletableFuture<HttpResponse<String>> asked, int generation) {
    String problem;
    try {
      HttpResponse<String> answer = asked.join();
      if (answer.statusCode() == 200) {
        JsonNode shard = JSON.readTree(answer.body());
        List.of("partitions", "of", "obstacle", "generations").forEach(shard::required);
        if (told.remove(node) != null) {
          LOG.info("the serve node at {} answers again", node);
        }
        return shard;
      }
      problem =
          answer.statusCode() == 401
              ? "it wants an API key: set serve.apiKey to that of the nodes"
              : "HTTP " + answer.statusCode();
    } catch (CompletionException e) {
      problem = String.valueOf(e.getCause());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      problem = "it answers, but not as Freshet does; check conduct.nodes";
    }
    if (!problem.equals(told.put(node, problem))) {
      LOG.warn(
          "the serve node at {} cannot be asked whether it has read generation {}: {}",
          node,
          generation,
          problem);
    }
    return null;
  }

  private static boolean isReady(JsonNode generations, int generation) {
    for (JsonNode each : generations) {
      if (each.path("generation").asInt() == generation) {
        return each.path("ready").asBoolean();
      }
    }
    return false;
  }
}
