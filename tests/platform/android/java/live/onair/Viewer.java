// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Takes pictures and sound of a player as a display of 60 Hz and a speaker do. */
final class Viewer implements AutoCloseable {
  private static final int FRAMES = 480;

  final AtomicLong pictures = new AtomicLong();
  final AtomicLong loudPieces = new AtomicLong();
  final Set<Integer> bars = ConcurrentHashMap.newKeySet();
  volatile int width;
  volatile int height;
  private final Player player;
  private final ByteBuffer sound =
      ByteBuffer.allocateDirect(FRAMES * 2 * 4).order(ByteOrder.nativeOrder());
  private final Thread thread = new Thread(this::run, "display");
  private volatile boolean isDone;
  private volatile Throwable failure;

  Viewer(Player player) {
    this.player = player;
    thread.start();
  }

  private void run() {
    try {
      while (!isDone) {
        takePicture();
        takeSound();
        Thread.sleep(8);
      }
    } catch (Throwable thrown) {
      failure = thrown;
    }
  }

  private void takePicture() {
    try (LentPicture picture = player.takePicture(Onair.nowMicros())) {
      if (picture == null) {
        return;
      }
      width = picture.width();
      height = picture.height();
      bars.add(MovingPictures.findBar(picture));
      pictures.incrementAndGet();
    }
  }

  private void takeSound() {
    SoundFormat format = player.pullSound(sound, FRAMES, Onair.nowMicros());
    if (format == null) {
      return;
    }
    for (int i = 0; i < FRAMES * format.channels(); ++i) {
      if (Math.abs(sound.getFloat(4 * i)) > 0.05F) {
        loudPieces.incrementAndGet();
        return;
      }
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
      throw new AssertionError("viewing failed", failure);
    }
  }
}
