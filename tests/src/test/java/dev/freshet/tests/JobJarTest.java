package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What {@code flink run} gets: all that a job needs on a cluster, and nothing that is in its way.
 */
@Tag("packaged")
class JobJarTest {
  private static final List<String> ELSEWHERE =
      List.of(
          "ai.djl.", // in Flink's lib/: natives load once a JVM
          "com.sun.jna.",
          "dev.freshet.model.",
          "org.rocksdb.", // Flink may bring its own, with the same names
          "io.javalin.",
          "org.eclipse.jetty.",
          "ch.qos.logback.",
          "org.slf4j.",
          "kafka.",
          "org.apache.kafka.server.KafkaRaftServer");

  private static final List<String> CONNECTOR =
      List.of(
          "org.apache.flink.connector.kafka.",
          "org.apache.flink.connector.base.",
          "org.apache.flink.streaming.connectors.kafka.",
          "org.apache.flink.streaming.util.serialization.JSONKeyValueDeserializationSchema");

  private static final ClassFileImporter OURS =
      new ClassFileImporter().withImportOption(location -> location.contains("/dev/freshet/"));

  @Test
  void holdsTheJobAndTheConnectorAndNoPartOfFlinkOrOfAServeNode() throws IOException {
    Set<String> classes = classes();

    assertThat(classes)
        .contains(
            "dev.freshet.pipeline.index.IndexJob",
            "dev.freshet.pipeline.tune.TuneJob",
            "dev.freshet.training.feedback.FeedbackRound",
            "org.apache.flink.connector.kafka.source.KafkaSource",
            "org.apache.kafka.clients.producer.KafkaProducer")
        .noneMatch(name -> ELSEWHERE.stream().anyMatch(name::startsWith))
        .allMatch(
            name ->
                !name.startsWith("org.apache.flink.")
                    || CONNECTOR.stream().anyMatch(name::startsWith));
  }

  @Test
  void namesItsMainClass() throws IOException {
    try (var jar = new JarFile(ClusterClassPath.jobJar().toFile())) {
      assertThat(classes()).contains(jar.getManifest().getMainAttributes().getValue("Main-Class"));
    }
  }

  /** Loads, verifies and initialises each class, and looks for each class that it names. */
  @Test
  void everyClassOfOursLinksWithWhatAClusterHas() throws Exception {
    var missing = new TreeSet<String>();
    try (URLClassLoader cluster = clusterLoader();
        var jar = new JarFile(ClusterClassPath.jobJar().toFile())) {
      for (JavaClass ours : OURS.importJar(jar)) {
        Class.forName(ours.getName(), true, cluster);
        for (Dependency dependency : ours.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          // An annotation that is not there is passed over.
          if (!target.isPrimitive() && !target.isAnnotation() && !found(cluster, target)) {
            missing.add(dependency.getDescription());
          }
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  /** It looks for its codecs among the services of the jar. */
  @Test
  void luceneFindsItsCodecsThere() throws Exception {
    try (URLClassLoader cluster = clusterLoader()) {
      Class<?> codec = Class.forName("org.apache.lucene.codecs.Codec", true, cluster);
      assertThat(codec.getClassLoader()).isSameAs(cluster);
      assertThat(codec.getMethod("getDefault").invoke(null)).isInstanceOf(codec);
    }
  }

  private static boolean found(ClassLoader loader, JavaClass wanted) {
    try {
      return Class.forName(wanted.getName(), false, loader) != null;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Sees the JDK, the job jar and a cluster's {@code lib/}: nothing of this test's class path. */
  private static URLClassLoader clusterLoader() throws IOException {
    var urls = new ArrayList<URL>();
    urls.add(ClusterClassPath.jobJar().toUri().toURL());
    for (Path entry : ClusterClassPath.lib()) {
      urls.add(entry.toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static Set<String> classes() throws IOException {
    try (var jar = new JarFile(ClusterClassPath.jobJar().toFile())) {
      return jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class"))
          .map(name -> name.replaceFirst("^META-INF/versions/\\d+/", ""))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .collect(Collectors.toSet());
    }
  }
}
