// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * Numbers of a publisher at one moment. Plain data, whoever has it owns it. Counters only grow.
 * The fields are filled in by their names.
 */
public final class PublisherStats {
  /** Pictures that reached the publisher. */
  public long framesCaptured;

  /** Pictures that were coded. */
  public long framesEncoded;

  /** Pictures lost before the encoder: it was too slow, or they came too fast. */
  public long framesDropped;

  /** Pictures left out before the encoder because the network asked for it. */
  public long framesSkipped;

  /** Times the last picture was sent again for want of a new one. */
  public long framesRepeated;

  /** Of the app's own coding: let go while paused, and then until a key frame. */
  public long framesWithheld;

  /** Sound of the app's own coding that was let go while paused or muted. */
  public long audioFramesWithheld;

  /** Pieces of sound lost, and gaps filled with silence. */
  public long audioGlitches;

  /** Pictures that no {@link Preview} saw because 16 of them were not closed. */
  public long previewsDropped;

  /** Pictures and sound that an encoder refused. */
  public long encodeErrors;

  /** Coded pictures at which decoding can begin. */
  public long keyFrames;

  /** Coded pictures, in bytes. */
  public long videoBytes;

  /** Coded sound, in bytes. */
  public long audioBytes;

  /** Present width of the coded pictures, in pixels. */
  public long width;

  /** Present height of the coded pictures, in pixels. */
  public long height;

  /** What the encoder is asked for now, in bits per second. */
  public long targetBitRate;

  /** Pictures in which a face was followed, by {@link PublisherConfig.Builder#faces}. */
  public long picturesWithFaces;

  /** Pictures that the app's finder looked at. */
  public long faceDetections;

  /** Looks of the app's finder that failed. */
  public long failedFaceDetections;

  /** 1 where the encoder follows regions of interest, faces among them; 0 where it cannot. */
  public long followsRegions;

  /** Coded pictures over the last second. */
  public double frameRate;

  /** Each destination, in the order of the config. */
  public DestinationStats[] destinations;

  // Called by the library, as the constructor of DestinationStats.
  PublisherStats() {}

  /** One destination. */
  public static final class DestinationStats {
    /** Number of a {@link PublishState}; see {@link #state()}. */
    long stateNumber;

    /** Number of a {@link NetworkQuality}; see {@link #network()}. */
    long networkNumber;

    /** Pictures written to the transport. */
    public long framesSent;

    /** Pictures dropped before the transport because it is too slow. */
    public long framesDropped;

    /** Key frames written to the transport. */
    public long keyFramesSent;

    /** Coded pieces of sound written to the transport. */
    public long audioFramesSent;

    /** All that was written, protocol included. */
    public long bytesSent;

    /** Media waiting now, in microseconds of it. */
    public long queueMicros;

    /** Round trip of the connection; -1 where nobody tells. */
    public long rttMicros;

    /** Capture of a picture to the hand-over of its last byte, median; -1 before the first. */
    public long sendDelayMicros;

    /** Video that the network takes, in bits per second; -1 where nobody tells. */
    public long networkBitRate;

    /** Connections made anew after a loss. */
    public long reconnects;

    /** Times media moved to a second connection while live. */
    public long handOvers;

    DestinationStats() {}

    /**
     * Where it is.
     *
     * @return never null
     */
    public PublishState state() {
      return PublishState.of((int) stateNumber);
    }

    /**
     * Whether the network carries it.
     *
     * @return never null
     */
    public NetworkQuality network() {
      return NetworkQuality.of((int) networkNumber);
    }
  }
}
