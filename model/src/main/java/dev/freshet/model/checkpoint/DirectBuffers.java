package dev.freshet.model.checkpoint;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Frees direct and mapped buffers when their owner says so. Left to the garbage collector, which
 * sees a few bytes a buffer, the pages of what was closed would stay for as long as it pleases.
 */
public final class DirectBuffers {
  private static final @Nullable Object UNSAFE;
  private static final @Nullable Method INVOKE_CLEANER;

  static {
    Object unsafe = null;
    Method method = null;
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field instance = type.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      unsafe = instance.get(null);
      method = type.getMethod("invokeCleaner", ByteBuffer.class);
    } catch (ReflectiveOperationException e) {
      method = null; // a JDK that has it no more: the garbage collector frees them
    }
    UNSAFE = unsafe;
    INVOKE_CLEANER = method;
  }

  private DirectBuffers() {}

  /**
   * Frees the memory of a direct buffer that was made by allocating or mapping. Whoever reads it
   * afterwards, by whatever object, ends the process.
   */
  public static void free(ByteBuffer buffer) {
    if (INVOKE_CLEANER == null) {
      return;
    }
    try {
      INVOKE_CLEANER.invoke(UNSAFE, buffer);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalArgumentException("not a buffer of its own memory: " + buffer, e);
    }
  }
}
