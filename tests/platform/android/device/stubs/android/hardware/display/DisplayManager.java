// SPDX-License-Identifier: Apache-2.0
package android.hardware.display;

public final class DisplayManager {
  public static final int VIRTUAL_DISPLAY_FLAG_AUTO_MIRROR = 16;
  DisplayManager() {}
}
