// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Map;
import live.onair.VideoCodec;
import org.junit.Test;

public final class CodecKeysTest {
  private static final int COLOURS = 2130708361;

  private final VideoEncoderConfig config = new VideoEncoderConfig();

  @Test
  public void anEncoderIsAskedForAConstantRateInRealTime() {
    Map<String, Integer> keys = CodecKeys.encoder(config, COLOURS, 24);
    assertEquals(Integer.valueOf(1_500_000), keys.get("bitrate"));
    assertEquals(Integer.valueOf(2), keys.get("bitrate-mode"));
    assertEquals(Integer.valueOf(0), keys.get("priority"));
    assertEquals(Integer.valueOf(COLOURS), keys.get("color-format"));
  }

  @Test
  public void eachSystemGetsOnlyTheKeysThatItKnows() {
    Map<String, Integer> old = CodecKeys.encoder(config, COLOURS, 25);
    assertFalse(old.containsKey("latency"));
    assertFalse(old.containsKey("max-bframes"));
    assertFalse(old.containsKey("low-latency"));
    Map<String, Integer> recent = CodecKeys.encoder(config, COLOURS, 30);
    assertEquals(Integer.valueOf(1), recent.get("latency"));
    assertEquals(Integer.valueOf(0), recent.get("max-bframes"));
    assertEquals(Integer.valueOf(1), recent.get("low-latency"));
    assertFalse(CodecKeys.decoder(29).containsKey("low-latency"));
    assertTrue(CodecKeys.decoder(30).containsKey("low-latency"));
  }

  @Test
  public void keyFramesAreAskedForInWholeSecondsAndAtLeastOne() {
    config.gopMs = 500;
    assertEquals(
        Integer.valueOf(1), CodecKeys.encoder(config, COLOURS, 24).get("i-frame-interval"));
    config.gopMs = 2001;
    assertEquals(
        Integer.valueOf(3), CodecKeys.encoder(config, COLOURS, 24).get("i-frame-interval"));
  }

  @Test
  public void theProfileIsOfTheCodec() {
    assertEquals(Integer.valueOf(8), CodecKeys.encoder(config, COLOURS, 24).get("profile"));
    config.profile = VideoEncoderConfig.Profile.BASELINE;
    assertEquals(Integer.valueOf(1), CodecKeys.encoder(config, COLOURS, 24).get("profile"));
    config.codec = VideoCodec.H265;
    assertEquals(Integer.valueOf(1), CodecKeys.encoder(config, COLOURS, 24).get("profile"));
    assertEquals("video/hevc", CodecKeys.mime(VideoCodec.H265));
    assertEquals("video/avc", CodecKeys.mime(VideoCodec.H264));
  }

  @Test
  public void namesTellSoftwareFromHardware() {
    String[] software = {"OMX.google.h264.encoder", "c2.android.avc.encoder",
        "OMX.qcom.video.encoder.hevc.sw.x", "OMX.ffmpeg.h264.decoder", "AACEncoder"};
    for (String name : software) assertTrue(name, CodecKeys.isSoftwareByName(name));
    String[] hardware = {"OMX.qcom.video.encoder.avc", "c2.qti.avc.encoder", "OMX.MTK.VIDEO.A",
        "c2.exynos.h264.encoder"};
    for (String name : hardware) assertFalse(name, CodecKeys.isSoftwareByName(name));
  }
}
