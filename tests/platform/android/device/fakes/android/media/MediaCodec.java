// SPDX-License-Identifier: Apache-2.0
package android.media;

import android.os.Bundle;
import android.os.Handler;
import android.view.Surface;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Fake: does nothing until tests say what comes out; or where they say how many pictures it holds
 * back, decodes: those with the earliest times come first, on another thread, the rest with the end.
 */
public final class MediaCodec {
  public static MediaCodec fakeLast;

  public final String fakeName;
  public final List<Bundle> fakeParameters = new ArrayList<>();
  public final List<Integer> fakeReturned = new ArrayList<>();
  public final List<Long> fakeShownAt = new ArrayList<>();
  public final List<byte[]> fakeQueued = new ArrayList<>();
  public MediaFormat fakeFormat;
  public Callback fakeCallback;
  public boolean fakeIsReleased;
  public RuntimeException fakeSurfaceRefused;
  public Image fakeImage;
  public int fakeHeldBack = -1;
  public boolean fakeEnded;
  private final TreeSet<Long> held = new TreeSet<>();
  private final ExecutorService decoding = Executors.newSingleThreadExecutor(run -> {
    Thread thread = new Thread(run, "codec");
    thread.setDaemon(true);
    return thread;
  });
  private final ByteBuffer input = ByteBuffer.allocateDirect(1024);
  private ByteBuffer output;

  private MediaCodec(String name) {
    fakeName = name;
    fakeLast = this;
  }

  public static MediaCodec createByCodecName(String name) {
    return new MediaCodec(name);
  }

  public void setCallback(Callback callback, Handler handler) {
    fakeCallback = callback;
  }

  public void configure(MediaFormat format, Surface surface, MediaCrypto crypto, int flags) {
    fakeFormat = format;
  }

  public Surface createInputSurface() {
    return new Surface(null);
  }

  public void start() {}

  public void setParameters(Bundle bundle) {
    if (fakeIsReleased) throw new IllegalStateException();
    fakeParameters.add(bundle);
  }

  public Image getInputImage(int index) {
    return null;
  }

  public Image getOutputImage(int index) {
    return fakeImage;
  }

  public ByteBuffer getInputBuffer(int index) {
    input.position(5); // As somebody left it.
    return input;
  }

  public ByteBuffer getOutputBuffer(int index) {
    return output;
  }

  public void queueInputBuffer(int index, int offset, int size, long timeUs, int flags) {
    byte[] bytes = new byte[size];
    ByteBuffer queued = input.duplicate();
    queued.position(offset);
    queued.get(bytes);
    fakeQueued.add(bytes);
    if (fakeHeldBack < 0) return;
    boolean isEnd = (flags & 4) != 0; // BUFFER_FLAG_END_OF_STREAM
    if (fakeEnded) throw new IllegalStateException("behind the end");
    fakeEnded = isEnd;
    if (size > 0) held.add(timeUs);
    List<BufferInfo> out = new ArrayList<>();
    while (held.size() > (isEnd ? 0 : fakeHeldBack)) out.add(outputOf(held.pollFirst(), 1, 0));
    if (isEnd) out.add(outputOf(0, 0, 4));
    decoding.execute(() -> {
      for (BufferInfo info : out) fakeCallback.onOutputBufferAvailable(this, 0, info);
    });
  }

  private static BufferInfo outputOf(long timeUs, int size, int flags) {
    BufferInfo info = new BufferInfo();
    info.presentationTimeUs = timeUs;
    info.size = size;
    info.flags = flags;
    return info;
  }

  public void releaseOutputBuffer(int index, boolean isShown) {
    fakeReturned.add(index);
  }

  public void releaseOutputBuffer(int index, long atNs) {
    fakeReturned.add(index);
    fakeShownAt.add(atNs);
  }

  public void setOutputSurface(Surface surface) {
    if (fakeSurfaceRefused != null) throw fakeSurfaceRefused;
  }

  public void release() {
    fakeIsReleased = true;
  }

  public void fakeOutput(int index, byte[] bytes, long timeUs, int flags) {
    output = ByteBuffer.allocateDirect(bytes.length + 8);
    output.position(4);
    output.put(bytes);
    BufferInfo info = new BufferInfo();
    info.offset = 4;
    info.size = bytes.length;
    info.presentationTimeUs = timeUs;
    info.flags = flags;
    fakeCallback.onOutputBufferAvailable(this, index, info);
  }

  /** As Android's. */
  public static final class BufferInfo {
    public int offset;
    public int size;
    public long presentationTimeUs;
    public int flags;
  }

  /** Fake. */
  public static final class CodecException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    public CodecException() {}

    public String getDiagnosticInfo() {
      return "fake";
    }

    public boolean isTransient() {
      return true;
    }

    public boolean isRecoverable() {
      return false;
    }
  }

  /** As Android's. */
  public abstract static class Callback {
    public abstract void onInputBufferAvailable(MediaCodec codec, int index);

    public abstract void onOutputBufferAvailable(MediaCodec codec, int index, BufferInfo info);

    public abstract void onError(MediaCodec codec, CodecException error);

    public abstract void onOutputFormatChanged(MediaCodec codec, MediaFormat format);
  }
}
