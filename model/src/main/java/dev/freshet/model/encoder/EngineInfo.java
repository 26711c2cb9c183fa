package dev.freshet.model.encoder;

import ai.djl.engine.StandardCapabilities;

/**
 * The tensor engine of this JVM.
 *
 * @param name the engine's name
 * @param version of its native library
 * @param cuda whether that library was built for CUDA
 * @param gpus GPUs that it sees
 */
public record EngineInfo(String name, String version, boolean cuda, int gpus) {

  /** Loads the engine, which takes seconds the first time on a machine, and asks it. */
  public static EngineInfo probe() {
    var engine = Torch.engine();
    boolean cuda = engine.hasCapability(StandardCapabilities.CUDA);
    return new EngineInfo(
        engine.getEngineName(), engine.getVersion(), cuda, cuda ? engine.getGpuCount() : 0);
  }
}
