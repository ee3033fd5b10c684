// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/**
 * Where in a texture each corner of the output looks: turned, mirrored and cut to the output's
 * shape. A 4x4 matrix, column by column, as GL takes it, for coordinates in [0, 1] that begin at
 * the bottom left. It is applied before SurfaceTexture's own, into which the camera has written the
 * sensor's turn and, of a front camera, the mirror. Pure.
 */
public final class TextureTransform {
  private TextureTransform() {}

  /**
   * `clockwise`: how far the picture is to be turned still, 0, 90, 180 or 270; `picture` and
   * `output`: {width, height}, the picture's before the turn. The output is filled: what sticks out
   * is cut off evenly.
   */
  public static float[] matrix(int clockwise, Mirror mirror, int[] picture, int[] output) {
    boolean swaps = Orientation.swapsSides(clockwise);
    float shape = swaps ? (float) picture[1] / picture[0] : (float) picture[0] / picture[1];
    float wanted = (float) output[0] / output[1];
    float shownX = shape > wanted ? wanted / shape : 1;
    float shownY = shape > wanted ? 1 : shape / wanted;
    if (mirror == Mirror.LEFT_RIGHT) shownX = -shownX;
    double angle = Math.toRadians(clockwise);
    float cos = Math.round(Math.cos(angle));
    float sin = Math.round(Math.sin(angle));
    // The picture turns clockwise when the place that is looked at turns the other way.
    float xx = cos * shownX;
    float xy = -sin * shownY;
    float yx = sin * shownX;
    float yy = cos * shownY;
    float dx = 0.5f - 0.5f * (xx + xy);
    float dy = 0.5f - 0.5f * (yx + yy);
    return new float[] {xx, yx, 0, 0, xy, yy, 0, 0, 0, 0, 1, 0, dx, dy, 0, 1};
  }

  /** `left` applied after `right`. */
  public static float[] product(float[] left, float[] right) {
    float[] product = new float[16];
    for (int column = 0; column < 4; column++) {
      for (int row = 0; row < 4; row++) {
        float sum = 0;
        for (int k = 0; k < 4; k++) sum += left[k * 4 + row] * right[column * 4 + k];
        product[column * 4 + row] = sum;
      }
    }
    return product;
  }
}
