// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * Tracks that the app codes by itself, such as by a phone's own encoder, and gives by {@link
 * Publisher#pushEncoded}. The {@link VideoConfig} and {@link AudioConfig} of the publisher must
 * agree with them in codec, size and sample rate.
 */
public final class EncodedTracks {
  final byte[] videoConfig;
  final byte[] audioConfig;
  final EncoderControl control;

  private EncodedTracks(Builder builder) {
    videoConfig = builder.videoConfig;
    audioConfig = builder.audioConfig;
    control = builder.control;
  }

  /** Makes {@link EncodedTracks}. For one thread. */
  public static final class Builder {
    private byte[] videoConfig;
    private byte[] audioConfig;
    private EncoderControl control;

    /** Begins without tracks. */
    public Builder() {}

    /**
     * The app codes the pictures.
     *
     * @param config how to decode them: an avcC or hvcC record (ISO/IEC 14496-15), or the parameter
     *     sets themselves in Annex B, such as {@code csd-0} and {@code csd-1} of {@code MediaCodec}
     *     one behind the other
     * @return this
     */
    public Builder video(byte[] config) {
      videoConfig = Check.present(config, "encoded.video").clone();
      return this;
    }

    /**
     * The app codes the sound.
     *
     * @param config how to decode it: AudioSpecificConfig (AAC) or the identification header (Opus),
     *     such as {@code csd-0} of {@code MediaCodec}
     * @return this
     */
    public Builder audio(byte[] config) {
      audioConfig = Check.present(config, "encoded.audio").clone();
      return this;
    }

    /**
     * Who hears what the network wants of the encoder of the pictures.
     *
     * @param encoderControl called on threads of the library
     * @return this
     */
    public Builder control(EncoderControl encoderControl) {
      control = Check.present(encoderControl, "encoded.control");
      return this;
    }

    /**
     * The tracks as they were told.
     *
     * @return immutable
     */
    public EncodedTracks build() {
      return new EncodedTracks(this);
    }
  }
}
