// SPDX-License-Identifier: Apache-2.0
package android.media.audiofx;

public class AcousticEchoCanceler extends AudioEffect {
  AcousticEchoCanceler() {}
  public static boolean isAvailable() { return false; }
  public static AcousticEchoCanceler create(int a) { return null; }
}
