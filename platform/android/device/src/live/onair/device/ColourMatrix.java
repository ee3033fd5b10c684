// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/**
 * From limited-range Y, U, V in [0, 1] to R, G, B: a 3x3 matrix, column by column, as GL takes it,
 * to be multiplied with (Y - 16/255, U - 128/255, V - 128/255). Pure.
 */
final class ColourMatrix {
  private ColourMatrix() {}

  /** BT.709, and BT.601 below 720 lines, as core/media/video_frame.h says. */
  static float[] of(int height) {
    boolean isStandard = height < 720;
    return isStandard ? matrix(0.299, 0.114) : matrix(0.2126, 0.0722);
  }

  // ITU-R BT.601 and BT.709: from the shares of red and blue in Y.
  private static float[] matrix(double red, double blue) {
    double green = 1 - red - blue;
    double luma = 255.0 / 219;
    double chroma = 255.0 / 224;
    double fromV = 2 * (1 - red) * chroma;
    double fromU = 2 * (1 - blue) * chroma;
    return new float[] {(float) luma, (float) luma, (float) luma, 0,
        (float) (-fromU * blue / green), (float) fromU, (float) fromV,
        (float) (-fromV * red / green), 0};
  }
}
