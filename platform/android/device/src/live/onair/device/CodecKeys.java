// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.media.MediaCodecInfo;
import android.media.MediaFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import live.onair.VideoCodec;

/**
 * Which numbers of MediaFormat are set, by what the system knows. Pure: only constants of Android
 * are used, which the compiler copies.
 */
final class CodecKeys {
  private CodecKeys() {}

  /** MediaFormat's name of a codec. */
  static String mime(VideoCodec codec) {
    return codec == VideoCodec.H265 ? MediaFormat.MIMETYPE_VIDEO_HEVC
                                    : MediaFormat.MIMETYPE_VIDEO_AVC;
  }

  /** Of an encoder that feeds a live stream: constant rate, no B pictures, no delay of its own. */
  static Map<String, Integer> encoder(VideoEncoderConfig config, int colourFormat, int apiLevel) {
    Map<String, Integer> keys = new LinkedHashMap<>();
    keys.put(MediaFormat.KEY_COLOR_FORMAT, colourFormat);
    keys.put(MediaFormat.KEY_BIT_RATE, config.rateBps);
    keys.put(MediaFormat.KEY_FRAME_RATE, config.frameRate);
    // In whole seconds before API 25; a shorter one is made by asking for key frames.
    keys.put(MediaFormat.KEY_I_FRAME_INTERVAL, Math.max(1, (config.gopMs + 999) / 1000));
    keys.put(MediaFormat.KEY_BITRATE_MODE, MediaCodecInfo.EncoderCapabilities.BITRATE_MODE_CBR);
    keys.put(MediaFormat.KEY_PROFILE, profile(config));
    keys.put(MediaFormat.KEY_PRIORITY, 0); // Real time.
    if (apiLevel >= 26) keys.put(MediaFormat.KEY_LATENCY, 1);
    if (apiLevel >= 29) keys.put(MediaFormat.KEY_MAX_B_FRAMES, 0);
    if (apiLevel >= 30) keys.put(MediaFormat.KEY_LOW_LATENCY, 1);
    return keys;
  }

  /** Of a decoder of a live stream: pictures out as soon as they are in. */
  static Map<String, Integer> decoder(int apiLevel) {
    Map<String, Integer> keys = new LinkedHashMap<>();
    keys.put(MediaFormat.KEY_PRIORITY, 0);
    if (apiLevel >= 30) keys.put(MediaFormat.KEY_LOW_LATENCY, 1);
    return keys;
  }

  private static int profile(VideoEncoderConfig config) {
    if (config.codec == VideoCodec.H265) return MediaCodecInfo.CodecProfileLevel.HEVCProfileMain;
    return config.profile == VideoEncoderConfig.Profile.HIGH
        ? MediaCodecInfo.CodecProfileLevel.AVCProfileHigh
        : MediaCodecInfo.CodecProfileLevel.AVCProfileBaseline;
  }

  /** Before API 29 only its name tells software from hardware. */
  static boolean isSoftwareByName(String name) {
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    return lower.startsWith("omx.google.") || lower.startsWith("c2.android.")
        || lower.contains(".sw.") || lower.contains("ffmpeg")
        || (!lower.startsWith("omx.") && !lower.startsWith("c2."));
  }
}
