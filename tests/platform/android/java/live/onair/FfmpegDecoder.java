// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A decoder that is not the library's: the program ffmpeg. Like a phone's it answers later, on a
 * thread of its own, and its pictures lie in few buffers, which are lent.
 */
final class FfmpegDecoder implements PictureDecoder {
  private static final int BUFFERS = 24;

  final AtomicInteger closes = new AtomicInteger();
  final AtomicInteger frames = new AtomicInteger();
  final AtomicInteger lent = new AtomicInteger();
  final AtomicInteger givenBack = new AtomicInteger();
  final Set<Long> addresses = ConcurrentHashMap.newKeySet();
  final Set<String> threads = ConcurrentHashMap.newKeySet();
  volatile OnairException lastRefusal;
  private final BlockingQueue<ByteBuffer> free = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> inside = new LinkedBlockingQueue<>();
  private byte[] record;
  private int width;
  private int height;
  private Process process;
  private OutputStream input;
  private Thread reader;
  private volatile boolean isEnding;

  @Override
  public boolean configure(VideoCodec codec, byte[] avcC, int codedWidth, int codedHeight) {
    threads.add(Thread.currentThread().getName());
    end();
    record = avcC;
    width = codedWidth;
    height = codedHeight;
    for (int i = free.size(); i < BUFFERS; ++i) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(width * height * 3 / 2);
      addresses.add(LiveTest.addressOf(buffer));
      free.add(buffer);
    }
    return codec == VideoCodec.H264;
  }

  @Override
  public boolean decode(EncodedFrame frame, DecodedPictures out) {
    threads.add(Thread.currentThread().getName());
    try {
      if (process == null) {
        if (frame.kind() != FrameKind.KEY) {
          return false;
        }
        begin(out);
      }
      inside.add(frame.ptsMicros());
      ByteBuffer data = frame.data().duplicate();
      byte[] units = new byte[data.remaining()];
      data.get(units);
      ByteBuffer at = ByteBuffer.wrap(units);
      while (at.hasRemaining()) {  // Start codes in the place of lengths.
        int size = at.getInt(at.position());
        at.putInt(1);
        at.position(at.position() + size);
      }
      input.write(units);
      input.flush();
      frames.incrementAndGet();
      return true;
    } catch (IOException broken) {
      return false;
    }
  }

  private void begin(DecodedPictures out) throws IOException {
    isEnding = false;
    process =
        new ProcessBuilder(
                "ffmpeg", "-v", "error", "-fflags", "nobuffer", "-flags", "low_delay", "-threads", "1",
                "-probesize", "32", "-analyzeduration", "0", "-f", "h264", "-i", "pipe:0",
                "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    input = process.getOutputStream();
    for (byte[] unit : units(record)) {
      input.write(new byte[] {0, 0, 0, 1});
      input.write(unit);
    }
    reader = new Thread(() -> read(out), "ffmpeg");
    reader.start();
  }

  /** SPS and PPS of an avcC that has one of each. */
  private static byte[][] units(byte[] avcC) {
    int spsEnd = 8 + ((avcC[6] & 0xff) << 8 | avcC[7] & 0xff);
    int pps = spsEnd + 3;
    int ppsEnd = pps + ((avcC[spsEnd + 1] & 0xff) << 8 | avcC[spsEnd + 2] & 0xff);
    return new byte[][] {Arrays.copyOfRange(avcC, 8, spsEnd), Arrays.copyOfRange(avcC, pps, ppsEnd)};
  }

  private void read(DecodedPictures out) {
    byte[] pixels = new byte[width * height * 3 / 2];
    try (DataInputStream in = new DataInputStream(process.getInputStream())) {
      while (!isEnding) {
        in.readFully(pixels);
        long pts = inside.take();
        ByteBuffer buffer = free.take();
        buffer.clear();
        buffer.put(pixels).clear();
        lent.incrementAndGet();
        try {
          out.add(pictureOf(buffer), pts, () -> giveBack(buffer));
        } catch (OnairException refused) {  // A jump, or the end, was faster.
          lastRefusal = refused;
          giveBack(buffer);
        }
      }
    } catch (EOFException | InterruptedException ended) {
      // As it should be.
    } catch (IOException broken) {
      if (!isEnding) {
        throw new AssertionError(broken);
      }
    }
  }

  private void giveBack(ByteBuffer buffer) {
    givenBack.incrementAndGet();
    free.add(buffer);
  }

  private Picture pictureOf(ByteBuffer buffer) {
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

  @Override
  public void flush(DecodedPictures out) {}

  @Override
  public void reset() {
    end();
  }

  private void end() {
    if (process == null) {
      return;
    }
    isEnding = true;
    process.destroyForcibly();
    reader.interrupt();
    try {
      reader.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    process = null;
    inside.clear();
  }

  @Override
  public void close() {
    closes.incrementAndGet();
    end();
  }
}
