// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.graphics.Rect;
import android.media.Image;
import android.media.MediaCodec;
import android.media.MediaCodecInfo;
import android.media.MediaFormat;
import android.os.Handler;
import android.os.HandlerThread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import live.onair.DecodedPictures;
import live.onair.EncodedFrame;
import live.onair.FrameKind;
import live.onair.OnairException;
import live.onair.Picture;
import live.onair.PictureDecoder;
import live.onair.Plane;
import live.onair.VideoCodec;

/**
 * The phone's hardware as the decoder of a Player, by MediaCodec into memory: {@code
 * builder.decoder(() -> new PlayerDecoder(listener))}. Pictures are copied, because hardware has few
 * buffers and a player keeps some. A codec that breaks is opened anew at the next key frame.
 */
public final class PlayerDecoder implements PictureDecoder {
  /** Told on the player's decoding thread, or on the codec's. */
  public interface Listener {
    /** The codec broke, or does not open; the next key frame is its next try. */
    void onDecoderFailed(String what);
  }

  /** A coded picture on its way in. */
  private static final class Coded {
    final ByteBuffer annexB;
    final long mediaUs;

    Coded(ByteBuffer annexB, long mediaUs) {
      this.annexB = annexB;
      this.mediaUs = mediaUs;
    }
  }

  // Coded pictures that wait for the codec; more than these are late in any case.
  private static final int MOST_WAITING = 30;
  // How long a call waits for its picture, which otherwise goes on with the next frame. Source: ours,
  // half a frame of 60 Hz; not tried on a device.
  private static final long PICTURE_MS = 8;
  // How long the end of a stream waits for what is inside. Source: ours; MOST_WAITING frames and what
  // a codec holds, at 100 a second; not tried on a device.
  private static final long REST_MS = 400;

  private final Listener listener;
  private final Object lock = new Object();

  // Guarded by lock.
  private final ArrayDeque<Integer> inputs = new ArrayDeque<>();
  private final ArrayDeque<Coded> waiting = new ArrayDeque<>();
  private VideoCodec kind;
  private byte[] record;
  private int width;
  private int height;
  private MediaCodec codec;
  private HandlerThread thread;
  private DecodedPictures pictures;
  private boolean needsKeyFrame = true;
  private boolean isEnding;
  private boolean isEndIn;
  private boolean isEndOut;
  private long taken;
  private long made;
  private long dropped;

  /** Opens nothing yet; `listener` hears until close(). */
  public PlayerDecoder(Listener listener) {
    this.listener = listener;
  }

  /** Frames and pictures that came to nothing. */
  public long dropped() {
    synchronized (lock) {
      return dropped;
    }
  }

  @Override
  public boolean configure(VideoCodec codecKind, byte[] decoderConfig, int codedWidth,
      int codedHeight) {
    synchronized (lock) {
      closeCodec();
      kind = codecKind;
      record = decoderConfig;
      width = codedWidth;
      height = codedHeight;
      return CodecChoice.decoder(kind) != null && format() != null;
    }
  }

  @Override
  public boolean decode(EncodedFrame frame, DecodedPictures out) {
    String failure = null;
    boolean isTaken = false;
    synchronized (lock) {
      pictures = out;
      try {
        isTaken = take(frame);
      } catch (IOException | IllegalStateException | IllegalArgumentException broken) {
        closeCodec();
        failure = "the codec: " + broken.getMessage();
      }
      long before = made;
      if (isTaken && waiting.isEmpty()) awaitPictures(before + 1, PICTURE_MS);
    }
    if (failure != null) listener.onDecoderFailed(failure);
    return isTaken;
  }

  private boolean take(EncodedFrame frame) throws IOException {
    boolean isKey = frame.kind() == FrameKind.KEY;
    ByteBuffer data = frame.data();
    ByteBuffer annexB = ByteBuffer.allocateDirect(data.remaining());
    if ((needsKeyFrame && !isKey) || waiting.size() == MOST_WAITING
        || !NalUnits.annexB(data, annexB)) {
      needsKeyFrame = true;
      dropped++;
      return false;
    }
    if (codec == null) open();
    needsKeyFrame = false;
    annexB.flip();
    waiting.add(new Coded(annexB, frame.ptsMicros()));
    feed();
    return codec != null;
  }

  private MediaFormat format() {
    return VideoDecoder.format(kind, record, width, height);
  }

  private void open() throws IOException {
    MediaCodecInfo info = CodecChoice.decoder(kind);
    if (info == null) throw new IOException("none for " + CodecKeys.mime(kind));
    codec = MediaCodec.createByCodecName(info.getName());
    thread = new HandlerThread("onair.decoder");
    thread.start();
    codec.setCallback(new Callback(), new Handler(thread.getLooper()));
    codec.configure(format(), null, null, 0);
    codec.start();
  }

  private void feed() {
    while (!waiting.isEmpty() && !inputs.isEmpty()) {
      Coded coded = waiting.remove();
      int index = inputs.remove();
      ByteBuffer buffer = codec.getInputBuffer(index);
      int size = coded.annexB.remaining();
      boolean fits = buffer != null && buffer.capacity() >= size;
      if (fits) {
        buffer.clear();
        buffer.put(coded.annexB);
        taken++;
      } else {
        needsKeyFrame = true;
        dropped++;
      }
      codec.queueInputBuffer(index, 0, fits ? size : 0, coded.mediaUs, 0);
    }
    if (isEnding && !isEndIn && waiting.isEmpty() && !inputs.isEmpty()) {
      isEndIn = true;
      codec.queueInputBuffer(inputs.remove(), 0, 0, 0, MediaCodec.BUFFER_FLAG_END_OF_STREAM);
    }
  }

  // With the lock, which it leaves meanwhile.
  private void awaitPictures(long count, long millis) {
    await(() -> made >= count, millis);
  }

  private interface Claim {
    boolean holds();
  }

  private void await(Claim isSo, long millis) {
    long deadlineNs = System.nanoTime() + millis * 1_000_000;
    try {
      while (!isSo.holds()) {
        long restMs = (deadlineNs - System.nanoTime()) / 1_000_000;
        if (restMs <= 0) return;
        lock.wait(restMs);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void flush(DecodedPictures out) {
    String failure = null;
    synchronized (lock) {
      MediaCodec ending = codec;
      if (ending == null) return;
      pictures = out;
      isEnding = true;
      try {
        feed();
        await(() -> isEndOut || codec != ending, REST_MS);
      } catch (IllegalStateException broken) {
        failure = "the codec: " + broken.getMessage();
      }
      closeCodec(); // It takes nothing behind an end.
    }
    if (failure != null) listener.onDecoderFailed(failure);
  }

  @Override
  public void reset() {
    synchronized (lock) {
      closeCodec();
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closeCodec();
    }
  }

  // Nothing of it comes after this.
  private void closeCodec() {
    needsKeyFrame = true;
    isEnding = false;
    isEndIn = false;
    isEndOut = false;
    inputs.clear();
    waiting.clear();
    made = taken;
    if (codec != null) codec.release();
    if (thread != null) thread.quitSafely();
    codec = null;
    thread = null;
    lock.notifyAll();
  }

  private void add(int index, long mediaUs) {
    Image image = codec.getOutputImage(index);
    if (image == null) {
      dropped++;
      return;
    }
    try {
      pictures.add(pictureOf(image), mediaUs);
    } catch (OnairException refused) { // Of a frame that nobody gave, or the player's end.
      dropped++;
    } finally {
      image.close();
    }
  }

  private static Picture pictureOf(Image image) {
    Rect seen = image.getCropRect();
    Plane[] planes = seenPlanes(image);
    return Picture.yuv420(
        seen.right - seen.left, seen.bottom - seen.top, planes[0], planes[1], planes[2]);
  }

  /** The part of it that is meant to be seen: hardware codes whole blocks. */
  static Plane[] seenPlanes(Image image) {
    Rect seen = image.getCropRect();
    Plane[] planes = PictureReader.planes(image);
    for (int i = 0; i < planes.length; i++) {
      int half = i == 0 ? 1 : 2;
      Plane whole = planes[i];
      ByteBuffer from = whole.buffer().duplicate();
      from.position(from.position() + seen.top / half * whole.rowStride()
          + seen.left / half * whole.pixelStride());
      planes[i] = Plane.of(from, whole.rowStride(), whole.pixelStride());
    }
    return planes;
  }

  private final class Callback extends MediaCodec.Callback {
    @Override
    public void onInputBufferAvailable(MediaCodec of, int index) {
      synchronized (lock) {
        if (of != codec) return;
        inputs.add(index);
        try {
          feed();
        } catch (IllegalStateException broken) {
          // onError() says why.
        }
      }
    }

    @Override
    public void onOutputBufferAvailable(MediaCodec of, int index, MediaCodec.BufferInfo info) {
      synchronized (lock) {
        if (of != codec) return;
        try {
          if (info.size > 0) add(index, info.presentationTimeUs);
          codec.releaseOutputBuffer(index, false);
        } catch (IllegalStateException broken) {
          // onError() says why.
        }
        made++;
        isEndOut |= (info.flags & MediaCodec.BUFFER_FLAG_END_OF_STREAM) != 0;
        lock.notifyAll();
      }
    }

    @Override
    public void onError(MediaCodec of, MediaCodec.CodecException error) {
      synchronized (lock) {
        if (of != codec) return;
        closeCodec();
      }
      listener.onDecoderFailed(error.getDiagnosticInfo());
    }

    @Override
    public void onOutputFormatChanged(MediaCodec of, MediaFormat format) {}
  }
}
