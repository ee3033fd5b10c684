// SPDX-License-Identifier: Apache-2.0
package android.media.audiofx;

public class NoiseSuppressor extends AudioEffect {
  NoiseSuppressor() {}
  public static boolean isAvailable() { return false; }
  public static NoiseSuppressor create(int a) { return null; }
}
