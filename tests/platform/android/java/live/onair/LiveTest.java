// SPDX-License-Identifier: Apache-2.0
package live.onair;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.After;
import org.junit.Test;

/** Real streams through a real edge. */
public class LiveTest {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 180;

  private final Streams streams = new Streams();
  private final AppThread app = new AppThread();
  private final PublishEars publishEars = new PublishEars();
  private final PlayEars playEars = new PlayEars();
  private final MovingPictures pictures = new MovingPictures(WIDTH, HEIGHT, 8);

  private PublisherConfig.Builder small() {
    return new PublisherConfig.Builder(streams.publishUrl)
        .video(
            new VideoConfig.Builder()
                .size(WIDTH, HEIGHT).bitRate(400_000).gopMillis(500).threads(1).build());
  }

  private PlayerConfig.Builder play() {
    return new PlayerConfig.Builder(streams.playUrl).withPulledSound();
  }

  /** The address that JNI finds too: the JVM is run with --add-opens for it. */
  static long addressOf(ByteBuffer buffer) {
    try {
      Field address = Buffer.class.getDeclaredField("address");
      address.setAccessible(true);
      return address.getLong(buffer) + buffer.position();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @After
  public void nothingIsHeld() {
    app.close();
    Waiting.untilNothingIsHeld();
  }

  @Test
  public void whatIsPublishedIsPlayedAndListenersHearOnTheAppsThread() {
    try (Publisher publisher =
        Publisher.create(small().statsEveryMillis(200).build(), app, publishEars)) {
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, pictures, 30)) {
        publishEars.awaitLive();
        try (Player player = Player.create(play().statsEveryMillis(200).build(), app, playEars)) {
          player.start();
          try (Viewer viewer = new Viewer(player)) {
            Waiting.until("60 pictures", () -> viewer.pictures.get() >= 60);
            Waiting.until("sound", () -> viewer.loudPieces.get() >= 50);
            assertEquals(WIDTH, viewer.width);
            assertEquals(HEIGHT, viewer.height);
            assertTrue("bars at " + viewer.bars, viewer.bars.size() >= 10);
            assertFalse("a picture without a bar", viewer.bars.contains(-1));
          }
          assertEquals(VideoCodec.H264, playEars.tracks.videoCodec());
          assertEquals(AudioCodec.AAC, playEars.tracks.audioCodec());
          assertEquals(WIDTH, playEars.tracks.width());
          PlayerStats stats = player.stats();
          assertEquals(PlayState.PLAYING, stats.state());
          assertTrue(stats.framesPresented >= 60);
          assertTrue("latency " + stats.latencyMicros, stats.latencyMicros > 0);
          player.stop();
          playEars.awaitEnd();
        }
      }
      Waiting.until("statistics", () -> !publishEars.stats.isEmpty());
      PublisherStats stats = publisher.stats();
      assertEquals(1, stats.destinations.length);
      assertEquals(PublishState.LIVE, stats.destinations[0].state());
      assertTrue(stats.destinations[0].framesSent >= 60);
      assertEquals(WIDTH, stats.width);
      publisher.stop();
      publishEars.awaitEnd();
    }
    assertTrue(publishEars.firstFrameMicros > 0);
    assertTrue(playEars.firstPictureMicros > 0);
    assertFalse(playEars.stats.isEmpty());
    assertEquals(Collections.singleton(AppThread.NAME), publishEars.threads);
    assertEquals(Collections.singleton(AppThread.NAME), playEars.threads);
    assertEquals(pictures.lent.get(), pictures.givenBack.get());
  }

  @Test
  public void picturesGoInAndComeOutWithoutACopy() {
    Set<Long> pushed = ConcurrentHashMap.newKeySet();
    Set<Long> seen = ConcurrentHashMap.newKeySet();
    Set<String> threads = ConcurrentHashMap.newKeySet();
    AtomicInteger givenBack = new AtomicInteger();
    int count = 20;
    List<ByteBuffer> buffers = new ArrayList<>();
    try (Publisher publisher = Publisher.create(small().build(), app, publishEars)) {
      publisher.setPreview(
          picture -> {
            threads.add(Thread.currentThread().getName());
            seen.add(addressOf(picture.plane(0).buffer()));
            assertTrue(picture.plane(0).buffer().isReadOnly());
            picture.close();
          });
      publisher.start();
      for (int i = 0; i < count; ++i) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(WIDTH * HEIGHT * 3 / 2);
        buffers.add(buffer);
        pictures.draw(buffer, i);
        pushed.add(addressOf(buffer));
        publisher.pushVideo(pictures.pictureOf(buffer), givenBack::incrementAndGet);
        Waiting.pause(40);
      }
      Waiting.until("a preview", () -> seen.size() >= 5);
      publisher.setPreview(null);
    }
    assertTrue("all that was seen was pushed, at the same place", pushed.containsAll(seen));
    assertEquals(Collections.singleton("onair.video"), threads);
    Waiting.until("all given back", () -> givenBack.get() == count);
  }

  @Test
  public void whatIsShownIsLentWithoutACopyAndBeyondTheEnd() {
    LentPicture kept;
    int bar;
    try (Publisher publisher = Publisher.create(small().build(), app, publishEars)) {
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, pictures, 30);
          Player player = Player.create(play().build(), app, playEars)) {
        publishEars.awaitLive();
        AtomicInteger woken = new AtomicInteger();
        player.setPictureReady(woken::incrementAndGet);
        player.start();
        AtomicReference<LentPicture> taken = new AtomicReference<>();
        Waiting.until("a picture", () -> {
          LentPicture picture = player.takePicture(Onair.nowMicros());
          if (picture != null) taken.set(picture);
          return picture != null;
        });
        kept = taken.get();
        bar = MovingPictures.findBar(kept);
        assertTrue("the display was woken", woken.get() > 0);
        try (LentPicture shown = player.shownPicture()) {
          for (int i = 0; i < 3; ++i) {
            assertEquals(
                addressOf(kept.plane(i).buffer()), addressOf(shown.plane(i).buffer()));
          }
        }
        List<LentPicture> many = new ArrayList<>();
        for (int i = 0; i < 15; ++i) {
          many.add(player.shownPicture());
        }
        assertEquals(
            ErrorCode.LIMIT,
            assertThrows(OnairException.class, player::shownPicture).code());
        many.forEach(LentPicture::close);
        player.shownPicture().close();
      }
    }
    assertEquals("read after everything was closed", bar, MovingPictures.findBar(kept));
    kept.close();
    kept.close();
    assertEquals(
        ErrorCode.INVALID_STATE,
        assertThrows(OnairException.class, () -> kept.plane(0)).code());
  }

  @Test
  public void whatListenersThrowIsContainedAndCounted() {
    long before = Onair.callbackFailures();
    PublishEars angry =
        new PublishEars() {
          @Override
          public void onState(
              int destination, PublishState state, OnairException error, long retryInMicros) {
            super.onState(destination, state, error, retryInMicros);
            throw new IllegalStateException("a listener's");
          }
        };
    try (Publisher publisher = Publisher.create(small().build(), app, angry)) {
      publisher.setPreview(
          picture -> {
            picture.close();
            throw new IllegalStateException("a preview's");
          });
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, pictures, 30)) {
        angry.awaitLive();
        Waiting.until("pictures", () -> publisher.stats().destinations[0].framesSent > 10);
        ByteBuffer buffer = ByteBuffer.allocateDirect(WIDTH * HEIGHT * 3 / 2);
        publisher.pushVideo(
            pictures.pictureOf(buffer),
            () -> {
              throw new IllegalStateException("a pool's");
            });
      }
      publisher.stop();
      angry.awaitEnd();
    }
    assertTrue("CONNECTING, LIVE, ENDED, pictures", Onair.callbackFailures() - before > 10);
  }

  @Test
  public void closingFromALibrarysThreadIsRefusedAndFromTheAppsIsDone() {
    AtomicReference<Publisher> self = new AtomicReference<>();
    AtomicReference<OnairException> refusal = new AtomicReference<>();
    PublishEars inPlace =
        new PublishEars() {
          @Override
          public void onState(
              int destination, PublishState state, OnairException error, long retryInMicros) {
            if (state == PublishState.LIVE) {
              try {
                self.get().close();
              } catch (OnairException thrown) {
                refusal.set(thrown);
              }
            }
            super.onState(destination, state, error, retryInMicros);
          }
        };
    self.set(Publisher.create(small().build(), Runnable::run, inPlace));
    self.get().start();
    inPlace.awaitLive();
    assertEquals(ErrorCode.INVALID_STATE, refusal.get().code());
    assertEquals(Collections.singleton("onair.app"), inPlace.threads);
    self.get().close();

    Streams other = new Streams();
    PublishEars closing =
        new PublishEars() {
          @Override
          public void onState(
              int destination, PublishState state, OnairException error, long retryInMicros) {
            super.onState(destination, state, error, retryInMicros);
            if (state == PublishState.LIVE) {
              self.get().close();
            }
          }
        };
    self.set(
        Publisher.create(new PublisherConfig.Builder(other.publishUrl).build(), app, closing));
    self.get().start();
    Waiting.until("closed", () -> {
      try {
        self.get().stats();
        return false;
      } catch (OnairException closed) {
        return closed.code() == ErrorCode.INVALID_STATE;
      }
    });
  }

  @Test
  public void pathsOfAnyLanguageReachTheDiskAndComeBack() throws IOException {
    Path folder = Files.createTempDirectory(Paths.get(""), "onair");
    // Two of its characters lie outside the basic plane, which JNI's own text would break.
    String snapshot = folder.resolve("快照-\uD83D\uDCF7.png").toString();
    String recording = folder.resolve("录像-\uD83C\uDFAC.flv").toString();
    try (Publisher publisher = Publisher.create(small().build(), app, publishEars)) {
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, pictures, 30);
          Player player = Player.create(play().build(), app, playEars)) {
        publishEars.awaitLive();
        player.start();
        try (Viewer viewer = new Viewer(player)) {
          Waiting.until("pictures", () -> viewer.pictures.get() >= 5);
          player.takeSnapshot(snapshot);
          player.startRecording(recording);
          Waiting.until("a snapshot", () -> playEars.files.contains("snapshot " + snapshot));
          Waiting.until("a recording", () -> playEars.files.contains("BEGAN " + recording));
          Waiting.until("frames in it", () -> player.stats().picturesRecorded > 20);
          player.stopRecording();
          Waiting.until("its end", () -> playEars.files.contains("ENDED " + recording));
        }
      }
    }
    byte[] png = Files.readAllBytes(Paths.get(snapshot));
    assertArrayEquals(
        new byte[] {(byte) 0x89, 'P', 'N', 'G'}, new byte[] {png[0], png[1], png[2], png[3]});
    assertTrue(Files.size(Paths.get(recording)) > 1000);
  }

  @Test
  public void framesThatTheAppCodesArePlayedInEitherFraming() throws IOException {
    FlvFile coded = FlvFile.record(small(), WIDTH, HEIGHT);
    for (boolean isAnnexB : new boolean[] {false, true}) {
      Streams own = new Streams();
      AtomicInteger targets = new AtomicInteger();
      EncodedTracks tracks =
          new EncodedTracks.Builder()
              .video(isAnnexB ? coded.parameterSets() : coded.avcConfig)
              .audio(coded.aacConfig)
              .control(
                  new EncoderControl() {
                    @Override
                    public void onTarget(EncoderTarget target) {
                      if (target.bitRate() > 0 && target.frameRate() > 0) {
                        targets.incrementAndGet();
                      }
                    }

                    @Override
                    public void onKeyFrameWanted() {}
                  })
              .build();
      PublisherConfig config =
          new PublisherConfig.Builder(own.publishUrl)
              .video(
                  new VideoConfig.Builder()
                      .size(WIDTH, HEIGHT).bitRate(400_000).gopMillis(500).build())
              .encoded(tracks)
              .build();
      PublishEars ears = new PublishEars();
      try (Publisher publisher = Publisher.create(config, app, ears)) {
        publisher.start();
        try (FlvFile.Push push = coded.pushTo(publisher, isAnnexB);
            Player player =
                Player.create(
                    new PlayerConfig.Builder(own.playUrl).withPulledSound().build(),
                    app,
                    new PlayEars())) {
          ears.awaitLive();
          player.start();
          try (Viewer viewer = new Viewer(player)) {
            Waiting.until("pictures", () -> viewer.pictures.get() >= 20 && viewer.bars.size() >= 8);
            Waiting.until("sound", () -> viewer.loudPieces.get() > 10);
          }
          assertTrue(push.givenBack.get() > 20);
        }
        assertTrue("the encoder heard what the network takes", targets.get() > 0);
      }
    }
  }

  @Test
  public void aNetworkThatChangesIsToldToTheSession() {
    AtomicReference<OnairException> failure = new AtomicReference<>();
    PublishEars ears =
        new PublishEars() {
          @Override
          public void onHandOverFailed(int destination, OnairException error) {
            failure.set(error);
          }
        };
    try (Publisher publisher = Publisher.create(small().build(), app, ears)) {
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, pictures, 30)) {
        ears.awaitLive();
        Waiting.until("pictures", () -> sent(publisher) > 20);
        publisher.networkChanged(NetworkKind.CELLULAR, "203.0.113.9");  // Nobody has it.
        Waiting.until("a refusal", () -> failure.get() != null);
        assertEquals(ErrorCode.LOCAL_ADDRESS, failure.get().code());
        long before = sent(publisher);
        Waiting.until("more", () -> sent(publisher) > before + 20);
        publisher.networkChanged(NetworkKind.WIFI);
        // The edge has no key by which it could know who comes, so it is left and joined anew.
        Waiting.until(
            "a new connection", () -> publisher.stats().destinations[0].reconnects == 1);
        long again = sent(publisher);
        Waiting.until("still more", () -> sent(publisher) > again + 20);
      }
    }
  }

  private static long sent(Publisher publisher) {
    return publisher.stats().destinations[0].framesSent;
  }

  @Test
  public void aPreloadedRoomIsTakenOverAndAnotherAddressFollows() {
    Streams second = new Streams();
    PublisherConfig config =
        small().alsoTo(second.publishUrl).build();
    try (Publisher publisher = Publisher.create(config, app, publishEars)) {
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, pictures, 30);
          PreloadPool pool =
              PreloadPool.create(new PreloadConfig.Builder().build(), play().build())) {
        Waiting.until("both live", () ->
            Collections.frequency(publishEars.states, PublishState.LIVE) == 2);
        pool.setRooms(Collections.singletonList(PreloadPool.Room.of(streams.playUrl, 1)));
        Waiting.until("a first picture", () -> pool.stats().picturesDecoded > 0);
        try (Player player = Player.create(play().preload(pool).build(), app, playEars)) {
          player.start();
          try (Viewer viewer = new Viewer(player)) {
            Waiting.until("pictures", () -> viewer.pictures.get() >= 20);
            assertEquals(PreloadTier.FIRST_PICTURE, player.stats().preloaded());
            assertEquals(1, pool.stats().hits);
            player.switchTo(second.playUrl);
            Waiting.until("the other address", () -> player.stats().switches == 1);
            long before = viewer.pictures.get();
            Waiting.until("more", () -> viewer.pictures.get() >= before + 20);
          }
        }
      }
    }
  }
}
