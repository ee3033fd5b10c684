// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/**
 * Where quality should go in a picture: a rectangle in fractions of it, from the top left, and how
 * much, in [-1, 1]. +1 is the most an encoder gives, 0 changes nothing. Pure value.
 */
public final class RoiRegion {
  public final float x;
  public final float y;
  public final float width;
  public final float height;
  public final float quality;

  public RoiRegion(float x, float y, float width, float height, float quality) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
    this.quality = quality;
  }
}
