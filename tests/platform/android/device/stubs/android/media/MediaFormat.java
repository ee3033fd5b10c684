// SPDX-License-Identifier: Apache-2.0
package android.media;

public final class MediaFormat {
  public static final String MIMETYPE_VIDEO_AVC = "video/avc";
  public static final String MIMETYPE_VIDEO_HEVC = "video/hevc";
  public static final String KEY_COLOR_FORMAT = "color-format";
  public static final String KEY_BIT_RATE = "bitrate";
  public static final String KEY_FRAME_RATE = "frame-rate";
  public static final String KEY_I_FRAME_INTERVAL = "i-frame-interval";
  public static final String KEY_BITRATE_MODE = "bitrate-mode";
  public static final String KEY_PROFILE = "profile";
  public static final String KEY_PRIORITY = "priority";
  public static final String KEY_LATENCY = "latency";
  public static final String KEY_MAX_B_FRAMES = "max-bframes";
  public static final String KEY_LOW_LATENCY = "low-latency";
  MediaFormat() {}
  public static MediaFormat createVideoFormat(String a, int b, int c) { return null; }
  public void setInteger(String a, int b) {}
  public void setFeatureEnabled(String a, boolean b) {}
  public void setByteBuffer(String a, java.nio.ByteBuffer b) {}
  public java.nio.ByteBuffer getByteBuffer(String a) { return null; }
}
