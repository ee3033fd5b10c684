// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * A decoder of the app's for the pictures of one player, such as a phone's hardware. Called on one
 * thread of the library, but for {@link #close()}; every method may call anything but {@link
 * Player#close()} of its player. What a method throws is contained and logged, and counts as a
 * refusal.
 */
public interface PictureDecoder {
  /**
   * What follows is coded like this, and begins with a key frame. Told again only where it changed,
   * after flush().
   *
   * @param codec of the pictures
   * @param record how to decode them: an avcC or hvcC; the callee's
   * @param width pixels of the coded picture; 0 where the stream does not say
   * @param height pixels of the coded picture; 0 where the stream does not say
   * @return whether it can decode that; where not, no pictures are shown until the next call
   */
  boolean configure(VideoCodec codec, byte[] record, int width, int height);

  /**
   * The next frame, in the order of decoding. Should return within a few milliseconds; where the
   * picture is not ready by then, it may be added later.
   *
   * @param frame NAL units behind 4-byte lengths; its bytes must not be read after return
   * @param out where pictures go, in the order of display
   * @return false: the frame is lost, and the player goes on with the next
   */
  boolean decode(EncodedFrame frame, DecodedPictures out);

  /**
   * The stream's end: adds what is still inside.
   *
   * @param out where pictures go, in the order of display
   */
  void flush(DecodedPictures out);

  /**
   * A jump: forgets what is inside. None of it may be added any more; the next frame is a key frame.
   */
  void reset();

  /**
   * The end; the last call, and the only one on whatever thread. Also where no player was made of
   * its config. Pictures that it lent may be read until they are given back, which may be later.
   */
  void close();
}
