// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertArrayEquals;

import org.junit.Test;

public final class ColourMatrixTest {
  private static float[] rgb(float[] matrix, int y, int u, int v) {
    float[] in = {(y - 16) / 255f, (u - 128) / 255f, (v - 128) / 255f};
    float[] out = new float[3];
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) out[row] += matrix[column * 3 + row] * in[column];
    }
    return out;
  }

  @Test
  public void blackAndWhiteAreTheEndsOfTheRangeInBothStandards() {
    for (int lines : new int[] {480, 1080}) {
      float[] matrix = ColourMatrix.of(lines);
      assertArrayEquals(new float[] {0, 0, 0}, rgb(matrix, 16, 128, 128), 0.001f);
      assertArrayEquals(new float[] {1, 1, 1}, rgb(matrix, 235, 128, 128), 0.001f);
    }
  }

  @Test
  public void pureColoursComeOutPure() {
    // Red, green and blue by ITU-R BT.709 and by BT.601, in whole numbers.
    assertArrayEquals(new float[] {1, 0, 0}, rgb(ColourMatrix.of(720), 63, 102, 240), 0.01f);
    assertArrayEquals(new float[] {0, 1, 0}, rgb(ColourMatrix.of(720), 173, 42, 26), 0.01f);
    assertArrayEquals(new float[] {1, 0, 0}, rgb(ColourMatrix.of(480), 81, 90, 240), 0.01f);
    assertArrayEquals(new float[] {0, 0, 1}, rgb(ColourMatrix.of(480), 41, 240, 110), 0.01f);
  }
}
