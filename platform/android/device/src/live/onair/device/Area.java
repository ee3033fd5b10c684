// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** A rectangle in pixels; right and bottom are outside of it. Pure value. */
public final class Area {
  /** First column inside. */
  public final int left;
  /** First row inside. */
  public final int top;
  /** First column behind it. */
  public final int right;
  /** First row below it. */
  public final int bottom;

  /** Nothing is checked: right before left has a negative width. */
  public Area(int left, int top, int right, int bottom) {
    this.left = left;
    this.top = top;
    this.right = right;
    this.bottom = bottom;
  }

  /** In pixels. */
  public int width() {
    return right - left;
  }

  /** In pixels. */
  public int height() {
    return bottom - top;
  }

  /** The largest area of this shape in the middle of this one: what a picture of it shows. */
  public Area centredOf(int shapeWidth, int shapeHeight) {
    long byHeight = (long) height() * shapeWidth / shapeHeight;
    int newWidth = (int) Math.min(width(), byHeight);
    int newHeight =
        byHeight <= width() ? height() : (int) ((long) width() * shapeHeight / shapeWidth);
    int x = left + (width() - newWidth) / 2;
    int y = top + (height() - newHeight) / 2;
    return new Area(x, y, x + newWidth, y + newHeight);
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Area)) return false;
    Area area = (Area) other;
    return left == area.left && top == area.top && right == area.right && bottom == area.bottom;
  }

  @Override
  public int hashCode() {
    return ((left * 31 + top) * 31 + right) * 31 + bottom;
  }

  @Override
  public String toString() {
    return "(" + left + "," + top + ")-(" + right + "," + bottom + ")";
  }
}
