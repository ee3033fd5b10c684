// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Pictures with a bright bar that moves, in buffers of a pool, which are lent. */
final class MovingPictures {
  private static final int BAR = 40;
  private static final int STEP = 8;

  final int width;
  final int height;
  final AtomicLong lent = new AtomicLong();
  final AtomicLong givenBack = new AtomicLong();
  private final ArrayBlockingQueue<ByteBuffer> free;
  private int number;

  MovingPictures(int width, int height, int buffers) {
    this.width = width;
    this.height = height;
    free = new ArrayBlockingQueue<>(buffers);
    for (int i = 0; i < buffers; ++i) {
      free.add(ByteBuffer.allocateDirect(width * height * 3 / 2));
    }
  }

  /** The next one, pushed without a copy; skipped where all buffers are away. */
  void pushTo(Publisher publisher) {
    ByteBuffer buffer = free.poll();
    if (buffer == null) {
      return;
    }
    draw(buffer, number++);
    lent.incrementAndGet();
    publisher.pushVideo(
        pictureOf(buffer).capturedAt(Onair.nowMicros()),
        () -> {
          givenBack.incrementAndGet();
          free.add(buffer);
        });
  }

  Picture pictureOf(ByteBuffer buffer) {
    int luma = width * height;
    return Picture.i420(
        width,
        height,
        Plane.of(part(buffer, 0, luma), width),
        Plane.of(part(buffer, luma, luma / 4), width / 2),
        Plane.of(part(buffer, luma * 5 / 4, luma / 4), width / 2));
  }

  private static ByteBuffer part(ByteBuffer whole, int at, int size) {
    ByteBuffer part = whole.duplicate();
    part.limit(at + size);
    part.position(at);
    return part;
  }

  void draw(ByteBuffer buffer, int n) {
    byte[] row = new byte[width];
    int left = n * STEP % (width - BAR);
    for (int x = 0; x < width; ++x) {
      row[x] = (byte) (x >= left && x < left + BAR ? 220 : 40);
    }
    buffer.clear();
    for (int y = 0; y < height; ++y) {
      buffer.put(row);
    }
    while (buffer.hasRemaining()) {
      buffer.put((byte) 128);
    }
    buffer.clear();
  }

  /** The bar's left edge in the middle row; -1 without one. */
  static int findBar(LentPicture picture) {
    Plane luma = picture.plane(0);
    int row = picture.height() / 2 * luma.rowStride();
    for (int x = 0; x < picture.width(); ++x) {
      if ((luma.buffer().get(luma.buffer().position() + row + x) & 0xff) > 140) {
        return x;
      }
    }
    return -1;
  }
}
