// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.nio.ByteBuffer;

/**
 * A picture of the library's. Its buffers lie on the library's own pixels, without a copy, and may
 * be read until {@link #close()}, also after what gave it was closed; reading a buffer that was
 * kept beyond that is an error that nobody can catch. At most 16 may be open at a time of each
 * player and each publisher.
 *
 * <p>Any thread may use it, one at a time.
 */
public final class LentPicture implements AutoCloseable {
  private final long handle;
  private final int width;
  private final int height;
  private final Rotation rotation;
  private final Plane[] planes;
  private final long ptsMicros;
  private final long capturedUtcMicros;
  private boolean isClosed;

  // Called by the library. `layout`: width, height, rotation, row stride of each plane.
  private LentPicture(
      long handle, int[] layout, ByteBuffer[] buffers, long ptsMicros, long capturedUtcMicros) {
    this.handle = handle;
    width = layout[0];
    height = layout[1];
    rotation = Rotation.values()[layout[2]];
    planes = new Plane[buffers.length];
    for (int i = 0; i < planes.length; ++i) {
      planes[i] = Plane.of(buffers[i].asReadOnlyBuffer(), layout[3 + i]);
    }
    this.ptsMicros = ptsMicros;
    this.capturedUtcMicros = capturedUtcMicros;
  }

  /**
   * Its width.
   *
   * @return pixels
   */
  public int width() {
    return width;
  }

  /**
   * Its height.
   *
   * @return pixels
   */
  public int height() {
    return height;
  }

  /**
   * How it must be turned clockwise to stand upright.
   *
   * @return never null
   */
  public Rotation rotation() {
    return rotation;
  }

  /**
   * How many planes it has: 3 for I420 (Y, U, V), 2 for NV12 (Y, and U V in pairs).
   *
   * @return 2 or 3
   */
  public int planeCount() {
    return planes.length;
  }

  /**
   * One of its planes, to be read only.
   *
   * @param index 0 to {@link #planeCount()} - 1
   * @return the plane
   * @throws OnairException {@link ErrorCode#INVALID_STATE} once closed
   */
  public synchronized Plane plane(int index) {
    if (isClosed) {
      throw new OnairException(ErrorCode.INVALID_STATE, "closed", 0);
    }
    return planes[index];
  }

  /**
   * Its place on the media line.
   *
   * @return microseconds from the stream's start
   */
  public long ptsMicros() {
    return ptsMicros;
  }

  /**
   * When the publisher captured it, by his wall clock.
   *
   * @return microseconds since 1970; 0 where the stream does not say
   */
  public long capturedUtcMicros() {
    return capturedUtcMicros;
  }

  /** Gives the pixels back. Its buffers must not be touched any more. */
  @Override
  public synchronized void close() {
    if (!isClosed) {
      isClosed = true;
      nativeRelease(handle);
    }
  }

  private static native void nativeRelease(long handle);
}
