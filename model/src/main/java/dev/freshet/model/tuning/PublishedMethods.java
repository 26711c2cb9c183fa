package dev.freshet.model.tuning;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The methods with the widths of Ma et al., CIKM 2022 (arXiv 2208.09847), for BERT-base at 6.73 %:
 * the proportions that a {@link Budget} keeps.
 */
public final class PublishedMethods {
  public static final Adapter ADAPTER = new Adapter(200);

  /** Alpha is not in the paper: 16, the usual one, rank-stabilised. */
  public static final Lora LORA = Lora.onQueryAndValue(200, 16);

  /** One width, so any proportion is the same; the paper has 3.6 % at most. */
  public static final PrefixTuning PREFIX = new PrefixTuning(200);

  /** The proportion and the scale are those of He et al. 2022. */
  public static final MamAdapter MAM = new MamAdapter(30, 512, 4);

  public static final IaaS IAA_S = new IaaS(100, 100);

  public static final IaaL IAA_L = new IaaL(50, 300);

  /** The paper prints 960 for the aside's 360, which its own percentage contradicts. */
  public static final IaaM IAA_M = new IaaM(185, 360);

  /** Not in the paper: the widths of {@link #IAA_L}, which it is compared with. */
  public static final ConnectedStream STREAM = new ConnectedStream(50, 300);

  private PublishedMethods() {}

  /** All of them, by the names that configurations have. */
  public static Map<String, TuningMethod> byName() {
    return Stream.of(ADAPTER, LORA, PREFIX, MAM, IAA_S, IAA_L, IAA_M, STREAM)
        .collect(
            Collectors.toMap(
                method -> Tuning.of(method).toJson().path("method").asText(),
                method -> method,
                (first, second) -> first,
                TreeMap::new));
  }
}
