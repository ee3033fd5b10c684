// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertTrue;

import android.graphics.Rect;
import android.media.Image;
import android.media.MediaCodec;
import android.os.Build;
import android.os.FakeLoop;
import android.os.HandlerThread;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import live.onair.DecodedPictures;
import live.onair.EncodedFrame;
import live.onair.FrameKind;
import live.onair.Picture;
import live.onair.Plane;
import live.onair.VideoCodec;
import org.junit.Before;
import org.junit.Test;

/** The decoder of a player against a fake of MediaCodec. */
public final class PlayerDecoderRehearsal implements DecodedPictures {
  private static final byte[] AVCC = {
      1, 0x42, 0, 0x1F, (byte) 0xFF, (byte) 0xE1, 0, 1, 0x67, 1, 0, 1, 0x68};

  private final List<Long> added = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final PlayerDecoder decoder = new PlayerDecoder(failures::add);

  @Before
  public void begin() {
    FakeLoop.reset();
    Build.VERSION.SDK_INT = 30;
    assertTrue(decoder.configure(VideoCodec.H264, AVCC, 640, 368));
  }

  private boolean decode(FrameKind kind, long ptsUs) {
    ByteBuffer data = ByteBuffer.allocateDirect(6);
    data.put(new byte[] {0, 0, 0, 2, 0x65, 7}).flip();
    return decoder.decode(EncodedFrame.video(kind, data, ptsUs), this);
  }

  private static void show(MediaCodec codec, int index, long ptsUs) {
    codec.fakeOutput(index, new byte[] {1}, ptsUs, 0);
  }

  @Test
  public void itBeginsWithAKeyFrameAndItsPicturesComeBackWithTheirTimes() {
    assertFalse(decode(FrameKind.REFERENCE, 0));
    assertTrue(decode(FrameKind.KEY, 40_000));
    MediaCodec codec = MediaCodec.fakeLast;
    assertEquals("c2.fake.avc.decoder", codec.fakeName);
    assertEquals(1, codec.fakeFormat.fakeValues.get("low-latency"));
    codec.fakeCallback.onInputBufferAvailable(codec, 0);
    assertArrayEquals(new byte[] {0, 0, 0, 1, 0x65, 7}, codec.fakeQueued.get(0));
    assertTrue(decode(FrameKind.REFERENCE, 80_000));
    codec.fakeImage = new Image(640, 368, new Rect(0, 0, 640, 360));
    show(codec, 3, 40_000);
    assertEquals(Arrays.asList(40_000L), added);
    assertEquals(Arrays.asList(3), codec.fakeReturned);
    assertEquals(1, codec.fakeImage.fakeCloses);
    assertEquals(1, decoder.dropped());
  }

  @Test
  public void onlyTheSeenPartOfAPictureIsGiven() {
    Image image = new Image(640, 368, new Rect(8, 4, 640, 364));
    ByteBuffer luma = image.getPlanes()[0].getBuffer();
    luma.put(4 * 640 + 8, (byte) 99);
    image.getPlanes()[1].getBuffer().put(2 * 320 + 4, (byte) 77);
    Plane[] seen = PlayerDecoder.seenPlanes(image);
    assertEquals(99, seen[0].buffer().get(seen[0].buffer().position()));
    assertEquals(77, seen[1].buffer().get(seen[1].buffer().position()));
    assertEquals(0, luma.position());
  }

  @Test
  public void nothingComesAfterAJumpAndTheNextKeyFrameOpensAnotherCodec() {
    decode(FrameKind.KEY, 0);
    MediaCodec before = MediaCodec.fakeLast;
    before.fakeImage = new Image(640, 368, new Rect(0, 0, 640, 360));
    decoder.reset();
    show(before, 0, 0);
    assertTrue(added.isEmpty());
    assertTrue(before.fakeIsReleased);
    assertFalse(decode(FrameKind.REFERENCE, 40_000));
    assertTrue(decode(FrameKind.KEY, 80_000));
    assertNotSame(before, MediaCodec.fakeLast);
    decoder.close();
    assertTrue(MediaCodec.fakeLast.fakeIsReleased);
    assertTrue(HandlerThread.fakeLast.fakeIsQuit);
  }

  @Test
  public void aCodecThatBreaksIsToldOnceAndOpenedAnewAtAKeyFrame() {
    decode(FrameKind.KEY, 0);
    MediaCodec broken = MediaCodec.fakeLast;
    broken.fakeCallback.onError(broken, new MediaCodec.CodecException());
    broken.fakeCallback.onError(broken, new MediaCodec.CodecException());
    assertEquals(Arrays.asList("fake"), failures);
    assertTrue(broken.fakeIsReleased);
    assertFalse(decode(FrameKind.REFERENCE, 40_000));
    assertTrue(decode(FrameKind.KEY, 80_000));
    assertNotSame(broken, MediaCodec.fakeLast);
  }

  // A codec that holds two pictures back and has three coded ones: times 0, 80 and 40 ms.
  private MediaCodec withHeldPictures() {
    assertTrue(decode(FrameKind.KEY, 0));
    MediaCodec codec = MediaCodec.fakeLast;
    codec.fakeImage = new Image(640, 368, new Rect(0, 0, 640, 360));
    codec.fakeHeldBack = 2;
    codec.fakeCallback.onInputBufferAvailable(codec, 0);
    assertTrue(decode(FrameKind.REFERENCE, 80_000));
    codec.fakeCallback.onInputBufferAvailable(codec, 1);
    assertTrue(decode(FrameKind.DROPPABLE, 40_000));
    codec.fakeCallback.onInputBufferAvailable(codec, 2);
    return codec;
  }

  @Test
  public void theEndOfAStreamBringsThePicturesThatTheCodecHeldBack() {
    MediaCodec codec = withHeldPictures();
    codec.fakeCallback.onInputBufferAvailable(codec, 3);
    decoder.flush(this);
    assertEquals(Arrays.asList(0L, 40_000L, 80_000L), added);
    assertTrue(codec.fakeEnded);
    assertEquals(0, codec.fakeQueued.get(3).length);
    assertEquals(0, decoder.dropped());

    assertFalse(decode(FrameKind.REFERENCE, 120_000));
    assertTrue(decode(FrameKind.KEY, 160_000));
    assertNotSame(codec, MediaCodec.fakeLast);
    assertTrue(codec.fakeIsReleased);
    assertTrue(failures.isEmpty());
  }

  @Test
  public void theEndWaitsForRoomInTheCodec() throws InterruptedException {
    MediaCodec codec = withHeldPictures();
    Thread later = new Thread(() -> codec.fakeCallback.onInputBufferAvailable(codec, 3));
    later.start(); // Before or behind flush(), which is the same.
    decoder.flush(this);
    later.join();
    assertEquals(Arrays.asList(0L, 40_000L, 80_000L), added);
  }

  @Test
  public void picturesOfOneStreamComeBeforeTheNextIsConfigured() {
    MediaCodec codec = withHeldPictures();
    codec.fakeCallback.onInputBufferAvailable(codec, 3);
    decoder.flush(this);
    assertTrue(decoder.configure(VideoCodec.H264, AVCC, 320, 192));
    assertEquals(Arrays.asList(0L, 40_000L, 80_000L), added);
    assertTrue(decode(FrameKind.KEY, 120_000));
    assertEquals(320, MediaCodec.fakeLast.fakeFormat.fakeValues.get("width"));
  }

  @Test
  public void anEndWithoutACodecOrOfOneThatSaysNothingIsAnEndAllTheSame() {
    decoder.flush(this);
    decode(FrameKind.KEY, 0);
    MediaCodec silent = MediaCodec.fakeLast;
    decoder.flush(this);
    assertTrue(silent.fakeIsReleased);
    assertTrue(added.isEmpty());
    assertTrue(decode(FrameKind.KEY, 40_000));
    assertNotSame(silent, MediaCodec.fakeLast);
  }

  @Test
  public void whatIsNoRecordOrHasNoHardwareIsRefused() {
    assertFalse(decoder.configure(VideoCodec.H264, new byte[] {1, 2}, 640, 368));
    assertFalse(decoder.configure(VideoCodec.H265, AVCC, 640, 368));
  }

  @Override
  public void add(Picture picture, long ptsUs) {
    added.add(ptsUs);
  }

  @Override
  public void add(Picture picture, long ptsUs, Runnable giveBack) {
    throw new AssertionError("lent");
  }
}
