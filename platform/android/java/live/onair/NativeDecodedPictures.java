// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.nio.ByteBuffer;

/** Carries a decoder's pictures to the native player. */
final class NativeDecodedPictures implements DecodedPictures {
  private final long handle;

  // Called by the library.
  private NativeDecodedPictures(long handle) {
    this.handle = handle;
  }

  @Override
  public void add(Picture picture, long ptsMicros) {
    push(picture, ptsMicros, null);
  }

  @Override
  public void add(Picture picture, long ptsMicros, Runnable giveBack) {
    push(picture, ptsMicros, Check.present(giveBack, "giveBack"));
  }

  private void push(Picture picture, long ptsMicros, Runnable giveBack) {
    Check.present(picture, "picture");
    nativeAdd(
        handle,
        picture.buffer(0),
        picture.buffer(1),
        picture.buffer(2),
        picture.layout(),
        ptsMicros,
        giveBack);
  }

  private static native void nativeAdd(
      long handle,
      ByteBuffer first,
      ByteBuffer second,
      ByteBuffer third,
      int[] layout,
      long ptsMicros,
      Runnable giveBack);
}
