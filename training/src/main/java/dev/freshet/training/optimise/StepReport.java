package dev.freshet.training.optimise;

/**
 * What one step of a training run came to.
 *
 * @param step counted from 1
 * @param loss of its examples, before the step
 * @param learningRate that it was taken with
 * @param gradientNorm before it was scaled down
 */
public record StepReport(long step, double loss, double learningRate, double gradientNorm) {}
