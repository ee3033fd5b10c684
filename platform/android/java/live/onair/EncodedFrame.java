// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.nio.ByteBuffer;

/**
 * One coded picture, or one coded run of sound, on its way into the library, or to a {@link
 * PictureDecoder}. Immutable itself.
 *
 * <p>Pictures are NAL units, each behind its 4-byte big-endian length, or, when so marked, in the
 * byte stream format of Annex B, as {@code MediaCodec} gives them; that costs a copy. Sound is one
 * raw AAC access unit (no ADTS) or one Opus packet.
 */
public final class EncodedFrame {
  static final int AUDIO = 4;

  final int kind;
  final ByteBuffer data;
  final long ptsMicros;
  private long dtsMicros;
  private long capturedAtMicros;
  private boolean isAnnexB;
  private byte[] config;
  private int width;
  private int height;

  private EncodedFrame(int kind, ByteBuffer data, long ptsMicros) {
    this.kind = kind;
    this.data = Check.present(data, "frame.data");
    this.ptsMicros = ptsMicros;
    dtsMicros = ptsMicros;
  }

  // Called by the library.
  private EncodedFrame(int kind, ByteBuffer data, long ptsMicros, long dtsMicros) {
    this(kind, data.asReadOnlyBuffer(), ptsMicros);
    this.dtsMicros = dtsMicros;
  }

  /**
   * Its bytes, from the buffer's position to its limit.
   *
   * @return direct; read-only where the library gave the frame
   */
  public ByteBuffer data() {
    return data;
  }

  /**
   * What is lost with it.
   *
   * @return null of sound
   */
  public FrameKind kind() {
    return FrameKind.of(kind);
  }

  /**
   * Its place on the line.
   *
   * @return microseconds
   */
  public long ptsMicros() {
    return ptsMicros;
  }

  /**
   * When it is decoded.
   *
   * @return microseconds on the same line
   */
  public long dtsMicros() {
    return dtsMicros;
  }

  /**
   * A coded picture: the bytes from the buffer's position to its limit.
   *
   * @param kind what is lost with it
   * @param data direct
   * @param ptsMicros place on a line of the caller's, the same for pictures and sound
   * @return the frame
   */
  public static EncodedFrame video(FrameKind kind, ByteBuffer data, long ptsMicros) {
    return new EncodedFrame(Check.present(kind, "frame.kind").number, data, ptsMicros);
  }

  /**
   * A coded run of sound: the bytes from the buffer's position to its limit.
   *
   * @param data direct
   * @param ptsMicros of its first sample, on a line of the caller's, the same for pictures and
   *     sound; rises
   * @return the frame
   */
  public static EncodedFrame audio(ByteBuffer data, long ptsMicros) {
    return new EncodedFrame(AUDIO, data, ptsMicros);
  }

  /**
   * The same frame, which is decoded before it is shown. Needed with B pictures only.
   *
   * @param micros at most the pts; rises within a track
   * @return another frame
   */
  public EncodedFrame decodedAt(long micros) {
    EncodedFrame other = copy();
    other.dtsMicros = micros;
    return other;
  }

  /**
   * The same frame with the time of its picture or first sample. Without one it is the moment of
   * the push, which hides the encoder's own delay from the numbers.
   *
   * @param micros by {@link Onair#nowMicros()}; what is still to come counts as now
   * @return another frame
   */
  public EncodedFrame capturedAt(long micros) {
    EncodedFrame other = copy();
    other.capturedAtMicros = micros;
    return other;
  }

  /**
   * The same bytes, known as NAL units behind start codes.
   *
   * @return another frame
   */
  public EncodedFrame annexB() {
    EncodedFrame other = copy();
    other.isAnnexB = true;
    return other;
  }

  /**
   * The same key frame, with how to decode it and what follows where that changed: another size,
   * other parameter sets.
   *
   * @param newConfig as {@link EncodedTracks.Builder#video} takes it
   * @param newWidth pixels of the coded picture, 1 to 8192
   * @param newHeight pixels of the coded picture, 1 to 8192
   * @return another frame
   */
  public EncodedFrame withConfig(byte[] newConfig, int newWidth, int newHeight) {
    EncodedFrame other = copy();
    other.config = Check.present(newConfig, "frame.config").clone();
    other.width = newWidth;
    other.height = newHeight;
    return other;
  }

  private EncodedFrame copy() {
    EncodedFrame other = new EncodedFrame(kind, data, ptsMicros);
    other.dtsMicros = dtsMicros;
    other.capturedAtMicros = capturedAtMicros;
    other.isAnnexB = isAnnexB;
    other.config = config;
    other.width = width;
    other.height = height;
    return other;
  }

  /** Pts, dts, moment of capture. */
  long[] times() {
    return new long[] {ptsMicros, dtsMicros, capturedAtMicros};
  }

  /** Kind, offset, bytes, 1 for Annex B, width and height of a new track. */
  int[] layout() {
    return new int[] {
      kind, data.position(), data.remaining(), isAnnexB ? 1 : 0, width, height,
    };
  }

  byte[] config() {
    return config;
  }
}
