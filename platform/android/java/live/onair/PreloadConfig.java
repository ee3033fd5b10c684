// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** How much a preload pool makes ready; what is left out has its default. Immutable. */
public final class PreloadConfig {
  final Settings settings;

  private PreloadConfig(Settings settings) {
    this.settings = new Settings(settings);
  }

  /** Makes a {@link PreloadConfig}. For one thread; ranges are judged by the pool's making. */
  public static final class Builder {
    private final Settings settings = new Settings();

    /** Begins with the defaults. */
    public Builder() {}

    /**
     * Rooms that get anything at all. Default: 8.
     *
     * @param count 0 to 64
     * @return this
     */
    public Builder rooms(int count) {
      settings.put("rooms", count);
      return this;
    }

    /**
     * How near a room must be for each tier; each at least the one before. Default: 1, 2, 8.
     *
     * @param firstPicture 0 to 64 swipes away
     * @param newestGop 0 to 64 swipes away
     * @param connected 0 to 64 swipes away
     * @return this
     */
    public Builder distances(int firstPicture, int newestGop, int connected) {
      settings.put("picture_distance", firstPicture);
      settings.put("gop_distance", newestGop);
      settings.put("connect_distance", connected);
      return this;
    }

    /**
     * Held by all rooms together. Default: 24 MiB.
     *
     * @param bytes 0 to 1 GiB
     * @return this
     */
    public Builder memoryBytes(long bytes) {
      settings.put("memory", bytes);
      return this;
    }

    /**
     * For all rooms together. Default: 6000000.
     *
     * @param bitsPerSecond 0 to 1000000000
     * @return this
     */
    public Builder bandwidth(long bitsPerSecond) {
      settings.put("bandwidth", bitsPerSecond);
      return this;
    }

    /**
     * The config as it was told.
     *
     * @return immutable
     */
    public PreloadConfig build() {
      return new PreloadConfig(settings);
    }
  }
}
