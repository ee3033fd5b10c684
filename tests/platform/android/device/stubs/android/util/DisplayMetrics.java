// SPDX-License-Identifier: Apache-2.0
package android.util;

public class DisplayMetrics {
  public int widthPixels;
  public int heightPixels;
  public int densityDpi;
  DisplayMetrics() {}
}
