// SPDX-License-Identifier: Apache-2.0
package live.onair;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.junit.After;
import org.junit.Test;

/** What is done to pictures before viewers see them; looked at where a viewer does. */
public class EffectsTest {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 180;
  private static final String NOWHERE = "rtmp://127.0.0.1:9/live/nobody";

  private final Streams streams = new Streams();
  private final AppThread app = new AppThread();
  private final List<OnairException> faceErrors = new CopyOnWriteArrayList<>();
  private final PublishEars publishEars =
      new PublishEars() {
        @Override
        public void onFacesFailed(OnairException error) {
          threads.add(Thread.currentThread().getName());
          faceErrors.add(error);
        }
      };

  private PublisherConfig.Builder config(String url) {
    return new PublisherConfig.Builder(url)
        .video(
            new VideoConfig.Builder()
                .size(WIDTH, HEIGHT).bitRate(800_000).gopMillis(500).threads(1).build());
  }

  @After
  public void nothingIsHeld() {
    app.close();
    Waiting.untilNothingIsHeld();
  }

  /** A picture of one grey with a white bar at its left side. */
  private static Picture still() {
    ByteBuffer y = ByteBuffer.allocateDirect(WIDTH * HEIGHT);
    for (int i = 0; i < y.capacity(); ++i) {
      y.put(i, (byte) (i % WIDTH < 40 ? 220 : 60));
    }
    ByteBuffer chroma = ByteBuffer.allocateDirect(WIDTH * HEIGHT / 4);
    for (int i = 0; i < chroma.capacity(); ++i) {
      chroma.put(i, (byte) 128);
    }
    return Picture.i420(
        WIDTH,
        HEIGHT,
        Plane.of(y, WIDTH),
        Plane.of(chroma, WIDTH / 2),
        Plane.of(chroma.duplicate(), WIDTH / 2));
  }

  /** A viewer of the stream, and what feeds it. */
  private final class Room implements AutoCloseable {
    final Publisher publisher;
    private final Player player;
    private final Picture picture = still();

    Room(PublisherConfig config) {
      publisher = Publisher.create(config, app, publishEars);
      publisher.start();
      pushUntilLive();
      player =
          Player.create(new PlayerConfig.Builder(streams.playUrl).build(), app, new PlayEars());
      player.start();
    }

    private void pushUntilLive() {
      Waiting.until("live", () -> {
        publisher.pushVideo(picture);
        Waiting.pause(30);
        return publishEars.states.contains(PublishState.LIVE);
      });
    }

    /** Until the luma that a viewer sees there is so. */
    void seesAt(String what, int x, int y, IntPredicate isSo) {
      int[] last = {-1};
      try {
        Waiting.until(what, () -> {
          publisher.pushVideo(picture);
          Waiting.pause(30);
          try (LentPicture shown = player.takePicture(Onair.nowMicros())) {
            if (shown == null) {
              return false;
            }
            Plane luma = shown.plane(0);
            int at = luma.buffer().position() + y * luma.rowStride() + x;
            last[0] = luma.buffer().get(at) & 0xff;
            return isSo.test(last[0]);
          }
        });
      } catch (AssertionError never) {
        throw new AssertionError(what + ": last seen " + last[0], never);
      }
    }

    @Override
    public void close() {
      player.close();
      publisher.close();
    }
  }

  private static String invertingTable() {
    StringBuilder cube = new StringBuilder("LUT_3D_SIZE 2\n");
    for (int blue = 1; blue >= 0; --blue) {
      for (int green = 1; green >= 0; --green) {
        for (int red = 1; red >= 0; --red) {
          cube.append(red).append(' ').append(green).append(' ').append(blue).append('\n');
        }
      }
    }
    return cube.toString();
  }

  @Test
  public void viewersSeeTheWatermarkTheMirrorTheColoursAndTheAppsOwnFilter() {
    byte[] white = new byte[16 * 16 * 4];
    Arrays.fill(white, (byte) 255);
    Set<String> threads = ConcurrentHashMap.newKeySet();
    ByteBuffer filtered = ByteBuffer.allocateDirect(WIDTH * HEIGHT * 3 / 2);
    PictureFilter blackCorner =
        picture -> {
          threads.add(Thread.currentThread().getName());
          assertEquals(3, picture.planeCount());
          return copyWithBlackCorner(picture, filtered);
        };
    try (Room room = new Room(config(streams.publishUrl).build())) {
      room.seesAt("the bar", 10, 90, luma -> luma > 180);
      room.seesAt("the rest", 300, 90, luma -> luma < 100);

      room.publisher.setWatermark(Watermark.of(16, 16, white).at(200, 8));
      room.seesAt("the watermark", 208, 16, luma -> luma > 200);

      room.publisher.mirror();
      room.seesAt("the bar on the other side", 310, 90, luma -> luma > 180);
      room.seesAt("the watermark where it was", 208, 16, luma -> luma > 200);
      room.publisher.unmirror();
      room.seesAt("the bar again", 10, 90, luma -> luma > 180);

      room.publisher.setColourTable(invertingTable(), 1);
      room.seesAt("the bar inverted", 10, 90, luma -> luma < 100);
      room.seesAt("the rest inverted", 300, 90, luma -> luma > 150);
      room.publisher.setColourTable(null, 1);
      room.seesAt("the bar as it is", 10, 90, luma -> luma > 180);

      int id = room.publisher.addFilter(blackCorner);
      room.seesAt("a black corner", 4, 170, luma -> luma < 40);
      room.seesAt("the bar above it", 10, 90, luma -> luma > 180);
      room.publisher.removeFilter(id);
      room.publisher.removeFilter(id + 1000);
      room.seesAt("no corner", 4, 170, luma -> luma > 180);

      room.publisher.setWatermark(null);
      room.seesAt("no watermark", 208, 16, luma -> luma < 100);

      long failures = Onair.callbackFailures();
      int broken = room.publisher.addFilter(picture -> { throw new IllegalStateException("on purpose"); });
      int wrong = room.publisher.addFilter(
          picture -> new MovingPictures(64, 64, 1).pictureOf(ByteBuffer.allocateDirect(64 * 64 * 2)));
      Waiting.until("both to be called", () -> {
        room.seesAt("the bar, unfiltered", 10, 90, luma -> luma > 180);
        return Onair.callbackFailures() >= failures + 2;
      });
      room.publisher.removeFilter(broken);
      room.publisher.removeFilter(wrong);
    }
    assertEquals(Collections.singleton("onair.video"), threads);
  }

  private static Picture copyWithBlackCorner(LentPicture picture, ByteBuffer into) {
    int luma = WIDTH * HEIGHT;
    int at = 0;
    for (int plane = 0; plane < 3; ++plane) {
      int width = plane == 0 ? WIDTH : WIDTH / 2;
      int height = plane == 0 ? HEIGHT : HEIGHT / 2;
      ByteBuffer from = picture.plane(plane).buffer();
      for (int row = 0; row < height; ++row) {
        for (int x = 0; x < width; ++x) {
          boolean isBlack = plane == 0 && row > 150 && x < 20;
          into.put(at++, isBlack ? 16 : from.get(row * picture.plane(plane).rowStride() + x));
        }
      }
    }
    return new MovingPictures(WIDTH, HEIGHT, 1).pictureOf(into);
  }

  @Test
  public void theAppsFinderSeesUprightPicturesAndItsFailureIsToldOnce() {
    AtomicInteger looks = new AtomicInteger();
    Set<String> threads = ConcurrentHashMap.newKeySet();
    FaceFinder finder =
        picture -> {
          threads.add(Thread.currentThread().getName());
          assertEquals(WIDTH, picture.width());
          if (looks.incrementAndGet() > 5) {
            throw new IllegalStateException("on purpose");
          }
          FoundFace face = FoundFace.of(0.3F, 0.2F, 0.3F, 0.5F, 0.9F);
          return Collections.singletonList(
              face.withLandmarks(
                  new float[] {0.4F, 0.4F}, new float[] {0.5F, 0.4F}, new float[] {0.45F, 0.5F},
                  new float[] {0.4F, 0.6F}, new float[] {0.5F, 0.6F}));
        };
    try (Room room = new Room(config(streams.publishUrl).faces(finder).build())) {
      room.publisher.setBeauty(Beauty.none().slim(1).eyes(1));
      room.publisher.setRegions(Collections.singletonList(new RoiRegion(0, 0, 0.2F, 0.2F, 1)));
      Waiting.until("a failure", () -> {
        room.seesAt("the bar", 10, 90, luma -> luma > 180);
        return !faceErrors.isEmpty();
      });
      room.seesAt("pictures all the same", 10, 90, luma -> luma > 180);
      PublisherStats stats = room.publisher.stats();
      assertTrue("with faces " + stats.picturesWithFaces, stats.picturesWithFaces >= 5);
      assertEquals(5, stats.faceDetections);
      assertTrue("failed " + stats.failedFaceDetections, stats.failedFaceDetections >= 1);
      assertEquals(1, stats.followsRegions);
    }
    assertEquals(1, faceErrors.size());
    assertEquals(ErrorCode.INTERNAL, faceErrors.get(0).code());
    assertTrue(looks.get() >= 6);
    assertEquals(Collections.singleton("onair.face"), threads);
    assertTrue(publishEars.threads.contains(AppThread.NAME));
  }

  /** Grey, and in the lower half fine lines that move, for which bits are short. */
  private static Picture lines(int n) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(WIDTH * HEIGHT * 3 / 2);
    int noise = 1;
    for (int i = 0; i < WIDTH * HEIGHT; ++i) {
      noise = noise * 1664525 + 1013904223;
      int x = (i % WIDTH + 3 * n) % WIDTH;
      boolean isLow = i >= WIDTH * HEIGHT / 2;
      bytes.put(i / WIDTH * WIDTH + x, (byte) (isLow ? 70 + (noise >>> 24) % 100 : 110));
    }
    for (int i = WIDTH * HEIGHT; i < bytes.capacity(); ++i) {
      bytes.put(i, (byte) 128);
    }
    return new MovingPictures(WIDTH, HEIGHT, 1).pictureOf(bytes);
  }

  /** Differences of neighbours left of the middle, for each right of it. */
  private static double detailLeftToRight(LentPicture picture) {
    Plane luma = picture.plane(0);
    long[] detail = {1, 1};
    for (int row = HEIGHT / 2 + 8; row < HEIGHT - 8; ++row) {
      int at = luma.buffer().position() + row * luma.rowStride();
      for (int x = 16; x < WIDTH - 16; ++x) {
        if (Math.abs(x - WIDTH / 2) > 16) {
          detail[x < WIDTH / 2 ? 0 : 1] +=
              Math.abs((luma.buffer().get(at + x + 1) & 0xff) - (luma.buffer().get(at + x) & 0xff));
        }
      }
    }
    return (double) detail[0] / detail[1];
  }

  private static List<RoiRegion> halves(float left, float right) {
    return Arrays.asList(
        new RoiRegion(0, 0, 0.5F, 1, left), new RoiRegion(0.5F, 0, 0.5F, 1, right));
  }

  private static void until(String what, double[] last, BooleanSupplier isSo) {
    try {
      Waiting.until(what, isSo);
    } catch (AssertionError never) {
      throw new AssertionError(what + ": last seen " + last[0], never);
    }
  }

  @Test
  public void viewersSeeQualityWhereRegionsWantIt() {
    PublisherConfig config =
        new PublisherConfig.Builder(streams.publishUrl)
            .video(
                new VideoConfig.Builder()
                    .size(WIDTH, HEIGHT).bitRate(300_000).minBitRate(300_000).gopMillis(500)
                    .threads(1).build())
            .build();
    try (Room room = new Room(config)) {
      AtomicInteger pushed = new AtomicInteger();
      double[] last = {0};
      BooleanSupplier look =
          () -> {
            room.publisher.pushVideo(lines(pushed.incrementAndGet()));
            Waiting.pause(30);
            try (LentPicture shown = room.player.takePicture(Onair.nowMicros())) {
              if (shown != null) {
                last[0] = detailLeftToRight(shown);
              }
              return shown != null;
            }
          };
      Waiting.until("lines", () -> look.getAsBoolean() && pushed.get() >= 40);
      double plain = last[0];
      room.publisher.setRegions(halves(1, -1));
      until("detail at the left of " + plain, last, () -> look.getAsBoolean() && last[0] > plain * 1.5);
      room.publisher.setRegions(halves(-1, 1));
      until("detail at the right of " + plain, last, () -> look.getAsBoolean() && last[0] < plain / 1.5);
      assertEquals(1, room.publisher.stats().followsRegions);
    }
  }

  @Test
  public void whatIsWrongWithAnEffectIsNamed() {
    assertThrows(
        OnairException.class, () -> FoundFace.of(0, 0, 1, 1, 1).withLandmarks(null, null, null, null, null));
    try (Publisher publisher = Publisher.create(config(NOWHERE).build(), app, publishEars)) {
      OnairException table =
          assertThrows(
              OnairException.class, () -> publisher.setColourTable("LUT_3D_SIZE 2\n0 0 x\n", 1));
      assertEquals(ErrorCode.INVALID_CONFIG, table.code());
      assertEquals(2, table.nativeCode());
      assertEquals(
          ErrorCode.UNSUPPORTED,
          assertThrows(
                  OnairException.class,
                  () -> publisher.setColourTable("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n", 1))
              .code());
      assertThrows(OnairException.class, () -> publisher.setColourTable(invertingTable(), 2));
      assertThrows(
          OnairException.class, () -> publisher.setWatermark(Watermark.of(4, 4, new byte[63])));
      assertThrows(OnairException.class, () -> publisher.setBeauty(Beauty.none().slim(1.5F)));
      assertThrows(
          OnairException.class,
          () -> publisher.setRegions(Collections.nCopies(17, new RoiRegion(0, 0, 1, 1, 1))));
      assertThrows(
          OnairException.class,
          () -> publisher.setRegions(Collections.singletonList(new RoiRegion(0, 0, 1, 1, 2))));
      assertThrows(OnairException.class, () -> publisher.addFilter(null));
      for (int i = 0; i < 16; ++i) {
        publisher.addFilter(picture -> null);
      }
      assertEquals(
          ErrorCode.LIMIT,
          assertThrows(OnairException.class, () -> publisher.addFilter(picture -> null)).code());
    }
    try (Publisher silent =
        Publisher.create(
            new PublisherConfig.Builder(NOWHERE).withoutVideo().build(), app, publishEars)) {
      assertEquals(
          ErrorCode.INVALID_STATE,
          assertThrows(OnairException.class, () -> silent.addFilter(picture -> null)).code());
    }
  }
}
