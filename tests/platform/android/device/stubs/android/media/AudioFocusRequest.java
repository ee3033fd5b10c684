// SPDX-License-Identifier: Apache-2.0
package android.media;

public final class AudioFocusRequest {
  AudioFocusRequest() {}

  public static final class Builder {
    public Builder(int a) {}
    public Builder setAudioAttributes(AudioAttributes a) { return null; }
    public Builder setWillPauseWhenDucked(boolean a) { return null; }
    public Builder setOnAudioFocusChangeListener(AudioManager.OnAudioFocusChangeListener a, android.os.Handler b) { return null; }
    public AudioFocusRequest build() { return null; }
  }
}
