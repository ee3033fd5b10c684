// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2.params;

/** Fake: five numbers. */
public final class MeteringRectangle {
  public static final int METERING_WEIGHT_MAX = 1000;

  public final int fakeX;
  public final int fakeY;
  public final int fakeWidth;

  public MeteringRectangle(int x, int y, int width, int height, int weight) {
    fakeX = x;
    fakeY = y;
    fakeWidth = width;
  }
}
