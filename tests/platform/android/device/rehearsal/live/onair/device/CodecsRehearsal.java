// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assert.fail;

import android.media.MediaCodec;
import android.media.MediaFormat;
import android.os.Build;
import android.os.FakeLoop;
import android.os.HandlerThread;
import android.view.Surface;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import live.onair.EncodedFrame;
import live.onair.EncoderTargets;
import live.onair.FrameKind;
import live.onair.RoiRegion;
import live.onair.VideoCodec;
import org.junit.Before;
import org.junit.Test;

/** Our encoder and decoder against a fake of MediaCodec. */
public final class CodecsRehearsal implements VideoEncoder.Sink {
  private static final int KEY = 1;
  private static final int CONFIG = 2;
  private static final byte[] PICTURE = {0, 0, 0, 1, 0x65, 1};

  private final List<String> told = new ArrayList<>();
  private final VideoEncoderConfig config = new VideoEncoderConfig();
  private byte[] parameterSets;

  @Before
  public void begin() {
    FakeLoop.reset();
    Build.VERSION.SDK_INT = 30;
  }

  private VideoEncoder open() throws IOException {
    return VideoEncoder.open(config, VideoEncoder.Input.SURFACE, this);
  }

  private static MediaFormat format() {
    MediaFormat format = MediaFormat.createVideoFormat("video/avc", 720, 1280);
    format.setByteBuffer("csd-0", ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 0x67}));
    format.setByteBuffer("csd-1", ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 0x68}));
    return format;
  }

  @Test
  public void theHardwareEncoderIsTakenAndAskedForWhatTheSystemKnows() throws IOException {
    open();
    MediaCodec codec = MediaCodec.fakeLast;
    assertEquals("c2.fake.avc.encoder", codec.fakeName);
    assertEquals(1_500_000, codec.fakeFormat.fakeValues.get("bitrate"));
    assertEquals(0, codec.fakeFormat.fakeValues.get("max-bframes"));
  }

  @Test
  public void aSizeThatNoHardwareTakesIsRefused() {
    config.width = 2160;
    config.height = 3840;
    try {
      open();
      fail("it was taken");
    } catch (IOException refused) {
      assertEquals("no hardware encoder for video/avc", refused.getMessage());
    }
  }

  @Test
  public void parameterSetsComeFirstAndPicturesAfterThemAndEveryBufferGoesBack()
      throws IOException {
    open();
    MediaCodec codec = MediaCodec.fakeLast;
    codec.fakeOutput(0, PICTURE, 1_000, KEY); // Nobody could decode it yet.
    codec.fakeOutput(1, new byte[] {0, 0, 0, 1, 0x67}, 0, CONFIG);
    codec.fakeCallback.onOutputFormatChanged(codec, format());
    codec.fakeOutput(2, PICTURE, 2_000, KEY);
    codec.fakeOutput(3, PICTURE, 3_000, 0);
    assertEquals(Arrays.asList("sets", "frame", "frame"), told);
    assertArrayEquals(new byte[] {0, 0, 0, 1, 0x67, 0, 0, 0, 1, 0x68}, parameterSets);
    assertEquals(Arrays.asList(0, 1, 2, 3), codec.fakeReturned);
  }

  @Test
  public void theNetworksWishesReachTheRunningCodec() throws IOException {
    VideoEncoder encoder = open();
    encoder.onTarget(EncoderTargets.of(600_000, 30));
    encoder.onKeyFrameWanted();
    FakeLoop.settle();
    MediaCodec codec = MediaCodec.fakeLast;
    assertEquals(600_000, codec.fakeParameters.get(0).fakeValues.get("video-bitrate"));
    assertEquals(0, codec.fakeParameters.get(0).fakeValues.get("request-sync"));
    assertEquals(1, codec.fakeParameters.size());
    encoder.onTarget(EncoderTargets.PAUSED);
    FakeLoop.settle();
    assertEquals(1, codec.fakeParameters.get(1).fakeValues.get("drop-input-frames"));
    assertFalse(encoder.takesPicture(FakeLoop.nowUs()));
  }

  @Test
  public void regionsOfInterestReachOnlySystemsThatTakeThem() throws IOException {
    List<RoiRegion> face = Arrays.asList(new RoiRegion(0.25f, 0.25f, 0.5f, 0.5f, 1));
    VideoEncoder old = open();
    old.setRoi(face);
    FakeLoop.settle();
    assertTrue(MediaCodec.fakeLast.fakeParameters.isEmpty());

    Build.VERSION.SDK_INT = 35;
    VideoEncoder recent = open();
    recent.setRoi(face);
    FakeLoop.settle();
    assertEquals(true, MediaCodec.fakeLast.fakeFormat.fakeValues.get("feature-region-of-interest"));
    assertEquals("320,180-960,540=-10",
        MediaCodec.fakeLast.fakeParameters.get(0).fakeValues.get("qp-offset-rects"));

    config.roiForm = CodecChoice.RoiForm.MAP;
    open().setRoi(face);
    FakeLoop.settle();
    byte[] map = (byte[]) MediaCodec.fakeLast.fakeParameters.get(0).fakeValues.get("qp-offset-map");
    assertEquals(45 * 80, map.length);
  }

  @Test
  public void anEncoderThatBreaksIsReleasedToldOnceAndLeftAlone() throws IOException {
    VideoEncoder encoder = open();
    MediaCodec codec = MediaCodec.fakeLast;
    codec.fakeCallback.onError(codec, new MediaCodec.CodecException());
    codec.fakeCallback.onError(codec, new MediaCodec.CodecException());
    codec.fakeOutput(4, PICTURE, 1, KEY);
    encoder.onTarget(EncoderTargets.of(300_000, 30));
    FakeLoop.settle();
    assertEquals(Arrays.asList("failed fake"), told);
    assertTrue(codec.fakeIsReleased);
    assertTrue(HandlerThread.fakeLast.fakeIsQuit);
    assertTrue(codec.fakeReturned.isEmpty());
  }

  @Test
  public void picturesInMemoryAreReleasedWhateverBecomesOfThem() throws IOException {
    VideoEncoder encoder = VideoEncoder.open(config, VideoEncoder.Input.MEMORY, this);
    int[] releases = {0};
    for (int i = 0; i < 5; i++) {
      CapturedPicture.Shape shape = new CapturedPicture.Shape(720, 1280, 0);
      encoder.push(new CapturedPicture(shape, i * 40_000L, null, () -> releases[0]++));
    }
    FakeLoop.settle();
    assertEquals(3, releases[0]); // Two wait for an input buffer.
    MediaCodec.fakeLast.fakeCallback.onInputBufferAvailable(MediaCodec.fakeLast, 0);
    assertEquals(4, releases[0]);
    encoder.close();
    FakeLoop.settle();
    assertEquals(5, releases[0]);
  }

  @Test
  public void aDecoderBeginsWithAKeyFrameAndGetsStartCodes() throws IOException {
    VideoDecoder decoder = decoder();
    MediaCodec codec = MediaCodec.fakeLast;
    assertEquals("c2.fake.avc.decoder", codec.fakeName);
    assertEquals(1, codec.fakeFormat.fakeValues.get("low-latency"));
    assertTrue(decoder.push(lengthPrefixed(0x41), FrameKind.REFERENCE, 0));
    assertTrue(decoder.push(lengthPrefixed(0x65), FrameKind.KEY, 40_000));
    assertFalse(decoder.push(ByteBuffer.wrap(new byte[] {0, 0, 9, 9}), FrameKind.KEY, 80_000));
    FakeLoop.settle();
    codec.fakeCallback.onInputBufferAvailable(codec, 0);
    assertEquals(1, codec.fakeQueued.size());
    assertArrayEquals(new byte[] {0, 0, 0, 1, 0x65, 7}, codec.fakeQueued.get(0));
  }

  @Test
  public void aLatePictureIsNotShown() throws IOException {
    VideoDecoder decoder = decoder();
    MediaCodec codec = MediaCodec.fakeLast;
    long nowNs = System.nanoTime();
    decoder.showAt(0, nowNs + 1_000_000_000L);
    codec.fakeOutput(0, PICTURE, 40_000, 0);
    decoder.showAt(0, nowNs - 1_000_000_000L);
    codec.fakeOutput(1, PICTURE, 40_000, 0);
    assertEquals(Arrays.asList(nowNs + 1_040_000_000L), codec.fakeShownAt);
    assertEquals(Arrays.asList(0, 1), codec.fakeReturned);
  }

  @Test
  public void aDecoderThatCannotShowElsewhereIsClosedAndSaysSoOnce() throws IOException {
    RuntimeException[] refusals = {
        new IllegalArgumentException("gone"), new IllegalStateException("gone")};
    for (RuntimeException refused : refusals) {
      told.clear();
      VideoDecoder decoder = decoder();
      MediaCodec codec = MediaCodec.fakeLast;
      codec.fakeSurfaceRefused = refused;
      decoder.showOn(new Surface(null));
      decoder.showOn(new Surface(null));
      FakeLoop.settle();
      codec.fakeCallback.onError(codec, new MediaCodec.CodecException());
      assertEquals(Arrays.asList("it cannot show on another surface: gone"), told);
      assertTrue(codec.fakeIsReleased);
      assertTrue(HandlerThread.fakeLast.fakeIsQuit);
    }
  }

  private static ByteBuffer lengthPrefixed(int kind) {
    return ByteBuffer.wrap(new byte[] {0, 0, 0, 2, (byte) kind, 7});
  }

  private VideoDecoder decoder() throws IOException {
    byte[] avcC = {1, 0x42, 0, 0x1F, (byte) 0xFF, (byte) 0xE1, 0, 1, 0x67, 1, 0, 1, 0x68};
    return VideoDecoder.open(
        VideoCodec.H264, avcC, 640, 360, new Surface(null), new VideoDecoder.Listener() {
          @Override
          public void onPictureShown(long mediaUs) {}

          @Override
          public void onDecoderFailed(String what) {
            told.add(what);
          }
        });
  }

  @Override
  public void onParameterSets(byte[] sets) {
    parameterSets = sets;
    told.add("sets");
  }

  @Override
  public void onFrame(EncodedFrame frame) {
    told.add("frame");
  }

  @Override
  public void onEncoderFailed(String what, boolean isTransient) {
    told.add("failed " + what);
  }
}
