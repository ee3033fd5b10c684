// SPDX-License-Identifier: Apache-2.0
package android.media.audiofx;

public class AudioEffect {
  AudioEffect() {}
  public int setEnabled(boolean a) { return 0; }
  public void release() {}
}
