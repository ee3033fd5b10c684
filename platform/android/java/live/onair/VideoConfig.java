// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What the video encoder is asked for; what is left out has its default. Immutable. */
public final class VideoConfig {
  final Settings settings;

  private VideoConfig(Settings settings) {
    this.settings = new Settings(settings);
  }

  /** Makes a {@link VideoConfig}. For one thread; ranges are judged by {@link Publisher#create}. */
  public static final class Builder {
    private final Settings settings = new Settings();

    /** Begins with the defaults. */
    public Builder() {}

    /**
     * How pictures are coded. Default: H.264.
     *
     * @param codec of the stream
     * @return this
     */
    public Builder codec(VideoCodec codec) {
      settings.put("codec", Check.present(codec, "video.codec").number);
      return this;
    }

    /**
     * Which tools of H.264 are used. Default: the high profile, and the constrained baseline where
     * an address is WebRTC's.
     *
     * @param profile read for H.264 only
     * @return this
     */
    public Builder profile(H264Profile profile) {
      settings.put("profile", Check.present(profile, "video.profile").number);
      return this;
    }

    /**
     * What viewers get. Default: 1280 by 720.
     *
     * @param width pixels, even, 16 to 4096
     * @param height pixels, even, 16 to 4096
     * @return this
     */
    public Builder size(int width, int height) {
      settings.put("width", width);
      settings.put("height", height);
      return this;
    }

    /**
     * Default: 30.
     *
     * @param picturesPerSecond 1 to 120
     * @return this
     */
    public Builder frameRate(double picturesPerSecond) {
      settings.put("frame_rate_bits", Double.doubleToLongBits(picturesPerSecond));
      return this;
    }

    /**
     * The most, and the first. Default: 1500000.
     *
     * @param bitsPerSecond 50000 to 50000000
     * @return this
     */
    public Builder bitRate(long bitsPerSecond) {
      settings.put("rate", bitsPerSecond);
      return this;
    }

    /**
     * Below this the network does not take it; at or above the bit rate it stays. Default: 200000.
     *
     * @param bitsPerSecond 50000 to 50000000
     * @return this
     */
    public Builder minBitRate(long bitsPerSecond) {
      settings.put("min_rate", bitsPerSecond);
      return this;
    }

    /**
     * Time between key frames. Default: 2000. Longer saves bits; a viewer that joins a server
     * without a cache waits up to this long.
     *
     * @param millis 200 to 20000
     * @return this
     */
    public Builder gopMillis(int millis) {
      settings.put("gop_ms", millis);
      return this;
    }

    /**
     * What gives way first when bits are short. Default: balanced.
     *
     * @param mode of the control
     * @return this
     */
    public Builder control(ControlMode mode) {
      settings.put("control", Check.present(mode, "video.control").number);
      return this;
    }

    /**
     * Effort of a software encoder, ultrafast to placebo. Default: auto.
     *
     * @param name of x264 and x265
     * @return this
     */
    public Builder preset(String name) {
      settings.putText("preset", name);
      return this;
    }

    /**
     * Threads of a software encoder. Default: 2.
     *
     * @param count 1 to 16
     * @return this
     */
    public Builder threads(int count) {
      settings.put("threads", count);
      return this;
    }

    /**
     * The config as it was told.
     *
     * @return immutable
     */
    public VideoConfig build() {
      return new VideoConfig(settings);
    }
  }
}
