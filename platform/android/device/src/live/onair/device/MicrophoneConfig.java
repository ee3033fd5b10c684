// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** What is asked of a microphone. */
public final class MicrophoneConfig {
  /** What the system does to the sound before it comes here. */
  public enum Source {
    /** As a video camera records: no echo cancelling. */
    CAMCORDER,
    /** For talking with others: echo cancelling and noise suppression of the device's own. */
    VOICE_COMMUNICATION,
    /** As little as possible. */
    UNPROCESSED
  }

  /** What the recording is for, which says how the system treats it. */
  public Source source = Source.CAMCORDER;
  /** Hz. */
  public int sampleRate = 48_000;
  /** 1 or 2. */
  public int channels = 1;
  /** The system's effects, where it has them; VOICE_COMMUNICATION often brings them by itself. */
  public Effect echoCanceller = Effect.OFF;
  /** The system's; see echoCanceller. */
  public Effect noiseSuppressor = Effect.OFF;

  /** An effect of the system's. */
  public enum Effect { OFF, ON }

  MicrophoneConfig copy() {
    MicrophoneConfig copy = new MicrophoneConfig();
    copy.source = source;
    copy.sampleRate = sampleRate;
    copy.channels = channels;
    copy.echoCanceller = echoCanceller;
    copy.noiseSuppressor = noiseSuppressor;
    return copy;
  }
}
