// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.lang.management.ManagementFactory;

/** 720p30 to the edge and back for some seconds, in numbers. */
public final class Soak {
  private Soak() {}

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  /** Seconds, then the edge's two prefixes. Exit: 0 where what came out is what went in. */
  public static void main(String[] arguments) {
    int seconds = Integer.parseInt(arguments[0]);
    Streams.publishPrefix = arguments[1];
    Streams.playPrefix = arguments[2];
    boolean isGood = run(seconds);
    Waiting.untilNothingIsHeld();
    System.out.println("global references left: " + NativeLibrary.globalReferences());
    System.exit(isGood && Onair.callbackFailures() == 0 ? 0 : 1);
  }

  private static boolean run(int seconds) {
    Streams streams = new Streams();
    PublishEars publishEars = new PublishEars();
    PlayEars playEars = new PlayEars();
    MovingPictures pictures = new MovingPictures(1280, 720, 8);
    PublisherConfig config = new PublisherConfig.Builder(streams.publishUrl).build();
    PlayerConfig play = new PlayerConfig.Builder(streams.playUrl).withPulledSound().build();
    try (AppThread app = new AppThread();
        Publisher publisher = Publisher.create(config, app, publishEars);
        Player player = Player.create(play, app, playEars)) {
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, pictures, 30)) {
        publishEars.awaitLive();
        player.start();
        try (Viewer viewer = new Viewer(player)) {
          Waiting.until("a first picture", () -> viewer.pictures.get() > 0);
          double before = cpuSeconds();
          long shownBefore = viewer.pictures.get();
          Waiting.pause(seconds * 1000L);
          double cpu = (cpuSeconds() - before) / seconds;
          return report(publisher.stats(), player.stats(), viewer, seconds, shownBefore, cpu);
        }
      }
    }
  }

  private static boolean report(
      PublisherStats sent, PlayerStats seen, Viewer viewer, int seconds, long before, double cpu) {
    long shown = viewer.pictures.get() - before;
    PublisherStats.DestinationStats destination = sent.destinations[0];
    System.out.printf(
        "%d s of 720p30: %d captured, %d coded, %d sent, %d dropped; %d shown (%.2f a second), "
            + "%d dropped, %d stalls, %.2f %% frozen, first picture %.0f ms, latency %.0f ms, "
            + "%d loud pieces of sound, %d reconnects, %.0f %% of a core for all of it%n",
        seconds, sent.framesCaptured, sent.framesEncoded, destination.framesSent,
        sent.framesDropped + destination.framesDropped, shown, (double) shown / seconds,
        seen.framesDropped, seen.stalls, seen.freezePercent, seen.firstPictureMicros / 1e3,
        seen.latencyMicros / 1e3, viewer.loudPieces.get(), seen.reconnects, cpu * 100);
    return shown >= 29L * seconds && !viewer.bars.contains(-1);
  }
}
