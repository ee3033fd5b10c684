// SPDX-License-Identifier: Apache-2.0
package android.media;

/** Fake: a codec of H.264 that can all. */
public final class MediaCodecInfo {
  private final String name;
  private final boolean isEncoder;

  MediaCodecInfo(String name, boolean isEncoder) {
    this.name = name;
    this.isEncoder = isEncoder;
  }

  public boolean isEncoder() {
    return isEncoder;
  }

  public boolean isHardwareAccelerated() {
    return name.startsWith("c2.fake");
  }

  public String getName() {
    return name;
  }

  public String[] getSupportedTypes() {
    return new String[] {"video/avc"};
  }

  public CodecCapabilities getCapabilitiesForType(String type) {
    return new CodecCapabilities();
  }

  /** Fake. */
  public static final class CodecCapabilities {
    public boolean isFeatureSupported(String name) {
      return true;
    }

    public VideoCapabilities getVideoCapabilities() {
      return new VideoCapabilities();
    }
  }

  /** Fake: nothing beyond 1080 lines. */
  public static final class VideoCapabilities {
    public boolean areSizeAndRateSupported(int width, int height, double rate) {
      return Math.min(width, height) <= 1080;
    }
  }
}
