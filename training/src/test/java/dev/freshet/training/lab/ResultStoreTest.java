package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultStoreTest {
  private static final Trial LORA = Samples.trial("lora", 0.0054, 1e-3, 1);
  private static final Trial FULL = Samples.trial("full", null, 1e-4, 1);

  @TempDir Path dir;

  private static TrialResult result(Trial trial) {
    return Samples.finished(trial, new double[] {0.1, 0.2}, 0.5, 0.5);
  }

  private static Setting changed(Setting.Collection collection, Map<String, String> plan) {
    return new Setting(collection, Samples.setting().backbone(), plan, List.of());
  }

  @Test
  void goesOnWhereItWasStopped() {
    ResultStore<TrialResult> store = ResultStore.open(dir, Samples.setting(), TrialResult.class);
    assertThat(store.isDone(LORA.name())).isFalse();
    store.write(result(LORA));
    store.write(Samples.diverged(FULL));

    ResultStore<TrialResult> again =
        ResultStore.open(
            dir, Samples.setting(Samples.baseline("untuned", 0.1, 0.2)), TrialResult.class);
    assertThat(again.isDone(LORA.name())).isTrue();
    assertThat(again.isDone(FULL.name())).isTrue();
    assertThat(again.isDone(Samples.trial("lora", 0.0673, 1e-3, 1).name())).isFalse();
    assertThat(again.results()).containsExactly(Samples.diverged(FULL), result(LORA));
  }

  @Test
  void refusesAnotherSetting() {
    Setting setting = Samples.setting();
    ResultStore.open(dir, setting, TrialResult.class);
    Map<String, String> longer = new LinkedHashMap<>(setting.plan());
    longer.put("steps", "800");
    assertThatThrownBy(
            () -> ResultStore.open(dir, changed(setting.collection(), longer), TrialResult.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("plan steps = \"400\", now it is \"800\"")
        .hasMessageContaining("choose another folder");
    assertThatThrownBy(
            () ->
                ResultStore.open(
                    dir, changed(setting.collection(), Map.of("steps", "400")), TrialResult.class))
        .hasMessageContaining("plan batch = \"16\", now it is nothing");
    Setting.Collection other = new Setting.Collection("generated", 1000, 300, 50, 5, "ef56");
    assertThatThrownBy(
            () -> ResultStore.open(dir, changed(other, setting.plan()), TrialResult.class))
        .hasMessageContaining("collection testQueries = 4, now it is 5")
        .hasMessageContaining(
            "collection sha256 of documents, queries and judgements = \"cd34\", now it is \"ef56\"");
  }

  @Test
  void saysAllThatDiffers() {
    Setting setting = Samples.setting();
    ResultStore.open(dir, setting, TrialResult.class);
    Setting other =
        new Setting(
            setting.collection(),
            Samples.backbone("cls"),
            Map.of("steps", "800", "batch", "16"),
            List.of());
    assertThatThrownBy(() -> ResultStore.open(dir, other, TrialResult.class))
        .hasMessageContaining(
            "backbone pooling = \"mean\", now it is \"cls\"; plan steps = \"400\", now it is \"800\":"
                + " go on with the same");
  }

  @Test
  void whatAnOlderBuildDidNotWriteDownIsNoDifference() throws IOException {
    ResultStore.open(dir, Samples.setting(), TrialResult.class);
    Path file = dir.resolve("setting.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode written = (ObjectNode) json.readTree(Files.readString(file));
    ((ObjectNode) written.path("backbone")).remove(List.of("pooling", "tokenizer"));
    Files.writeString(file, json.writeValueAsString(written));
    assertThat(ResultStore.open(dir, Samples.setting(), TrialResult.class).results()).isEmpty();
  }

  @Test
  void theOrderOfThePlanIsNoDifference() {
    Setting setting = Samples.setting();
    ResultStore.open(dir, setting, TrialResult.class);
    Map<String, String> turned = new LinkedHashMap<>();
    turned.put("batch", "16");
    turned.put("steps", "400");
    assertThat(
            ResultStore.open(dir, changed(setting.collection(), turned), TrialResult.class)
                .results())
        .isEmpty();
  }

  @Test
  void aHalfWrittenFileIsNotThere() throws IOException {
    ResultStore<TrialResult> store = ResultStore.open(dir, Samples.setting(), TrialResult.class);
    Path trials = dir.resolve("trials");
    Files.writeString(trials.resolve(LORA.name() + ".json.tmp"), "{\"format\":1,\"tri");
    assertThat(store.isDone(LORA.name())).isFalse();
    assertThat(store.results()).isEmpty();
    store.write(result(LORA));
    assertThat(store.results()).containsExactly(result(LORA));
    try (Stream<Path> left = Files.list(trials)) {
      assertThat(left).containsExactly(trials.resolve(LORA.name() + ".json"));
    }
  }
}
