// SPDX-License-Identifier: Apache-2.0
package live.onair;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

/** What may be asked, what is refused, and by which name. */
public class UsageTest {
  private static final String NOWHERE = "rtmp://127.0.0.1:9/live/nobody";
  private final AppThread app = new AppThread();

  private Publisher publisher(PublisherConfig.Builder config) {
    return Publisher.create(config.build(), app, new PublishEars());
  }

  private Player player(PlayerConfig.Builder config) {
    return Player.create(config.build(), app, new PlayEars());
  }

  private static OnairException refused(ErrorCode code, ThrowingRunnable call) {
    OnairException thrown = assertThrows(OnairException.class, call);
    assertEquals(thrown.getMessage(), code, thrown.code());
    return thrown;
  }

  @Test
  public void theLibraryTellsItsVersionAndItsClock() {
    assertTrue(Onair.version(), Onair.version().matches("\\d+\\.\\d+\\.\\d+"));
    long before = System.nanoTime() / 1000;
    long now = Onair.nowMicros();
    assertTrue(now >= before && now <= System.nanoTime() / 1000);
  }

  @Test
  public void codesHaveTheNamesOfTheOtherInterfaces() {
    assertEquals("net.connect_refused", ErrorCode.CONNECT_REFUSED.label());
    assertEquals(201, ErrorCode.CONNECT_REFUSED.number());
    assertTrue(ErrorCode.CONNECT_REFUSED.isRetryable());
    assertFalse(ErrorCode.INVALID_CONFIG.isRetryable());
    assertEquals(ErrorCode.INTERNAL, ErrorCode.of(123456));
  }

  @Test
  public void wordsThatComeFromTheLibraryAreFoundByTheirNumbers() {
    for (PublishState state : PublishState.values()) assertEquals(state, PublishState.of(state.number));
    for (PlayState state : PlayState.values()) assertEquals(state, PlayState.of(state.number));
    for (NetworkQuality word : NetworkQuality.values()) {
      assertEquals(word, NetworkQuality.of(word.number));
    }
    for (NetworkTrouble word : NetworkTrouble.values()) {
      assertEquals(word, NetworkTrouble.of(word.number));
    }
    for (UrlReason word : UrlReason.values()) assertEquals(word, UrlReason.of(word.number));
    for (NetworkKind word : NetworkKind.values()) assertEquals(word, NetworkKind.of(word.number));
    for (FrameKind word : FrameKind.values()) assertEquals(word, FrameKind.of(word.number));
    for (SwitchPhase word : SwitchPhase.values()) assertEquals(word, SwitchPhase.of(word.number));
    for (QualityMode word : QualityMode.values()) assertEquals(word, QualityMode.of(word.number));
    for (SwitchCause word : SwitchCause.values()) assertEquals(word, SwitchCause.of(word.number));
    for (PreloadTier word : PreloadTier.values()) assertEquals(word, PreloadTier.of(word.number));
    for (ErrorCode code : ErrorCode.values()) assertEquals(code, ErrorCode.of(code.number()));
    assertEquals(null, PlayState.of(99));
  }

  @Test
  public void everySettingReachesTheLibrary() {
    PublisherConfig.Builder publish =
        new PublisherConfig.Builder(NOWHERE)
            .alsoTo("rts://127.0.0.1:9/live/nobody")
            .video(
                new VideoConfig.Builder()
                    .codec(VideoCodec.H264).profile(H264Profile.CONSTRAINED_BASELINE)
                    .size(640, 360).frameRate(25).bitRate(800_000).minBitRate(100_000)
                    .gopMillis(1000).control(ControlMode.FLUENCY).preset("ultrafast").threads(1)
                    .build())
            .audio(
                new AudioConfig.Builder()
                    .codec(AudioCodec.OPUS).sampleRate(48_000).channels(1).bitRate(32_000).build())
            .bearerToken("t")
            .iceServer(IceServer.stun("stun:127.0.0.1"))
            .iceServer(IceServer.turn("turn:127.0.0.1", "u", "p"))
            .trustAnybody().maxReconnects(1).network(NetworkKind.WIFI).statsEveryMillis(100).seed(9);
    publisher(publish).close();
    PlayerConfig.Builder play =
        new PlayerConfig.Builder("rts://127.0.0.1:9/live/nobody")
            .buffer(BufferMode.FIXED).fixedDelayMillis(300).withPulledSound().bearerToken("t")
            .iceServer(IceServer.stun("stun:127.0.0.1")).trustAnybody().maxReconnects(0)
            .fallbackTo("http://127.0.0.1:9/live/nobody.flv").withoutFallback()
            .fallbackAfterMillis(500).returnAfterMillis(2000, 4000)
            .quality(PlayQuality.of("http://127.0.0.1:9/live/less.flv", 100_000))
            .quality(PlayQuality.of("rts://127.0.0.1:9/live/nobody", 200_000).size(640, 360))
            .qualityMode(QualityMode.PINNED).climbAfterMillis(2000, 4000).qualityProofMillis(3000)
            .qualityShare(0.5)
            .decodeThreads(2).statsEveryMillis(100).seed(9);
    player(play).close();
    try (Player file = player(new PlayerConfig.Builder("nothing.mp4"))) {
      file.setRepeat(Repeat.FOREVER);
    }
  }

  @Test
  public void aRefusedSettingIsNamed() {
    OnairException thrown =
        refused(
            ErrorCode.INVALID_CONFIG,
            () ->
                publisher(
                    new PublisherConfig.Builder(NOWHERE)
                        .video(new VideoConfig.Builder().frameRate(1000).build())));
    assertEquals("video.frame_rate", thrown.detail());
    assertEquals("config.invalid", thrown.name());
    assertEquals(
        "video.frame_rate: a setting is out of range [config.invalid]", thrown.getMessage());
    refused(ErrorCode.UNSUPPORTED, () -> publisher(new PublisherConfig.Builder("gopher://x/y/z")));
    refused(ErrorCode.INVALID_URL, () -> publisher(new PublisherConfig.Builder("rtmp://")));
    refused(ErrorCode.INVALID_URL, () -> player(new PlayerConfig.Builder("rtmp://")));
    refused(
        ErrorCode.INVALID_CONFIG,
        () -> publisher(new PublisherConfig.Builder(NOWHERE).statsEveryMillis(1)));
    refused(
        ErrorCode.INVALID_CONFIG,
        () -> publisher(new PublisherConfig.Builder(NOWHERE).withoutAudio().withoutVideo()));
    refused(ErrorCode.INVALID_CONFIG, () -> new PublisherConfig.Builder(null));
    refused(
        ErrorCode.INVALID_CONFIG,
        () -> publisher(new PublisherConfig.Builder(NOWHERE).policy("{", "session")));
    refused(
        ErrorCode.INVALID_CONFIG,
        () -> publisher(new PublisherConfig.Builder(NOWHERE).policy(PolicyTest.POLICY, "")));
    String flv = "http://127.0.0.1:9/live/nobody.flv";
    assertEquals(
        "quality.share",
        refused(
                ErrorCode.INVALID_CONFIG,
                () -> player(new PlayerConfig.Builder(flv).qualityShare(0.2)))
            .detail());
    assertEquals(
        "quality.most_climb_after",
        refused(
                ErrorCode.INVALID_CONFIG,
                () -> player(new PlayerConfig.Builder(flv).climbAfterMillis(2000, 1999)))
            .detail());
    assertEquals(
        "fallback.after",
        refused(
                ErrorCode.INVALID_CONFIG,
                () -> player(new PlayerConfig.Builder(flv).fallbackAfterMillis(199)))
            .detail());
    assertEquals(
        "fallback.first_return",
        refused(
                ErrorCode.INVALID_CONFIG,
                () -> player(new PlayerConfig.Builder(flv).returnAfterMillis(999, 9999)))
            .detail());
    assertEquals(
        "qualities: url is not among them",
        refused(
                ErrorCode.INVALID_CONFIG,
                () -> player(new PlayerConfig.Builder(flv).quality(PlayQuality.of("http://a/b.flv", 1))))
            .detail());
    Waiting.untilNothingIsHeld();
  }

  @Test
  public void whatIsClosedIsRefusedAndNothingElseHappens() {
    Publisher publisher = publisher(new PublisherConfig.Builder(NOWHERE));
    Player player = player(new PlayerConfig.Builder("http://127.0.0.1:9/live/nobody.flv"));
    publisher.close();
    publisher.close();
    player.close();
    player.close();

    List<ThrowingRunnable> calls = new ArrayList<>();
    Collections.addAll(
        calls,
        publisher::start, publisher::stop, publisher::mute, publisher::pause, publisher::stats,
        () -> publisher.networkChanged(NetworkKind.WIFI), () -> publisher.setPreview(null),
        () -> publisher.pushVideo(new MovingPictures(64, 64, 1).pictureOf(direct(64 * 64 * 2))),
        player::start, player::stop, player::pause, player::stats, player::shownPicture,
        () -> player.takePicture(0), () -> player.takeSnapshot("x.png"),
        () -> player.setPictureReady(() -> {}), () -> player.switchTo("http://a/b/c.flv"));
    for (ThrowingRunnable call : calls) {
      assertEquals("closed", refused(ErrorCode.INVALID_STATE, call).detail());
    }
  }

  @Test
  public void startAndStopHappenOnce() {
    try (Publisher publisher = publisher(new PublisherConfig.Builder(NOWHERE).maxReconnects(0))) {
      publisher.start();
      refused(ErrorCode.INVALID_STATE, publisher::start);
      publisher.stop();
      refused(ErrorCode.INVALID_STATE, publisher::stop);
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes);
  }

  @Test
  public void picturesThatDoNotFitTheirBuffersAreRefused() {
    try (Publisher publisher = publisher(new PublisherConfig.Builder(NOWHERE))) {
      Plane fine = Plane.of(direct(64 * 64), 64);
      Plane chroma = Plane.of(direct(32 * 32), 32);
      Plane[][] wrong = {
        {Plane.of(ByteBuffer.allocate(64 * 64), 64), chroma, chroma},  // On the heap.
        {Plane.of(direct(64 * 64 - 1), 64), chroma, chroma},
        {Plane.of(direct(64 * 64), 63), chroma, chroma},
        {Plane.of(direct(64 * 64), -64), chroma, chroma},
        {fine, Plane.of(direct(32 * 32 - 1), 32), chroma},
        {fine, chroma, Plane.of(direct(32 * 32), 32, 2)},
      };
      for (Plane[] planes : wrong) {
        Picture picture = Picture.i420(64, 64, planes[0], planes[1], planes[2]);
        String detail =
            refused(
                    ErrorCode.INVALID_CONFIG,
                    () -> publisher.pushVideo(picture, () -> { throw new AssertionError(); }))
                .detail();
        assertTrue(detail, detail.startsWith("picture."));
      }
      refused(
          ErrorCode.INVALID_CONFIG,
          () -> publisher.pushVideo(Picture.i420(0, 64, fine, chroma, chroma)));
      refused(ErrorCode.INVALID_CONFIG, () -> publisher.pushVideo(null));
    }
    Waiting.untilNothingIsHeld();
  }

  @Test
  public void soundThatDoesNotFitIsRefused() {
    try (Publisher publisher = publisher(new PublisherConfig.Builder(NOWHERE))) {
      ByteBuffer samples = direct(960);
      publisher.pushAudio(Sound.of(samples, SampleFormat.S16, 48_000, 1));
      Sound[] wrong = {
        Sound.of(ByteBuffer.allocate(960), SampleFormat.S16, 48_000, 1),
        Sound.of(samples, SampleFormat.S16, 1, 1),
        Sound.of(samples, SampleFormat.S16, 48_000, 3),
        Sound.of(direct(3), SampleFormat.S16, 48_000, 1),
        Sound.of(direct(0), SampleFormat.FLOAT, 48_000, 1),
      };
      for (Sound sound : wrong) {
        refused(ErrorCode.INVALID_CONFIG, () -> publisher.pushAudio(sound));
      }
    }
  }

  @Test
  public void codedFramesAreRefusedWhereNoneWereAnnounced() {
    try (Publisher publisher = publisher(new PublisherConfig.Builder(NOWHERE))) {
      EncodedFrame frame = EncodedFrame.video(FrameKind.KEY, direct(100), 0);
      refused(ErrorCode.INVALID_STATE, () -> publisher.pushEncoded(frame));
      refused(
          ErrorCode.INVALID_STATE,
          () -> publisher.pushEncoded(frame, () -> { throw new AssertionError(); }));
      refused(
          ErrorCode.INVALID_CONFIG,
          () -> publisher.pushEncoded(EncodedFrame.audio(ByteBuffer.allocate(9), 0)));
    }
    Waiting.untilNothingIsHeld();
  }

  @Test
  public void limitsAndEffectsOutsideTheirRangesAreRefused() {
    try (Publisher publisher = publisher(new PublisherConfig.Builder(NOWHERE))) {
      publisher.setLimits(0, 0);
      publisher.setLimits(300_000, 15);
      refused(ErrorCode.INVALID_CONFIG, () -> publisher.setLimits(-1, 0));
      refused(ErrorCode.INVALID_CONFIG, () -> publisher.setLimits(0, Double.NaN));
      publisher.setBeauty(Beauty.none().smooth(1).whiten(0.5F));
      refused(ErrorCode.INVALID_CONFIG, () -> publisher.setBeauty(Beauty.none().smooth(2)));
      refused(
          ErrorCode.INVALID_CONFIG,
          () -> publisher.networkChanged(NetworkKind.WIFI, "no address"));
    }
  }

  @Test
  public void soundIsPulledOnlyWhereItWasAskedFor() {
    String url = "http://127.0.0.1:9/live/nobody.flv";
    try (Player player = player(new PlayerConfig.Builder(url))) {
      refused(ErrorCode.INVALID_STATE, () -> player.pullSound(direct(64), 1, 0));
      refused(ErrorCode.UNSUPPORTED, player::pause);
      refused(ErrorCode.INVALID_CONFIG, () -> player.setVolume(Double.NaN));
    }
    try (Player player = player(new PlayerConfig.Builder(url).withPulledSound())) {
      ByteBuffer out = direct(64);
      out.putInt(0, 7);
      assertEquals(null, player.pullSound(out, 8, 0));
      assertEquals("silence where there is no sound", 0, out.getInt(0));
      refused(ErrorCode.INVALID_CONFIG, () -> player.pullSound(ByteBuffer.allocate(64), 8, 0));
      refused(ErrorCode.INVALID_CONFIG, () -> player.pullSound(out, 0, 0));
      ByteBuffer odd = direct(65);
      odd.position(1);
      refused(ErrorCode.INVALID_CONFIG, () -> player.pullSound(odd, 8, 0));
    }
  }

  @Test
  public void errorsOfTheNetworkArriveWithTheirCodes() {
    PublishEars ears = new PublishEars();
    PublisherConfig config = new PublisherConfig.Builder(NOWHERE).maxReconnects(0).build();
    try (Publisher publisher = Publisher.create(config, app, ears)) {
      publisher.start();
      ears.awaitEnd();
      assertEquals(ErrorCode.CONNECT_REFUSED, ears.errors.get(0).code());
    }
  }

  @Test
  public void poolsCountTheirRoomsAndRefuseOnceClosed() {
    PlayerConfig play = new PlayerConfig.Builder("http://127.0.0.1:9/live/x.flv").build();
    PreloadPool pool = PreloadPool.create(new PreloadConfig.Builder().rooms(4).build(), play);
    pool.setRooms(
        Collections.singletonList(PreloadPool.Room.of("http://127.0.0.1:9/live/x.flv", 1)));
    pool.setNetworkCost(NetworkCost.METERED);
    assertEquals(1, pool.stats().rooms);
    refused(
        ErrorCode.INVALID_CONFIG,
        () -> pool.setRooms(Collections.singletonList(PreloadPool.Room.of("http://a/b/c", 0))));
    pool.close();
    pool.close();
    refused(ErrorCode.INVALID_STATE, pool::stats);
    refused(
        ErrorCode.INVALID_CONFIG,
        () -> PreloadPool.create(new PreloadConfig.Builder().rooms(-1).build(), play));
    refused(
        ErrorCode.INVALID_STATE,
        () -> player(new PlayerConfig.Builder("http://127.0.0.1:9/live/x.flv").preload(pool)));
  }
}
