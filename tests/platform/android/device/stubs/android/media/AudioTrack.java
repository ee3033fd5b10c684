// SPDX-License-Identifier: Apache-2.0
package android.media;

public class AudioTrack {
  public static final int MODE_STREAM = 1;
  public static final int STATE_INITIALIZED = 1;
  public static final int WRITE_BLOCKING = 0;
  public AudioTrack(AudioAttributes a, AudioFormat b, int c, int d, int e) {}
  public static int getMinBufferSize(int a, int b, int c) { return 0; }
  public int getState() { return 0; }
  public void play() {}
  public int write(java.nio.ByteBuffer a, int b, int c) { return 0; }
  public boolean getTimestamp(AudioTimestamp a) { return false; }
  public int setVolume(float a) { return 0; }
  public void release() {}
}
