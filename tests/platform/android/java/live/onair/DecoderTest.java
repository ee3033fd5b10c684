// SPDX-License-Identifier: Apache-2.0
package live.onair;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.After;
import org.junit.Test;

/** Pictures by a decoder of the app's. */
public class DecoderTest {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 180;
  private static final String NOWHERE = "http://127.0.0.1:9/live/nobody.flv";

  private final Streams streams = new Streams();
  private final AppThread app = new AppThread();
  private final PublishEars publishEars = new PublishEars();

  @After
  public void nothingIsHeld() {
    app.close();
    Waiting.untilNothingIsHeld();
  }

  /** What is asked for while a stream comes in. */
  private interface Story {
    void tell(Player player);
  }

  private void play(PictureDecoder decoder, Story story) {
    PublisherConfig publish =
        new PublisherConfig.Builder(streams.publishUrl)
            .video(
                new VideoConfig.Builder()
                    .size(WIDTH, HEIGHT).bitRate(400_000).gopMillis(500).threads(1).build())
            .build();
    PlayerConfig config =
        new PlayerConfig.Builder(streams.playUrl).withPulledSound().decoder(() -> decoder).build();
    try (Publisher publisher = Publisher.create(publish, app, publishEars)) {
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, new MovingPictures(WIDTH, HEIGHT, 8), 30)) {
        publishEars.awaitLive();
        try (Player player = Player.create(config, app, new PlayEars())) {
          player.start();
          story.tell(player);
        }
      }
    }
  }

  @Test
  public void whatTheAppsDecoderMadeIsShownWithoutACopyAndGivenBack() {
    FfmpegDecoder decoder = new FfmpegDecoder();
    play(
        decoder,
        player -> {
          try (Viewer viewer = new Viewer(player)) {
            Waiting.until("60 pictures", () -> viewer.pictures.get() >= 60);
            assertTrue("bars at " + viewer.bars, viewer.bars.size() >= 10);
            assertTrue("a picture without a bar", !viewer.bars.contains(-1));
          }
          try (LentPicture shown = player.shownPicture()) {
            assertTrue(decoder.addresses.contains(LiveTest.addressOf(shown.plane(0).buffer())));
          }
          PlayerStats stats = player.stats();
          assertTrue("latency " + stats.latencyMicros, stats.latencyMicros > 0);
          assertTrue(stats.framesDecoded >= 60 && stats.framesDecoded <= decoder.frames.get());
        });
    assertEquals(Collections.singleton("onair.decode"), decoder.threads);
    assertEquals(1, decoder.closes.get());
    Waiting.until("all given back", () -> decoder.givenBack.get() == decoder.lent.get());
  }

  /** Holds back the last picture of all that it was given, as decoders of B pictures do. */
  private static final class Late implements PictureDecoder {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final AtomicInteger added = new AtomicInteger();
    private Picture picture;
    private long heldMicros = -1;

    @Override
    public boolean configure(VideoCodec codec, byte[] record, int width, int height) {
      calls.add("configure " + width + (heldMicros >= 0 ? ", and something is inside" : ""));
      picture = new MovingPictures(width, height, 1).pictureOf(
          ByteBuffer.allocateDirect(width * height * 3 / 2));
      return true;
    }

    @Override
    public boolean decode(EncodedFrame frame, DecodedPictures out) {
      show(out);
      heldMicros = frame.ptsMicros();
      return true;
    }

    private void show(DecodedPictures out) {
      if (heldMicros < 0) {
        return;
      }
      out.add(picture, heldMicros);
      added.incrementAndGet();
      heldMicros = -1;
    }

    @Override
    public void flush(DecodedPictures out) {
      show(out);
      calls.add("flush");
    }

    @Override
    public void reset() {
      heldMicros = -1;
      calls.add("reset");
    }

    @Override
    public void close() {}
  }

  private static VideoConfig.Builder video(int width) {
    return new VideoConfig.Builder()
        .size(width, width * HEIGHT / WIDTH).bitRate(200_000).gopMillis(500).threads(1);
  }

  @Test
  public void whatIsInsideComesOutBeforeAnotherStreamIsConfigured() {
    Streams other = new Streams();
    PublishEars otherEars = new PublishEars();
    Late decoder = new Late();
    PublisherConfig more =
        new PublisherConfig.Builder(other.publishUrl).video(video(160).build()).build();
    try (Publisher publisher = Publisher.create(more, app, otherEars)) {
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, new MovingPictures(WIDTH, HEIGHT, 8), 30)) {
        otherEars.awaitLive();
        play(
            decoder,
            player -> {
              Waiting.until("pictures", () -> decoder.added.get() >= 10);
              player.switchTo(other.playUrl);
              Waiting.until("the other", () -> decoder.calls.contains("configure 160"));
              int before = decoder.added.get();
              Waiting.until("its pictures", () -> decoder.added.get() >= before + 10);
              assertTrue(
                  "decoded " + player.stats().framesDecoded,
                  player.stats().framesDecoded >= before + 9);
            });
      }
    }
    assertEquals(Arrays.asList("configure 320", "flush", "configure 160"), decoder.calls.subList(0, 3));
  }

  /** Refuses what it is told to, and tries what it must not. */
  private static class Stubborn implements PictureDecoder {
    final AtomicInteger closes = new AtomicInteger();
    final AtomicInteger calls = new AtomicInteger();
    final AtomicReference<ErrorCode> wrongTime = new AtomicReference<>();
    final AtomicReference<ErrorCode> wrongPlace = new AtomicReference<>();
    final AtomicReference<DecodedPictures> kept = new AtomicReference<>();
    final AtomicReference<Player> player = new AtomicReference<>();

    @Override
    public boolean configure(VideoCodec codec, byte[] record, int width, int height) {
      return width == WIDTH && height == HEIGHT && record.length > 7;
    }

    @Override
    public boolean decode(EncodedFrame frame, DecodedPictures out) {
      kept.set(out);
      Picture picture = new MovingPictures(WIDTH, HEIGHT, 1).pictureOf(
          ByteBuffer.allocateDirect(WIDTH * HEIGHT * 3 / 2));
      wrongTime.set(refusal(() -> out.add(picture, frame.ptsMicros() + 1)));
      if (player.get() != null) {
        // The first answer: once its player is closed by its owner, there is nothing to refuse.
        wrongPlace.compareAndSet(null, refusal(() -> player.get().close()));
      }
      if (calls.incrementAndGet() % 2 == 0) {
        throw new IllegalStateException("on purpose");
      }
      return false;
    }

    static ErrorCode refusal(Runnable call) {
      try {
        call.run();
        return null;
      } catch (OnairException refused) {
        return refused.code();
      }
    }

    @Override
    public void flush(DecodedPictures out) {}

    @Override
    public void reset() {}

    @Override
    public void close() {
      closes.incrementAndGet();
    }
  }

  @Test
  public void whatADecoderRefusesOrThrowsIsALostFrameAndNothingElse() {
    Stubborn decoder = new Stubborn();
    long before = Onair.callbackFailures();
    play(
        decoder,
        player -> {
          decoder.player.set(player);
          Waiting.until("errors", () -> player.stats().decodeErrors >= 10);
          Waiting.until("a refused close", () -> decoder.wrongPlace.get() != null);
          assertEquals(0, player.stats().framesDecoded);
        });
    assertEquals(ErrorCode.INVALID_CONFIG, decoder.wrongTime.get());
    assertEquals(ErrorCode.INVALID_STATE, decoder.wrongPlace.get());
    assertTrue(Onair.callbackFailures() >= before + 4);
    assertEquals(1, decoder.closes.get());
    Picture late = new MovingPictures(64, 64, 1).pictureOf(ByteBuffer.allocateDirect(64 * 64 * 2));
    assertEquals(
        ErrorCode.INVALID_STATE,
        Stubborn.refusal(() -> decoder.kept.get().add(late, 0)));
  }

  @Test
  public void aDecoderIsClosedWhereNoPlayerIsMadeAndItsMakersRefusalComesOut() {
    Stubborn decoder = new Stubborn();
    assertThrows(
        OnairException.class,
        () ->
            Player.create(
                new PlayerConfig.Builder(NOWHERE).decodeThreads(99).decoder(() -> decoder).build(),
                app,
                new PlayEars()));
    assertEquals(1, decoder.closes.get());
    IllegalStateException none = new IllegalStateException("no codec is free");
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                Player.create(
                    new PlayerConfig.Builder(NOWHERE).decoder(() -> { throw none; }).build(),
                    app,
                    new PlayEars()));
    assertSame(none, thrown);
    OnairException absent =
        assertThrows(
            OnairException.class,
            () ->
                Player.create(
                    new PlayerConfig.Builder(NOWHERE).decoder(() -> null).build(),
                    app,
                    new PlayEars()));
    assertEquals("decoder", absent.detail());
    assertNotNull(absent.code());
  }
}
