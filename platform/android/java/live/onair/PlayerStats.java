// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * Numbers of a player at one moment. Plain data, whoever has it owns it. Counters only grow. The
 * fields are filled in by their names.
 */
public final class PlayerStats {
  /** Number of a {@link PlayState}; see {@link #state()}. */
  long stateNumber;

  /** Number of a {@link PreloadTier}; see {@link #preloaded()}. */
  long preloadedNumber;

  /** Number of a {@link QualityMode}; see {@link #qualityMode()}. */
  long qualityModeNumber;

  /** Width of what is shown, in pixels; 0 before the first picture. */
  public long width;

  /** Height of what is shown, in pixels; 0 before the first picture. */
  public long height;

  /** Coded pictures that came in. */
  public long videoFramesReceived;

  /** Coded pieces of sound that came in. */
  public long audioFramesReceived;

  /** Pictures that were decoded. */
  public long framesDecoded;

  /** Pictures that were taken for display. */
  public long framesPresented;

  /** Pictures that were decoded and never shown. */
  public long framesDropped;

  /** Frames that could not be decoded. */
  public long decodeErrors;

  /** Times the speaker got silence for want of sound. */
  public long audioGaps;

  /** Times that there was nothing left to show. */
  public long stalls;

  /** How long all stalls took, in microseconds. */
  public long stalledMicros;

  /** Connections made anew after a loss. */
  public long reconnects;

  /** All that came in, protocol included. */
  public long bytesReceived;

  /** Media waiting for its time now, in microseconds of it. */
  public long bufferedMicros;

  /** From the start to the first picture on the display; -1 before. */
  public long firstPictureMicros;

  /** Capture to display of the last picture; -1 where the stream does not say. */
  public long latencyMicros;

  /** Of files and HLS: where it is, from the beginning; -1 of all else. */
  public long positionMicros;

  /** Of files and HLS: how long it is; -1 where that is not known. */
  public long durationMicros;

  /** Times that another address took over, of any cause. */
  public long switches;

  /** Of those: away from a realtime stream that did not come. */
  public long fallbacks;

  /** Changes of address that were begun and not done. */
  public long switchesFailed;

  /**
   * While the player chooses among qualities: what the network carries, or at least what it was seen
   * to carry, in bits per second; 0 before anything is known.
   */
  public long bandwidth;

  /** Index of the config's quality that plays; -1 where another address does. */
  public long quality;

  /** The address that plays, as the app wrote it. */
  public String url;

  /** Pictures written to files while playing. */
  public long picturesRecorded;

  /** Pictures presented over the last second. */
  public double frameRate;

  /** Share of the time with more than 150 ms between pictures, in percent. */
  public double freezePercent;

  // Called by the library.
  PlayerStats() {}

  /**
   * Where it is.
   *
   * @return never null
   */
  public PlayState state() {
    return PlayState.of((int) stateNumber);
  }

  /**
   * Who chooses among the qualities.
   *
   * @return never null; {@link QualityMode#PINNED} without any
   */
  public QualityMode qualityMode() {
    return QualityMode.of((int) qualityModeNumber);
  }

  /**
   * What the preload pool had of it.
   *
   * @return never null
   */
  public PreloadTier preloaded() {
    return PreloadTier.of((int) preloadedNumber);
  }
}
