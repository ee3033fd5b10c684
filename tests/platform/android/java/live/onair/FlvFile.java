// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Coded frames as a phone's encoders would give them: from a recording of our own. */
final class FlvFile {
  private static final int VIDEO = 9;
  private static final byte[] START_CODE = {0, 0, 0, 1};

  byte[] avcConfig;
  byte[] aacConfig;
  private final List<Tag> tags = new ArrayList<>();

  private static final class Tag {
    boolean isVideo;
    boolean isKey;
    long dtsMicros;
    long ptsMicros;
    byte[] data;
  }

  /** About a second of moving pictures and a tone, coded here. */
  static FlvFile record(PublisherConfig.Builder like, int width, int height) throws IOException {
    Path file = Files.createTempFile(Paths.get("").toAbsolutePath(), "coded", ".flv");
    PublisherConfig config =
        new PublisherConfig.Builder("file:" + file)
            .video(new VideoConfig.Builder().size(width, height).gopMillis(500).build())
            .build();
    PublishEars ears = new PublishEars();
    try (Publisher publisher = Publisher.create(config, Runnable::run, ears)) {
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, new MovingPictures(width, height, 8), 30)) {
        Waiting.until("a second", () -> publisher.stats().framesEncoded >= 40);
      }
      publisher.stop();
      ears.awaitEnd();
    }
    FlvFile flv = new FlvFile();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      in.skipBytes(13);
      while (in.available() > 0) {
        flv.readTag(in);
      }
    }
    return flv;
  }

  private void readTag(DataInputStream in) throws IOException {
    int type = in.readUnsignedByte();
    int size = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int millis = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    in.skipBytes(4);
    byte[] body = new byte[size];
    in.readFully(body);
    in.skipBytes(4);
    if (type == VIDEO) {
      addVideo(body, millis);
    } else if (type == 8) {
      addAudio(body, millis);
    }
  }

  private void addVideo(byte[] body, int millis) {
    byte[] data = java.util.Arrays.copyOfRange(body, 5, body.length);
    if (body[1] == 0) {
      avcConfig = data;
    } else if (body[1] == 1) {
      int offset = (body[2] & 0xff) << 16 | (body[3] & 0xff) << 8 | body[4] & 0xff;
      add(true, body[0] >> 4 == 1, millis, offset, data);
    }
  }

  private void addAudio(byte[] body, int millis) {
    byte[] data = java.util.Arrays.copyOfRange(body, 2, body.length);
    if (body[1] == 0) {
      aacConfig = data;
    } else {
      add(false, false, millis, 0, data);
    }
  }

  private void add(boolean isVideo, boolean isKey, int millis, int offset, byte[] data) {
    Tag tag = new Tag();
    tag.isVideo = isVideo;
    tag.isKey = isKey;
    tag.dtsMicros = millis * 1000L;
    tag.ptsMicros = tag.dtsMicros + offset * 1000L;
    tag.data = data;
    tags.add(tag);
  }

  /** SPS and PPS of the record behind start codes, as {@code csd-0} and {@code csd-1} are. */
  byte[] parameterSets() {
    ByteBuffer record = ByteBuffer.wrap(avcConfig);
    ByteBuffer out = ByteBuffer.allocate(avcConfig.length + 8);
    record.position(6);  // Behind the number of SPS, which is 1.
    for (int i = 0; i < 2; ++i) {
      byte[] unit = new byte[record.getShort()];
      record.get(unit);
      out.put(START_CODE).put(unit);
      if (i == 0) {
        record.get();  // The number of PPS.
      }
    }
    return java.util.Arrays.copyOf(out.array(), out.position());
  }

  Push pushTo(Publisher publisher, boolean isAnnexB) {
    return new Push(publisher, isAnnexB);
  }

  /** Pushes the file again and again at its own pace. */
  final class Push implements AutoCloseable {
    final AtomicInteger givenBack = new AtomicInteger();
    private final Publisher publisher;
    private final boolean isAnnexB;
    private final Thread thread = new Thread(this::run, "encoder");
    private volatile boolean isDone;
    private volatile Throwable failure;

    Push(Publisher publisher, boolean isAnnexB) {
      this.publisher = publisher;
      this.isAnnexB = isAnnexB;
      thread.start();
    }

    private void run() {
      try {
        long span = tags.get(tags.size() - 1).dtsMicros + 100_000;
        long begin = Onair.nowMicros();
        for (long lap = 0; !isDone; ++lap) {
          for (Tag tag : tags) {
            long wait = begin + lap * span + tag.dtsMicros - Onair.nowMicros();
            if (wait > 0) {
              Thread.sleep(wait / 1000);
            }
            if (isDone) {
              return;
            }
            push(tag, lap * span);
          }
        }
      } catch (Throwable thrown) {
        failure = thrown;
      }
    }

    private void push(Tag tag, long shift) {
      ByteBuffer data = ByteBuffer.allocateDirect(tag.data.length);
      data.put(tag.data).flip();
      if (!tag.isVideo) {
        publisher.pushEncoded(EncodedFrame.audio(data, tag.ptsMicros + shift));
        return;
      }
      FrameKind kind = tag.isKey ? FrameKind.KEY : FrameKind.REFERENCE;
      EncodedFrame frame =
          EncodedFrame.video(kind, data, tag.ptsMicros + shift).decodedAt(tag.dtsMicros + shift);
      if (isAnnexB) {
        for (int at = 0; at < data.limit(); ) {
          int size = data.getInt(at);
          data.putInt(at, 1);
          at += 4 + size;
        }
        frame = frame.annexB();
      }
      publisher.pushEncoded(frame, givenBack::incrementAndGet);
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
}
