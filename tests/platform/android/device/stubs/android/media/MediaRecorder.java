// SPDX-License-Identifier: Apache-2.0
package android.media;

public class MediaRecorder {
  MediaRecorder() {}

  public static final class AudioSource {
    public static final int CAMCORDER = 5;
    public static final int VOICE_COMMUNICATION = 7;
    public static final int UNPROCESSED = 9;
    AudioSource() {}
  }
}
