// SPDX-License-Identifier: Apache-2.0
package android.graphics;

public final class Rect {
  public int left;
  public int top;
  public int right;
  public int bottom;
  public Rect(int a, int b, int c, int d) {}
}
