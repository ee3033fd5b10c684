// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** A picture with alpha that is laid over all others, such as a logo. Immutable. */
public final class Watermark {
  final byte[] rgba;
  final int width;
  final int height;
  final int x;
  final int y;

  private Watermark(byte[] rgba, int width, int height, int x, int y) {
    this.rgba = rgba;
    this.width = width;
    this.height = height;
    this.x = x;
    this.y = y;
  }

  /**
   * A watermark at the top left.
   *
   * @param width pixels of the full-size picture, 1 to 8192
   * @param height pixels of the full-size picture, 1 to 8192
   * @param rgba {@code width * height * 4} bytes, straight alpha, top row first; copied
   * @return the watermark
   */
  public static Watermark of(int width, int height, byte[] rgba) {
    return new Watermark(Check.present(rgba, "watermark.rgba").clone(), width, height, 0, 0);
  }

  /**
   * The same elsewhere.
   *
   * @param left pixels from the left of the picture; may be negative
   * @param top pixels from its top; may be negative
   * @return another watermark
   */
  public Watermark at(int left, int top) {
    return new Watermark(rgba, width, height, left, top);
  }
}
