package dev.freshet.training.lab;

/** What a trial yields: a record that {@link ResultStore} keeps. */
public interface Result {

  /** Of its trial: no other of the experiment has it, and every file system takes it. */
  String name();
}
