// SPDX-License-Identifier: Apache-2.0
package android.media;

import android.os.Handler;

/** Fake. */
public final class AudioFocusRequest {
  /** Fake. */
  public static final class Builder {
    public Builder(int hint) {}

    public Builder setAudioAttributes(AudioAttributes attributes) {
      return this;
    }

    public Builder setWillPauseWhenDucked(boolean pauses) {
      return this;
    }

    public Builder setOnAudioFocusChangeListener(
        AudioManager.OnAudioFocusChangeListener listener, Handler handler) {
      return this;
    }

    public AudioFocusRequest build() {
      return new AudioFocusRequest();
    }
  }
}
