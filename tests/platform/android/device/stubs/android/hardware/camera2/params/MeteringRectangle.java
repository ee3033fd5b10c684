// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2.params;

public final class MeteringRectangle {
  public static final int METERING_WEIGHT_MAX = 1000;
  public MeteringRectangle(int a, int b, int c, int d, int e) {}
}
