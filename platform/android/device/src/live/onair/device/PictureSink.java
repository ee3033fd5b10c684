// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** Takes pictures, on the device's thread; returns at once. */
public interface PictureSink {
  /** The receiver releases the picture, whatever it does with it. */
  void onPicture(CapturedPicture picture);
}
