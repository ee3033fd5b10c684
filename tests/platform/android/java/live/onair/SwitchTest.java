// SPDX-License-Identifier: Apache-2.0
package live.onair;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Collections;
import org.junit.After;
import org.junit.Test;

/**
 * A stream in two qualities, each of its own size, so that the pictures themselves say which one
 * plays; and a WebRTC address that answers nothing.
 */
public class SwitchTest {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 180;

  private final AppThread app = new AppThread();
  private final PlayEars ears = new PlayEars();
  private final Streams small = new Streams();
  private final Streams large = new Streams();

  private static PublisherConfig config(Streams to, int width, int bitRate) {
    return new PublisherConfig.Builder(to.publishUrl)
        .video(
            new VideoConfig.Builder()
                .size(width, width * HEIGHT / WIDTH).bitRate(bitRate).minBitRate(bitRate)
                .gopMillis(500).threads(1).build())
        .build();
  }

  @After
  public void nothingIsHeld() {
    app.close();
    Waiting.untilNothingIsHeld();
  }

  @Test
  public void theNetworkChoosesTheQualityUntilTheAppPinsOne() {
    PlayerConfig config =
        new PlayerConfig.Builder(small.playUrl)
            .withPulledSound()
            .quality(PlayQuality.of(small.playUrl, 250_000).size(160, 90))
            .quality(PlayQuality.of(large.playUrl, 500_000).size(320, 180))
            .climbAfterMillis(1000, 120_000)
            .build();
    PublishEars first = new PublishEars();
    PublishEars second = new PublishEars();
    try (Publisher less = Publisher.create(config(small, 160, 180_000), app, first);
        Publisher more = Publisher.create(config(large, 320, 400_000), app, second)) {
      less.start();
      more.start();
      try (Feeder one = new Feeder(less, new MovingPictures(WIDTH, HEIGHT, 8), 30);
          Feeder other = new Feeder(more, new MovingPictures(WIDTH, HEIGHT, 8), 30)) {
        first.awaitLive();
        second.awaitLive();
        try (Player player = Player.create(config, app, ears)) {
          assertThrows(OnairException.class, () -> player.pinQuality(0));
          assertThrows(OnairException.class, player::chooseQuality);
          assertEquals(small.playUrl, player.stats().url);
          player.start();
          try (Viewer viewer = new Viewer(player)) {
            Waiting.until("the one it begins with", () -> viewer.width == 160);
            Waiting.until("the better one", () -> viewer.width == 320);
            Waiting.until("word of it", () ->
                ears.switches.contains("DONE BANDWIDTH " + large.playUrl));
            assertEquals("BEGAN BANDWIDTH " + large.playUrl, ears.switches.get(0));
            Waiting.until("numbers of it", () -> player.stats().quality == 1);
            PlayerStats stats = player.stats();
            assertEquals(QualityMode.AUTOMATIC, stats.qualityMode());
            assertEquals(large.playUrl, stats.url);
            assertTrue("bandwidth " + stats.bandwidth, stats.bandwidth > 0);

            player.pinQuality(0);
            Waiting.until("the pinned one", () -> viewer.width == 160);
            Waiting.until("word of it", () ->
                ears.switches.contains("DONE ASKED " + small.playUrl));
            assertTrue(ears.switchMicros.get(ears.switchMicros.size() - 1) > 0);
            int before = ears.switches.size();
            long pictures = viewer.pictures.get();
            Waiting.until("more of it", () -> viewer.pictures.get() >= pictures + 60);
            assertEquals(before, ears.switches.size());
            assertEquals(160, viewer.width);
            assertEquals(QualityMode.PINNED, player.stats().qualityMode());
            OnairException refused =
                assertThrows(OnairException.class, () -> player.pinQuality(2));
            assertEquals(ErrorCode.INVALID_CONFIG, refused.code());
            assertThrows(OnairException.class, () -> player.pinQuality(-1));

            player.chooseQuality();
            Waiting.until("the better one again", () -> viewer.width == 320);
            long failures = player.stats().switchesFailed;
            player.switchTo("http://127.0.0.1:1/live/nothing.flv");
            Waiting.until("a failure", () ->
                ears.switches.contains("FAILED ASKED http://127.0.0.1:1/live/nothing.flv"));
            assertEquals(
                ErrorCode.CONNECT_REFUSED, ears.errors.get(ears.errors.size() - 1).code());
            Waiting.until("its number", () -> player.stats().switchesFailed > failures);
            assertTrue("three changes", player.stats().switches >= 3);
            assertTrue("a picture without a bar", !viewer.bars.contains(-1));
          }
        }
      }
    }
    assertEquals(Collections.singleton(AppThread.NAME), ears.threads);
  }

  @Test
  public void aRealtimeStreamThatDoesNotComeIsPlayedOverAnotherProtocol() throws IOException {
    PublishEars live = new PublishEars();
    try (ServerSocket mute = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Publisher publisher = Publisher.create(config(large, 320, 400_000), app, live)) {
      String realtime = large.realtimeAt(mute.getLocalPort());
      PlayerConfig config =
          new PlayerConfig.Builder(realtime)
              .withPulledSound()
              .fallbackTo(large.playUrl)
              .fallbackAfterMillis(300)
              .returnAfterMillis(60_000, 60_000)
              .build();
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, new MovingPictures(WIDTH, HEIGHT, 8), 30)) {
        live.awaitLive();
        try (Player player = Player.create(config, app, ears)) {
          player.start();
          assertEquals(realtime, player.stats().url);
          try (Viewer viewer = new Viewer(player)) {
            Waiting.until("pictures", () -> viewer.pictures.get() >= 10);
          }
          Waiting.until("its numbers", () -> player.stats().fallbacks == 1);
          assertEquals(large.playUrl, player.stats().url);
          assertEquals(-1, player.stats().quality);
          Waiting.until("word of it", () ->
              ears.switches.contains("DONE FALLBACK " + large.playUrl));
          assertEquals("BEGAN FALLBACK " + large.playUrl, ears.switches.get(0));
        }
      }
    }
  }
}
