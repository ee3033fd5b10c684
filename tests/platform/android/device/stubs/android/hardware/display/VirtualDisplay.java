// SPDX-License-Identifier: Apache-2.0
package android.hardware.display;

public final class VirtualDisplay {
  VirtualDisplay() {}
  public void resize(int a, int b, int c) {}
  public void release() {}

  public static abstract class Callback {
    public Callback() {}
  }
}
