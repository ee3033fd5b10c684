// SPDX-License-Identifier: Apache-2.0
package android.media;

public final class MediaCodecInfo {
  MediaCodecInfo() {}
  public boolean isEncoder() { return false; }
  public boolean isHardwareAccelerated() { return false; }
  public String getName() { return null; }
  public String[] getSupportedTypes() { return null; }
  public CodecCapabilities getCapabilitiesForType(String a) { return null; }

  public static final class CodecCapabilities {
    public static final int COLOR_FormatSurface = 2130708361;
    public static final int COLOR_FormatYUV420Flexible = 2135033992;
    public static final String FEATURE_Roi = "region-of-interest";
    CodecCapabilities() {}
    public boolean isFeatureSupported(String a) { return false; }
    public VideoCapabilities getVideoCapabilities() { return null; }
  }

  public static final class VideoCapabilities {
    VideoCapabilities() {}
    public boolean areSizeAndRateSupported(int a, int b, double c) { return false; }
  }

  public static final class EncoderCapabilities {
    public static final int BITRATE_MODE_CBR = 2;
    EncoderCapabilities() {}
  }

  public static final class CodecProfileLevel {
    public static final int AVCProfileBaseline = 1;
    public static final int AVCProfileHigh = 8;
    public static final int HEVCProfileMain = 1;
    CodecProfileLevel() {}
  }
}
