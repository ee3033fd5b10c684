// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * Where a {@link PictureDecoder} puts its pictures, in the order of display. The same one for its
 * life; any thread may add. What is added between two calls of the decoder goes on with the next.
 */
public interface DecodedPictures {
  /**
   * A picture; copied.
   *
   * @param picture of any size and turn
   * @param ptsMicros of the frame that it was
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming what is wrong, such as a pts that
   *     no frame had, {@link ErrorCode#LIMIT} while 32 pictures wait, {@link
   *     ErrorCode#INVALID_STATE} once the decoder was closed
   */
  void add(Picture picture, long ptsMicros);

  /**
   * A picture, without a copy: its pixels must not change until they are given back. A player may
   * keep a dozen of them.
   *
   * @param picture of any size and turn
   * @param ptsMicros of the frame that it was
   * @param giveBack called once, on any thread, maybe after the player's end; must return at once.
   *     Not called where this method throws
   * @throws OnairException as {@link #add(Picture, long)}
   */
  void add(Picture picture, long ptsMicros, Runnable giveBack);
}
