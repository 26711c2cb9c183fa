package dev.freshet.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.freshet.model.encoder.Scalars;

/** The arrows between modules and packages, as the architecture page of the README draws them. */
@AnalyzeClasses(
    packages = "dev.freshet",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class ArchitectureTest {
  private static final String MODEL = "dev.freshet.model..";
  private static final String TRAINING = "dev.freshet.training..";
  private static final String PIPELINE = "dev.freshet.pipeline..";

  @ArchTest
  static final ArchRule modelKnowsNothingAboveIt =
      noClasses()
          .that()
          .resideInAPackage(MODEL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(TRAINING, PIPELINE, "dev.freshet.tests..");

  @ArchTest
  static final ArchRule trainingKnowsTheModelOnly =
      noClasses()
          .that()
          .resideInAPackage(TRAINING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PIPELINE, "dev.freshet.tests..");

  @ArchTest
  static final ArchRule modelAndTrainingKnowNeitherFlinkNorKafka =
      noClasses()
          .that()
          .resideInAnyPackage(MODEL, TRAINING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..", "org.rocksdb..");

  @ArchTest
  static final ArchRule djlStaysInTheModel =
      noClasses()
          .that()
          .resideInAPackage(PIPELINE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  /** What it stands for may be collected before gradients flow: see {@link Scalars}. */
  @ArchTest
  static final ArchRule noArrayMeetsANumberOfTheJvm =
      noClasses()
          .that()
          .resideInAnyPackage(MODEL, TRAINING)
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "an array's operator takes a Number",
                  (JavaMethodCall call) ->
                      call.getTargetOwner().isAssignableTo(NDArray.class)
                          && call.getTarget().getRawParameterTypes().stream()
                              .anyMatch(type -> type.isEquivalentTo(Number.class))));

  @ArchTest
  static final ArchRule rocksDbStaysInTheStore =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.freshet.pipeline.store..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.rocksdb..");

  @ArchTest
  static final ArchRule luceneStaysInRetrieval =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.freshet.pipeline.lexical..",
              "dev.freshet.training.retrieval..",
              // Measures its graph against our cells.
              "dev.freshet.tests.bench.store..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.lucene..");

  @ArchTest
  static final ArchRule flinkStaysInTheJobs =
      noClasses()
          .that(
              DescribedPredicate.not(
                  JavaClass.Predicates.resideInAnyPackage(
                      "dev.freshet.pipeline.index..",
                      "dev.freshet.pipeline.job..",
                      "dev.freshet.pipeline.tune..",
                      "dev.freshet.pipeline.conduct..",
                      "dev.freshet.pipeline.registry..",
                      "dev.freshet.pipeline.app..",
                      "dev.freshet.tests..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..");

  /** Whatever a job reaches travels in the job jar, where RocksDB and Javalin are not. */
  @ArchTest
  static final ArchRule jobsKnowNothingOfServing =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.freshet.pipeline.index..",
              "dev.freshet.pipeline.job..",
              "dev.freshet.pipeline.tune..",
              "dev.freshet.pipeline.conduct..",
              "dev.freshet.pipeline.registry..",
              "dev.freshet.pipeline.kafka..")
          .should()
          .transitivelyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.freshet.pipeline.store..",
              "dev.freshet.pipeline.ann..",
              "dev.freshet.pipeline.lexical..",
              "dev.freshet.pipeline.search..",
              "dev.freshet.pipeline.http..",
              "dev.freshet.pipeline.app..");

  /** What a gateway knows it has asked for: no store, no index, no broker. */
  @ArchTest
  static final ArchRule gatewaysKeepNothing =
      noClasses()
          .that()
          .resideInAPackage("dev.freshet.pipeline.gateway..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.freshet.pipeline.store..",
              "dev.freshet.pipeline.ann..",
              "dev.freshet.pipeline.lexical..",
              "dev.freshet.pipeline.host..",
              "dev.freshet.pipeline.kafka..",
              "dev.freshet.pipeline.http..",
              "org.apache.kafka..");

  /** Routes do not know whether a node answers, or a cluster of them. */
  @ArchTest
  static final ArchRule routesKnowNoGateway =
      noClasses()
          .that()
          .resideInAnyPackage("dev.freshet.pipeline.http..", "dev.freshet.pipeline.search..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.freshet.pipeline.gateway..");

  @ArchTest
  static final ArchRule appIsTheTop =
      noClasses()
          .that()
          .resideInAPackage(PIPELINE)
          .and()
          .resideOutsideOfPackages("dev.freshet.pipeline.app..", "dev.freshet.pipeline.demo..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.freshet.pipeline.app..", "dev.freshet.pipeline.demo..");

  @ArchTest
  static final ArchRule noCyclesBetweenPackages =
      slices().matching("dev.freshet.(*).(*)..").should().beFreeOfCycles();
}
