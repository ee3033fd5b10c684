// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/**
 * Where quality should go in a picture: a rectangle in fractions of it, from the top left, and how
 * much, in [-1, 1]. +1 is the most an encoder gives, 0 changes nothing. Pure value.
 */
public final class RoiRegion {
  /** Of its left edge, [0, 1]. */
  public final float x;
  /** Of its upper edge, [0, 1]. */
  public final float y;
  /** Share of the picture's width. */
  public final float width;
  /** Share of the picture's height. */
  public final float height;
  /** [-1, 1]. */
  public final float quality;

  /** Nothing is checked; what is out of range is held to it where an encoder is told. */
  public RoiRegion(float x, float y, float width, float height, float quality) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
    this.quality = quality;
  }
}
