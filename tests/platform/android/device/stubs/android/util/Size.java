// SPDX-License-Identifier: Apache-2.0
package android.util;

public final class Size {
  Size() {}
  public int getWidth() { return 0; }
  public int getHeight() { return 0; }
}
