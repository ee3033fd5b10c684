// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import live.onair.VideoCodec;

/** What is asked of a hardware encoder. */
public final class VideoEncoderConfig {
  /** H.265 wants a codec that has it: see CodecChoice. */
  public VideoCodec codec = VideoCodec.H264;
  /** Pixels of the upright picture, even. */
  public int width = 720;
  /** As the width. */
  public int height = 1280;
  /** Pictures per second, at most. */
  public int frameRate = 30;
  /** Bits per second, on average. */
  public int rateBps = 1_500_000;
  /** Between key frames. */
  public int gopMs = 2000;
  /** BASELINE beside WebRTC. */
  public Profile profile = Profile.HIGH;
  /** How regions of interest are told, where the encoder takes them. */
  public CodecChoice.RoiForm roiForm = CodecChoice.RoiForm.RECTANGLES;
  /** The offset of quality 1, 1..51; more starves the background. */
  public int strongestQp = 10;

  /** Of H.264; H.265 is always Main. */
  public enum Profile { BASELINE, HIGH }

  VideoEncoderConfig copy() {
    VideoEncoderConfig copy = new VideoEncoderConfig();
    copy.codec = codec;
    copy.width = width;
    copy.height = height;
    copy.frameRate = frameRate;
    copy.rateBps = rateBps;
    copy.gopMs = gopMs;
    copy.profile = profile;
    copy.roiForm = roiForm;
    copy.strongestQp = strongestQp;
    return copy;
  }
}
