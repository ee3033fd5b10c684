// SPDX-License-Identifier: Apache-2.0
package android.media;

public class AudioRecord {
  public static final int SUCCESS = 0;
  public static final int ERROR_BAD_VALUE = -2;
  public static final int ERROR_INVALID_OPERATION = -3;
  public static final int READ_BLOCKING = 0;
  public static final int RECORDSTATE_RECORDING = 3;
  public static final int STATE_INITIALIZED = 1;
  public AudioRecord(int a, int b, int c, int d, int e) {}
  public static int getMinBufferSize(int a, int b, int c) { return 0; }
  public int getState() { return 0; }
  public int getRecordingState() { return 0; }
  public int getAudioSessionId() { return 0; }
  public void startRecording() {}
  public int read(java.nio.ByteBuffer a, int b, int c) { return 0; }
  public int getTimestamp(AudioTimestamp a, int b) { return 0; }
  public void release() {}
}
