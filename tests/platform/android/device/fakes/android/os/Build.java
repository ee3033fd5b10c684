// SPDX-License-Identifier: Apache-2.0
package android.os;

/** Fake: a system whose level tests choose. */
public class Build {
  Build() {}

  /** Fake. */
  public static class VERSION {
    public static int SDK_INT = 24;

    VERSION() {}
  }
}
