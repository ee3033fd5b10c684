// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What the audio encoder is asked for; what is left out has its default. Immutable. */
public final class AudioConfig {
  final Settings settings;

  private AudioConfig(Settings settings) {
    this.settings = new Settings(settings);
  }

  /** Makes an {@link AudioConfig}. For one thread; ranges are judged by {@link Publisher#create}. */
  public static final class Builder {
    private final Settings settings = new Settings();

    /** Begins with the defaults. */
    public Builder() {}

    /**
     * How sound is coded. Default: AAC, and Opus to addresses of WebRTC.
     *
     * @param codec of the stream
     * @return this
     */
    public Builder codec(AudioCodec codec) {
      settings.put("codec", Check.present(codec, "audio.codec").number);
      return this;
    }

    /**
     * Default: 48000.
     *
     * @param hertz 16000, 22050, 24000, 32000, 44100 or 48000; of Opus 48000
     * @return this
     */
    public Builder sampleRate(int hertz) {
      settings.put("sample_rate", hertz);
      return this;
    }

    /**
     * Default: 2.
     *
     * @param count 1 or 2
     * @return this
     */
    public Builder channels(int count) {
      settings.put("channels", count);
      return this;
    }

    /**
     * Default: 64000.
     *
     * @param bitsPerSecond 16000 to 320000
     * @return this
     */
    public Builder bitRate(long bitsPerSecond) {
      settings.put("rate", bitsPerSecond);
      return this;
    }

    /**
     * The config as it was told.
     *
     * @return immutable
     */
    public AudioConfig build() {
      return new AudioConfig(settings);
    }
  }
}
