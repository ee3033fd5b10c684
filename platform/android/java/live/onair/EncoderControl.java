// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * What the network wants of an encoder of the app's. Called on threads of the library; must return
 * at once, and may call anything but {@link Publisher#close()}.
 */
public interface EncoderControl {
  /**
   * The network takes more or less than before.
   *
   * @param target in force until the next
   */
  void onTarget(EncoderTarget target);

  /** A key frame is wanted as soon as possible. */
  void onKeyFrameWanted();
}
