package dev.freshet.training.pretrain;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.encoder.TextTokenizer;
import dev.freshet.model.encoder.Torch;
import dev.freshet.model.encoder.WordPieceFile;
import dev.freshet.model.tuning.FullFineTuning;
import dev.freshet.model.tuning.ModuleTensors;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.loss.InfoNce;
import dev.freshet.training.optimise.AdamW;
import dev.freshet.training.optimise.LearningRate;
import dev.freshet.training.optimise.Objective;
import dev.freshet.training.optimise.TrainingRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a backbone from texts alone: learns a vocabulary, then guesses hidden tokens, then tells
 * documents apart.
 *
 * <p>A run that is stopped, by whatever, goes on from its last saved state when it is started again
 * with the same folder, settings and texts, and ends with the same bytes as one that was not.
 */
public final class Pretraining {
  private static final Duration SAVE_EVERY = Duration.ofSeconds(30);
  private static final double WARM_UP = 0.05;
  private static final String MASK = "[MASK]";

  private final PretrainWorkspace workspace;
  private final PretrainTexts texts;
  private final PretrainSettings settings;
  private final PretrainListener listener;
  private final LossCurve curve;

  private Pretraining(
      PretrainWorkspace workspace,
      PretrainTexts texts,
      PretrainSettings settings,
      PretrainListener listener) {
    this.workspace = workspace;
    this.texts = texts;
    this.settings = settings;
    this.listener = listener;
    curve = workspace.lossCurve();
  }

  /**
   * Trains on the calling thread until the model is finished.
   *
   * @param folder where the model is written, and the run's state until then
   * @param device {@code cpu}, {@code gpu:N}, or {@code auto} for the first GPU where there is one
   * @throws IllegalStateException when the device is not there
   * @throws IllegalArgumentException when the folder holds a finished model or another run, or a
   *     process is at work on it, or the vocabulary cannot be had
   * @throws dev.freshet.training.optimise.DivergedException when the loss is not finite any more
   * @throws java.util.concurrent.CancellationException when the thread was interrupted
   * @throws java.io.UncheckedIOException when the folder cannot be written
   */
  public static void run(
      Path folder,
      PretrainTexts texts,
      PretrainSettings settings,
      String device,
      PretrainListener listener) {
    Device on = Torch.device(device);
    try (PretrainWorkspace workspace = PretrainWorkspace.open(folder, texts, settings)) {
      new Pretraining(workspace, texts, settings, listener).train(on);
    }
  }

  private void train(Device device) {
    ModelFolder start = workspace.startModel();
    Tuning everything = Tuning.of(new FullFineTuning());
    SafetensorsFile file = SafetensorsFile.open(start.weights());
    try (TextTokenizer tokenizer = new TextTokenizer(start.tokenizer());
        BertBackbone backbone = BertBackbone.open(start.config(), file, device)) {
      ModuleTensors tensors = ModuleTensors.initial(everything, backbone, settings.seed());
      try (BertModel model = new BertModel(backbone, everything.bind(tensors, start.config()))) {
        if (workspace.position().stage() == PretrainStage.MASKED) {
          guessHiddenTokens(model, tensors, tokenizer);
        }
        tellDocumentsApart(model, tensors, tokenizer);
        workspace.finish(tensors.toWrite(""), curve);
      }
    }
  }

  private void guessHiddenTokens(BertModel model, ModuleTensors tensors, TextTokenizer tokenizer) {
    if (settings.masked().steps() == 0) {
      return;
    }
    List<int[]> tokens = new ArrayList<>();
    for (TextViews.Tokens document : documents(tokenizer)) {
      tokens.add(document.text());
      tokens.add(document.title());
    }
    texts.queries().forEach(query -> tokens.add(tokenizer.ids(query)));
    tokens.removeIf(text -> text.length == 0);
    PackedTexts packed =
        new PackedTexts(
            tokens,
            tokenizer.firstToken(),
            tokenizer.lastToken(),
            settings.shape().window(),
            settings.masked().batch(),
            settings.seed());
    TokenMasks masks =
        new TokenMasks(
            WordPieceFile.SPECIAL.indexOf(MASK),
            WordPieceFile.SPECIAL.size(),
            model.config().vocabulary());
    NDArray words = tensors.get(BackboneTensors.WORDS);
    try (MaskedLanguageModel objective =
        new MaskedLanguageModel(model, words, packed, masks, settings.seed())) {
      Map<String, NDArray> trained = new LinkedHashMap<>(tensors.arrays());
      trained.putAll(objective.head());
      run(PretrainStage.MASKED, settings.masked(), objective, trained);
    }
  }

  private void tellDocumentsApart(BertModel model, ModuleTensors tensors, TextTokenizer tokenizer) {
    if (settings.contrastive().steps() == 0) {
      return;
    }
    List<TextViews.Tokens> documents = documents(tokenizer);
    TextViews views =
        new TextViews(tokenizer.firstToken(), tokenizer.lastToken(), settings.shape().window());
    try (ViewMatching objective =
        new ViewMatching(
            model,
            documents,
            views,
            new InfoNce(settings.temperature()),
            settings.contrastive().batch(),
            settings.seed())) {
      run(PretrainStage.CONTRASTIVE, settings.contrastive(), objective, tensors.arrays());
    }
  }

  private List<TextViews.Tokens> documents(TextTokenizer tokenizer) {
    return texts.documents().stream()
        .map(
            document ->
                new TextViews.Tokens(
                    tokenizer.ids(document.title()), tokenizer.ids(document.text())))
        .toList();
  }

  private void run(
      PretrainStage stage,
      PretrainSettings.Stage plan,
      Objective objective,
      Map<String, NDArray> trained) {
    long warmUp = Math.round(WARM_UP * plan.steps());
    LearningRate rate = new LearningRate(plan.rate(), warmUp, plan.steps());
    try (AdamW optimiser = new AdamW(trained, AdamW.Settings.defaults())) {
      if (workspace.position().stage() == stage) {
        workspace.restore(optimiser);
      }
      long[] saved = {System.nanoTime()};
      new TrainingRun(objective, optimiser, rate)
          .run(
              report -> {
                listener.step(stage, report, plan.steps());
                // Only where a row ends: then the curve needs no half rows in the state.
                boolean rowEnded = curve.add(stage, report, plan.steps());
                if (rowEnded && System.nanoTime() - saved[0] > SAVE_EVERY.toNanos()) {
                  workspace.save(stage, optimiser, curve);
                  saved[0] = System.nanoTime();
                }
              });
      workspace.save(stage, optimiser, curve);
    }
  }
}
