// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** An app that ends while it is live and plays, and closes nothing. */
public final class Leaver {
  private Leaver() {}

  /** The edge's two prefixes. Must end, in good order. */
  public static void main(String[] arguments) {
    Streams.publishPrefix = arguments[0];
    Streams.playPrefix = arguments[1];
    Streams streams = new Streams();
    PublishEars ears = new PublishEars();
    Publisher publisher =
        Publisher.create(
            new PublisherConfig.Builder(streams.publishUrl).statsEveryMillis(100).build(),
            Runnable::run,
            ears);
    publisher.start();
    try (Feeder feeder = new Feeder(publisher, new MovingPictures(1280, 720, 8), 30)) {
      ears.awaitLive();
      Player player =
          Player.create(
              new PlayerConfig.Builder(streams.playUrl).withPulledSound().build(),
              Runnable::run,
              new PlayEars());
      player.start();
      try (Viewer viewer = new Viewer(player)) {
        Waiting.until("pictures", () -> viewer.pictures.get() > 5);
      }
    }
    System.out.println("left");
  }
}
