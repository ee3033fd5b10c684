// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.media.MediaCodec;
import android.media.MediaCodecInfo;
import android.media.MediaFormat;
import android.os.Build;
import android.os.Handler;
import android.os.HandlerThread;
import android.view.Surface;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import live.onair.FrameKind;
import live.onair.VideoCodec;

/**
 * A hardware decoder by MediaCodec, straight into a Surface. Pictures are shown when they are due;
 * what is late is not shown. Thread-safe, with a thread of its own on which the listener is called.
 */
public final class VideoDecoder {
  /** Told on the decoder's thread. */
  public interface Listener {
    /** The picture of this place on the media line is on the surface. */
    void onPictureShown(long mediaUs);

    /** The codec broke, and is closed; a new one begins with a key frame. */
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
  // A picture later than this is not shown. Source: ours; two refreshes of a 60 Hz screen.
  private static final long LATE_NS = 33_000_000;

  private final MediaCodec codec;
  private final Listener listener;
  private final HandlerThread thread = new HandlerThread("onair.decoder");
  private final Handler handler;

  // Of the decoder's thread.
  private final ArrayDeque<Integer> inputs = new ArrayDeque<>();
  private final ArrayDeque<Coded> waiting = new ArrayDeque<>();
  private boolean isClosed;
  private boolean needsKeyFrame = true;
  private long dropped;
  // What is added to a media time to get the moment of showing; nanoseconds.
  private volatile long mediaToNanoTime;

  private VideoDecoder(MediaCodecInfo info, MediaFormat format, Surface surface, Listener listener)
      throws IOException {
    this.listener = listener;
    codec = MediaCodec.createByCodecName(info.getName());
    thread.start();
    handler = new Handler(thread.getLooper());
    try {
      codec.setCallback(new Callback(), handler);
      codec.configure(format, surface, null, 0);
      codec.start();
    } catch (IllegalStateException | IllegalArgumentException refused) {
      codec.release();
      thread.quitSafely();
      throw new IOException(info.getName() + " refuses its settings", refused);
    }
  }

  /** `decoderConfig`: avcC or hvcC. IOException where the device has no decoder for it. */
  public static VideoDecoder open(VideoCodec kind, byte[] decoderConfig, int width, int height,
      Surface surface, Listener listener) throws IOException {
    MediaCodecInfo info = CodecChoice.decoder(kind);
    if (info == null) throw new IOException("no hardware decoder for " + CodecKeys.mime(kind));
    MediaFormat format = format(kind, decoderConfig, width, height);
    if (format == null) throw new IOException("no decoder configuration record");
    return new VideoDecoder(info, format, surface, listener);
  }

  /** What a decoder is configured with; null where `decoderConfig` is no avcC or hvcC. */
  static MediaFormat format(VideoCodec kind, byte[] decoderConfig, int width, int height) {
    byte[][] csd = kind == VideoCodec.H265 ? DecoderConfig.csdOfHvcC(decoderConfig)
                                           : DecoderConfig.csdOfAvcC(decoderConfig);
    if (csd == null) return null;
    MediaFormat format = MediaFormat.createVideoFormat(CodecKeys.mime(kind), width, height);
    for (int i = 0; i < csd.length; i++) format.setByteBuffer("csd-" + i, ByteBuffer.wrap(csd[i]));
    for (Map.Entry<String, Integer> key : CodecKeys.decoder(Build.VERSION.SDK_INT).entrySet()) {
      format.setInteger(key.getKey(), key.getValue());
    }
    return format;
  }

  /** The media time `mediaUs` is shown at `nanoTime` (System.nanoTime()), the rest accordingly. */
  public void showAt(long mediaUs, long nanoTime) {
    mediaToNanoTime = nanoTime - mediaUs * 1000;
  }

  /**
   * One picture, its NAL units behind 4-byte lengths; copied. False where its lengths lie: it is
   * not decoded. Those that come too fast are dropped up to the next key frame.
   */
  public boolean push(ByteBuffer data, FrameKind kind, long mediaUs) {
    ByteBuffer annexB = ByteBuffer.allocateDirect(data.remaining());
    if (!NalUnits.annexB(data, annexB)) return false;
    annexB.flip();
    handler.post(() -> take(new Coded(annexB, mediaUs), kind));
    return true;
  }

  /** Shows on another surface from the next picture on, without a new codec. */
  public void showOn(Surface surface) {
    handler.post(() -> {
      if (isClosed) return;
      try {
        codec.setOutputSurface(surface);
      } catch (IllegalArgumentException | IllegalStateException gone) {
        fail("it cannot show on another surface: " + gone.getMessage());
      }
    });
  }

  /** Lets the codec go, on its own thread; for good. */
  public void close() {
    handler.post(this::closeCodec);
  }

  private void take(Coded coded, FrameKind kind) {
    if (isClosed) return;
    if (kind == FrameKind.KEY) needsKeyFrame = false;
    if (needsKeyFrame || waiting.size() == MOST_WAITING) {
      needsKeyFrame = true;
      dropped++;
      return;
    }
    waiting.add(coded);
    feed();
  }

  private void feed() {
    while (!waiting.isEmpty() && !inputs.isEmpty()) {
      Coded coded = waiting.remove();
      int index = inputs.remove();
      try {
        ByteBuffer buffer = codec.getInputBuffer(index);
        int size = coded.annexB.remaining();
        boolean fits = buffer != null && buffer.capacity() >= size;
        if (fits) {
          buffer.clear();
          buffer.put(coded.annexB);
        } else {
          needsKeyFrame = true;
          dropped++;
        }
        codec.queueInputBuffer(index, 0, fits ? size : 0, coded.mediaUs, 0);
      } catch (IllegalStateException broken) {
        return; // onError() says why.
      }
    }
  }

  private void show(int index, MediaCodec.BufferInfo info) {
    long dueNs = info.presentationTimeUs * 1000 + mediaToNanoTime;
    if (info.size <= 0 || System.nanoTime() - dueNs > LATE_NS) {
      codec.releaseOutputBuffer(index, false);
      dropped++;
      return;
    }
    codec.releaseOutputBuffer(index, dueNs);
    listener.onPictureShown(info.presentationTimeUs);
  }

  private void fail(String what) {
    if (isClosed) return;
    closeCodec();
    listener.onDecoderFailed(what);
  }

  private void closeCodec() {
    if (isClosed) return;
    isClosed = true;
    waiting.clear();
    codec.release();
    thread.quitSafely();
  }

  private final class Callback extends MediaCodec.Callback {
    @Override
    public void onInputBufferAvailable(MediaCodec of, int index) {
      if (isClosed) return;
      inputs.add(index);
      feed();
    }

    @Override
    public void onOutputBufferAvailable(MediaCodec of, int index, MediaCodec.BufferInfo info) {
      if (isClosed) return;
      try {
        show(index, info);
      } catch (IllegalStateException broken) {
        // onError() says why.
      }
    }

    @Override
    public void onError(MediaCodec of, MediaCodec.CodecException error) {
      fail(error.getDiagnosticInfo());
    }

    @Override
    public void onOutputFormatChanged(MediaCodec of, MediaFormat format) {}
  }
}
