// SPDX-License-Identifier: Apache-2.0
package android.graphics;

public class ImageFormat {
  public static final int YUV_420_888 = 35;
  ImageFormat() {}
}
