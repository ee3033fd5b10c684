// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Loads the native library, once. */
final class NativeLibrary {
  static {
    System.loadLibrary("onair_jni");
  }

  private NativeLibrary() {}

  /** Returns once it is loaded; throws {@code UnsatisfiedLinkError} where it is not there. */
  static void load() {}

  /** References to Java objects that the library holds now; 0 when everything is closed. */
  static native long globalReferences();

  /** Questions for addresses that the library still holds an answer's place for. */
  static native long urlQuestions();
}
