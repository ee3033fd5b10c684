// SPDX-License-Identifier: Apache-2.0
package live.onair;

import static org.junit.Assert.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.Test;

/** Nothing stays behind, however often and in whatever disorder. */
public class LifecycleTest {
  private static final int TIMES = Integer.getInteger("onair.times", 200);

  private static int threads() {
    return Thread.getAllStackTraces().size();
  }

  private static long residentKib() throws java.io.IOException {
    for (String line :
        java.nio.file.Files.readAllLines(java.nio.file.Paths.get("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new AssertionError("no VmRSS");
  }

  @Test
  public void publisherAndPlayerStartAndStopManyTimes() throws java.io.IOException {
    long slowest = 0;
    long began = System.nanoTime();
    long early = 0;
    int threadsEarly = 0;
    try (AppThread app = new AppThread()) {
      for (int i = 0; i < TIMES; ++i) {
        Streams streams = new Streams();
        PublisherConfig config =
            new PublisherConfig.Builder(streams.publishUrl)
                .video(new VideoConfig.Builder().size(160, 96).threads(1).build())
                .build();
        MovingPictures pictures = new MovingPictures(160, 96, 4);
        PublishEars ears = new PublishEars();
        try (Publisher publisher = Publisher.create(config, app, ears);
            Player player =
                Player.create(
                    new PlayerConfig.Builder(streams.playUrl).build(), app, new PlayEars())) {
          publisher.start();
          player.start();
          ears.awaitLive();
          pictures.pushTo(publisher);
          publisher.stop();
          player.stop();
          long closing = System.nanoTime();
          player.close();
          publisher.close();
          slowest = Math.max(slowest, System.nanoTime() - closing);
        }
        if (i == TIMES / 4) {
          early = residentKib();
          threadsEarly = threads();
        }
      }
    }
    Waiting.untilNothingIsHeld();
    System.out.printf(
        "%d starts and stops in %.1f s, slowest close %.0f ms, resident %d -> %d KiB%n",
        TIMES, (System.nanoTime() - began) / 1e9, slowest / 1e6, early, residentKib());
    assertTrue("threads " + threadsEarly + " -> " + threads(), threads() <= threadsEarly + 2);
    assertTrue("two closes of 500 ms took " + slowest / 1e6, slowest < 5e9);
  }

  @Test
  public void whoStillCallsWhileAnotherThreadClosesIsRefusedInGoodOrder() throws Exception {
    for (int i = 0; i < 20; ++i) {
      Publisher publisher =
          Publisher.create(
              new PublisherConfig.Builder(new Streams().publishUrl)
                  .video(new VideoConfig.Builder().size(160, 96).threads(1).build())
                  .build(),
              Runnable::run,
              new PublishEars());
      publisher.start();
      MovingPictures pictures = new MovingPictures(160, 96, 4);
      AtomicBoolean wasRefused = new AtomicBoolean();
      Thread caller =
          new Thread(
              () -> {
                try {
                  while (true) {
                    publisher.stats();
                    pictures.pushTo(publisher);
                  }
                } catch (OnairException closed) {
                  wasRefused.set(closed.code() == ErrorCode.INVALID_STATE);
                }
              });
      caller.start();
      Waiting.pause(i);
      publisher.close();
      caller.join();
      assertTrue(wasRefused.get());
    }
    Waiting.untilNothingIsHeld();
  }
}
