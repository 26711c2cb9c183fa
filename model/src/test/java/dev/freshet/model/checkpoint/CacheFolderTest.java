package dev.freshet.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
  @Test
  void theCacheIsWhatThePropertySaysElseTheEnvironment() {
    assertThat(CacheFolder.choose("/p", "/v")).isEqualTo(Path.of("/p"));
    assertThat(CacheFolder.choose(null, "/v")).isEqualTo(Path.of("/v"));
    assertThat(CacheFolder.choose(null, "")).isEqualTo(CacheFolder.choose(null, null));
    assertThat(CacheFolder.choose(null, null).toString()).endsWith(".cache/freshet");
  }
}
