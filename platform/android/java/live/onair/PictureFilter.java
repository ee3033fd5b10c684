// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** A filter of the app's between the library's own and the watermark. */
public interface PictureFilter {
  /**
   * Makes another picture of one. Called on a thread of the library, for each picture, so that it
   * should take a few milliseconds; may call anything but {@link Publisher#close()}. What it throws
   * is contained and logged, and the picture goes on unfiltered.
   *
   * @param picture of three planes (I420); taken back after return
   * @return what goes on: an I420 of the same size in buffers of the filter's, which are copied before
   *     its next call; null where nothing changes
   */
  Picture apply(LentPicture picture);
}
