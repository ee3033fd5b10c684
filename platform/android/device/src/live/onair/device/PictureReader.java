// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.graphics.ImageFormat;
import android.media.Image;
import android.media.ImageReader;
import android.os.Handler;
import android.os.SystemClock;
import android.view.Surface;
import java.util.concurrent.atomic.AtomicBoolean;
import live.onair.Plane;

/**
 * Pictures of an ImageReader, where they lie. At most IMAGES are out at a time; further ones are
 * dropped and counted.
 *
 * <p>Single-owner: the handler's thread. Pictures are released from any thread, also after close().
 */
final class PictureReader {
  // Two in the publisher's queue, one in its encoder, one that it keeps to show again.
  private static final int IMAGES = 4;

  private final ImageReader images;
  private final CaptureClock clock;
  private final PictureSink sink;
  private final Object lock = new Object();
  private int turn;
  private long dropped;
  private int out; // Guarded by lock.
  private boolean isClosed; // Guarded by lock.

  PictureReader(
      int width, int height, CaptureClock.Source source, Handler handler, PictureSink sink) {
    this.clock = new CaptureClock(source);
    this.sink = sink;
    // One more than are out: the one that is being filled.
    images = ImageReader.newInstance(width, height, ImageFormat.YUV_420_888, IMAGES + 1);
    images.setOnImageAvailableListener(this::onImage, handler);
  }

  Surface surface() {
    return images.getSurface();
  }

  void setTurn(int clockwiseToUpright) {
    turn = clockwiseToUpright;
  }

  /** Pictures that nobody had room for. */
  long dropped() {
    return dropped;
  }

  /** No further pictures; those that are out stay readable until they are released. */
  void close() {
    images.setOnImageAvailableListener(null, null);
    synchronized (lock) {
      isClosed = true;
      if (out == 0) images.close();
    }
  }

  private void onImage(ImageReader from) {
    Image image = from.acquireLatestImage();
    if (image == null) return;
    if (!take()) {
      dropped++;
      image.close();
      return;
    }
    sink.onPicture(picture(image));
  }

  private boolean take() {
    synchronized (lock) {
      if (isClosed || out == IMAGES) return false;
      out++;
      return true;
    }
  }

  private CapturedPicture picture(Image image) {
    long capturedUs = clock.captureUs(
        image.getTimestamp(), System.nanoTime(), SystemClock.elapsedRealtimeNanos());
    CapturedPicture.Shape shape =
        new CapturedPicture.Shape(image.getWidth(), image.getHeight(), turn);
    AtomicBoolean isReleased = new AtomicBoolean();
    return new CapturedPicture(shape, capturedUs, planes(image), () -> {
      if (isReleased.compareAndSet(false, true)) giveBack(image);
    });
  }

  static Plane[] planes(Image image) {
    Image.Plane[] theirs = image.getPlanes();
    Plane[] ours = new Plane[theirs.length];
    for (int i = 0; i < ours.length; i++) {
      ours[i] =
          Plane.of(theirs[i].getBuffer(), theirs[i].getRowStride(), theirs[i].getPixelStride());
    }
    return ours;
  }

  private void giveBack(Image image) {
    image.close();
    synchronized (lock) {
      out--;
      if (isClosed && out == 0) images.close();
    }
  }
}
