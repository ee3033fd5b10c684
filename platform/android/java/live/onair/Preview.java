// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Sees the pictures of a publisher on their way to the encoder. */
public interface Preview {
  /**
   * The next picture, with its effects and in its size, as it is coded. Called on a thread of the library,
   * which waits: it must return at once, and may call anything but {@link Publisher#close()}.
   *
   * @param picture the callee's, who closes it, at once or later
   */
  void onPicture(LentPicture picture);
}
