// SPDX-License-Identifier: Apache-2.0
package android.media;

public final class AudioRecordingConfiguration {
  AudioRecordingConfiguration() {}
  public int getClientAudioSessionId() { return 0; }
  public boolean isClientSilenced() { return false; }
}
