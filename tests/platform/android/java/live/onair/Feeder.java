// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Pushes pictures and a tone from a thread of its own, as a phone's camera and microphone do. */
final class Feeder implements AutoCloseable {
  private static final int RATE = 48_000;
  private static final int PIECE = RATE / 100;

  final MovingPictures pictures;
  private final Publisher publisher;
  private final double frameRate;
  private final ByteBuffer tone =
      ByteBuffer.allocateDirect(PIECE * 2 * 2).order(ByteOrder.nativeOrder());
  private final Thread thread = new Thread(this::run, "feeder");
  private volatile boolean isDone;
  private volatile Throwable failure;

  Feeder(Publisher publisher, MovingPictures pictures, double frameRate) {
    this.publisher = publisher;
    this.pictures = pictures;
    this.frameRate = frameRate;
    for (int i = 0; i < PIECE; ++i) {
      short sample = (short) (i / 54 % 2 == 0 ? 8000 : -8000);
      tone.putShort(sample).putShort(sample);
    }
    tone.flip();
    thread.start();
  }

  private void run() {
    try {
      long begin = System.nanoTime();
      long nextPicture = begin;
      long nextSound = begin;
      while (!isDone) {
        long now = System.nanoTime();
        if (now >= nextPicture) {
          pictures.pushTo(publisher);
          nextPicture += (long) (1e9 / frameRate);
        }
        if (now >= nextSound) {
          publisher.pushAudio(
              Sound.of(tone, SampleFormat.S16, RATE, 2).capturedAt(nextSound / 1000));
          nextSound += 10_000_000;
        }
        long wait = Math.min(nextPicture, nextSound) - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
        }
      }
    } catch (Throwable thrown) {
      failure = thrown;
    }
  }

  @Override
  public void close() {
    isDone = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (failure != null) {
      throw new AssertionError("pushing failed", failure);
    }
  }
}
