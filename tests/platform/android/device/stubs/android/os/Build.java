// SPDX-License-Identifier: Apache-2.0
package android.os;

public class Build {
  Build() {}

  public static class VERSION {
    public static final int SDK_INT = Integer.parseInt("24");
    VERSION() {}
  }
}
