// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import live.onair.Sound;

/** Takes sound, on the microphone's thread; returns at once. Publisher.pushAudio() is one. */
public interface SoundSink {
  /** The samples are valid for the call. */
  void onSound(Sound sound);
}
