package dev.freshet.training.pretrain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.model.checkpoint.FolderLock;
import dev.freshet.model.checkpoint.Folders;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.encoder.ModelFolderWriter;
import dev.freshet.model.encoder.WordPieceFile;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.optimise.AdamW;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a pretraining keeps in the folder that its model will lie in, so that it goes on where it
 * was stopped:
 *
 * <pre>
 * loss.csv, loss.svg                the loss curve, drawn at the end
 * pretraining.json                  settings and SHA-256 of the texts; stays with the model
 * .pretraining/start/               model folder with the vocabulary and the weights it starts from
 * .pretraining/state.safetensors    trained tensors and moments, stage and step
 * .pretraining/lock                 held while a process works here
 * </pre>
 *
 * One process at a time: the folder is locked until this is closed.
 */
final class PretrainWorkspace implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WEIGHTS = "model.safetensors";
  private static final String START = "start";

  /** Of the model that the run starts from, written last of all that it needs. */
  private static final String START_WEIGHTS = START + "/" + WEIGHTS;

  private static final String RECIPE = "pretraining.json";
  private static final String STAGE = "stage";
  private static final String STEP = "step";

  private final Path folder;
  private final Path work;
  private final FolderLock lock;

  private PretrainWorkspace(Path folder, Path work, FolderLock lock) {
    this.folder = folder;
    this.work = work;
    this.lock = lock;
  }

  /**
   * Takes up the run in the folder, or begins one.
   *
   * @throws IllegalArgumentException when the folder holds a finished model, or a run with other
   *     settings or texts, or another run is at work on it
   */
  static PretrainWorkspace open(Path folder, PretrainTexts texts, PretrainSettings settings) {
    Path work = folder.resolve(".pretraining");
    requireUnfinished(folder, work); // a finished model is not touched, not even by a lock
    PretrainWorkspace workspace = new PretrainWorkspace(folder, work, lock(folder, work));
    try {
      workspace.takeUp(texts, settings);
      return workspace;
    } catch (IOException e) {
      workspace.close();
      throw new UncheckedIOException("Cannot use " + folder, e);
    } catch (RuntimeException e) {
      workspace.close();
      throw e;
    }
  }

  private static FolderLock lock(Path folder, Path work) {
    return FolderLock.take(work.resolve("lock"))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    folder
                        + " is in use by another pretraining: stop that one, or choose another folder"));
  }

  /** Where there is still something to start from, a finished model is only to be written again. */
  private static void requireUnfinished(Path folder, Path work) {
    if (Files.exists(folder.resolve(WEIGHTS)) && !Files.exists(work.resolve(START_WEIGHTS))) {
      throw new IllegalArgumentException(
          folder + " holds a finished model: choose another folder, or delete it");
    }
  }

  private void takeUp(PretrainTexts texts, PretrainSettings settings) throws IOException {
    requireUnfinished(folder, work); // another run may have ended until this one had the lock
    SafetensorsWriter.discardPartial(folder.resolve(WEIGHTS));
    SafetensorsWriter.discardPartial(state());
    ObjectNode recipe = recipe(texts, settings);
    if (Files.exists(work.resolve(START_WEIGHTS))) {
      requireSame(recipe);
    } else {
      begin(texts, settings, recipe);
    }
  }

  /** What decides the bytes of the model. */
  static ObjectNode recipe(PretrainTexts texts, PretrainSettings settings) {
    ObjectNode recipe = JSON.valueToTree(settings);
    return recipe.put("texts", texts.sha256());
  }

  private void requireSame(ObjectNode recipe) throws IOException {
    JsonNode found = JSON.readTree(Files.readString(folder.resolve(RECIPE)));
    recipe
        .properties()
        .forEach(
            entry -> {
              JsonNode before = found.path(entry.getKey());
              if (!before.toString().equals(entry.getValue().toString())) {
                throw new IllegalArgumentException(
                    "%s holds an unfinished run with %s = %s, now it is %s: go on with the same, or choose another folder"
                        .formatted(folder, entry.getKey(), before, entry.getValue()));
              }
            });
  }

  private void begin(PretrainTexts texts, PretrainSettings settings, ObjectNode recipe)
      throws IOException {
    Files.deleteIfExists(curve());
    Files.writeString(
        folder.resolve(RECIPE),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(recipe) + "\n");
    List<String> pieces = vocabulary(texts, settings.vocabulary());
    BertConfig config = settings.shape().config(pieces.size(), 0, null);
    ModelFolderWriter.write(
        start(),
        config,
        WordPieceFile.json(pieces),
        InitialBackbone.tensors(config, settings.seed()));
  }

  private static List<String> vocabulary(PretrainTexts texts, int size) {
    WordPieceTrainer trainer = new WordPieceTrainer();
    for (CorpusDocument document : texts.documents()) {
      trainer.add(document.title()).add(document.text());
    }
    texts.queries().forEach(trainer::add);
    // All of ASCII, at a word's start and inside: a word with a character that is no piece would be
    // unknown as a whole.
    for (char c = '!'; c <= '~'; c++) {
      if (!Character.isUpperCase(c)) {
        trainer.add("" + c + c);
      }
    }
    return trainer.train(size);
  }

  private Path start() {
    return work.resolve(START);
  }

  private Path state() {
    return work.resolve("state.safetensors");
  }

  private Path curve() {
    return folder.resolve("loss.csv");
  }

  /** The model that the training starts from. */
  ModelFolder startModel() {
    return ModelFolder.read(start());
  }

  LossCurve lossCurve() {
    return new LossCurve(curve(), position());
  }

  /** Where the last {@link #save} was; the very beginning where there was none. */
  PretrainPosition position() {
    if (!Files.exists(state())) {
      return new PretrainPosition(PretrainStage.MASKED, 0);
    }
    SafetensorsFile file = SafetensorsFile.open(state());
    return new PretrainPosition(
        PretrainStage.ofLabel(metadata(file, STAGE)), Long.parseLong(metadata(file, STEP)));
  }

  private static String metadata(SafetensorsFile file, String key) {
    String value = file.metadata().get(key);
    if (value == null) {
      throw new InvalidModelException(file.path() + " does not say its " + key);
    }
    return value;
  }

  /** Keeps what is needed to go on from here. */
  void save(PretrainStage stage, AdamW optimiser, LossCurve curve) {
    curve.write();
    SafetensorsWriter.write(
        state(),
        optimiser.state(),
        Map.of(STAGE, stage.label(), STEP, Long.toString(optimiser.steps())));
  }

  /** Brings back what was saved, if anything was. */
  void restore(AdamW optimiser) {
    if (Files.exists(state())) {
      optimiser.restore(SafetensorsFile.open(state()), position().steps());
    }
  }

  /** Writes the model, draws the curve, and clears away what only the run needed. */
  void finish(List<SafetensorsWriter.Tensor> tensors, LossCurve curve) {
    curve.draw(folder.resolve("loss.svg"));
    try {
      JsonNode tokenizer = JSON.readTree(Files.readString(startModel().tokenizer()));
      ModelFolderWriter.write(folder, startModel().config(), tokenizer, tensors);
      // First of all: with it, and without what else is cleared away, the run would begin anew.
      Files.deleteIfExists(work.resolve(START_WEIGHTS));
      Folders.delete(work);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("our own tokenizer.json cannot be read", e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + folder, e);
    }
  }

  /** Lets another run at the folder. Idempotent. */
  @Override
  public void close() {
    lock.close();
  }
}
