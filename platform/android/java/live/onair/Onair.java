// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What belongs to the library as a whole. All methods may be called from any thread. */
public final class Onair {
  static {
    NativeLibrary.load();
  }

  private Onair() {}

  /**
   * The version of the native library that runs.
   *
   * @return three numbers, such as {@code "0.1.0"}
   */
  public static String version() {
    return nativeVersion();
  }

  /**
   * The clock of all moments in this interface: monotonic, its zero means nothing. On Android and
   * Linux it is that of {@code System.nanoTime()}, a thousandth of it.
   *
   * @return microseconds
   */
  public static long nowMicros() {
    return nativeNowMicros();
  }

  /**
   * How often a listener or another callback of the app's threw. Such an exception ends in the
   * library, which goes on; each is logged to {@code java.util.logging} as {@code live.onair}.
   *
   * @return a count that only grows
   */
  public static long callbackFailures() {
    return Contained.count();
  }

  private static native String nativeVersion();

  private static native long nativeNowMicros();
}
