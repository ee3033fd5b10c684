// SPDX-License-Identifier: Apache-2.0
package android.graphics;

/** Fake: four numbers. */
public final class Rect {
  public int left;
  public int top;
  public int right;
  public int bottom;

  public Rect(int left, int top, int right, int bottom) {
    this.left = left;
    this.top = top;
    this.right = right;
    this.bottom = bottom;
  }
}
