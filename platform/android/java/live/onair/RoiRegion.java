// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * Where quality should go in a picture: a rectangle in fractions of it, from the top left, and how
 * much. Immutable.
 */
public final class RoiRegion {
  /** Of its left side, 0 to 1. */
  public final float x;

  /** Of its top, 0 to 1. */
  public final float y;

  /** Above 0; the region lies inside the picture. */
  public final float width;

  /** Above 0; the region lies inside the picture. */
  public final float height;

  /** -1 to 1: 1 is the most an encoder gives, 0 changes nothing. */
  public final float quality;

  /**
   * A region; ranges are judged where it is used.
   *
   * @param x of its left side, 0 to 1
   * @param y of its top, 0 to 1
   * @param width above 0
   * @param height above 0
   * @param quality -1 to 1
   */
  public RoiRegion(float x, float y, float width, float height, float quality) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
    this.quality = quality;
  }
}
