// SPDX-License-Identifier: Apache-2.0
package android.media;

/** Fake. */
public final class AudioRecordingConfiguration {
  private final int session;
  private final boolean isWithheld;

  AudioRecordingConfiguration(int session, boolean isWithheld) {
    this.session = session;
    this.isWithheld = isWithheld;
  }

  public int getClientAudioSessionId() {
    return session;
  }

  public boolean isClientSilenced() {
    return isWithheld;
  }
}
