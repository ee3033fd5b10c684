// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.media.MediaCodecInfo;
import android.media.MediaCodecList;
import android.os.Build;
import live.onair.VideoCodec;

/** Which of the system's codecs is hardware, and what it can. Thread-safe. */
public final class CodecChoice {
  /** How regions of interest reach an encoder. */
  public enum RoiForm {
    /** It takes none: the picture is coded evenly. */
    NONE,
    /** PARAMETER_KEY_QP_OFFSET_RECTS. */
    RECTANGLES,
    /** PARAMETER_KEY_QP_OFFSET_MAP. */
    MAP
  }

  private CodecChoice() {}

  /** A hardware encoder that takes this size and rate; null where there is none. */
  public static MediaCodecInfo encoder(VideoEncoderConfig config) {
    for (MediaCodecInfo codec : new MediaCodecList(MediaCodecList.REGULAR_CODECS).getCodecInfos()) {
      if (codec.isEncoder() && isHardware(codec) && takes(codec, config)) return codec;
    }
    return null;
  }

  /** A hardware decoder; null where there is none. */
  public static MediaCodecInfo decoder(VideoCodec kind) {
    for (MediaCodecInfo codec : new MediaCodecList(MediaCodecList.REGULAR_CODECS).getCodecInfos()) {
      if (!codec.isEncoder() && isHardware(codec) && names(codec, kind)) return codec;
    }
    return null;
  }

  /** `wanted`, where the encoder takes regions of interest: only since API 35, and only some. */
  public static RoiForm roiForm(MediaCodecInfo codec, VideoCodec kind, RoiForm wanted) {
    if (Build.VERSION.SDK_INT < 35) return RoiForm.NONE;
    boolean takesRoi = codec.getCapabilitiesForType(CodecKeys.mime(kind))
                           .isFeatureSupported(MediaCodecInfo.CodecCapabilities.FEATURE_Roi);
    return takesRoi ? wanted : RoiForm.NONE;
  }

  private static boolean isHardware(MediaCodecInfo codec) {
    if (Build.VERSION.SDK_INT >= 29) return Api29.isHardware(codec);
    return !CodecKeys.isSoftwareByName(codec.getName());
  }

  private static boolean names(MediaCodecInfo codec, VideoCodec kind) {
    for (String type : codec.getSupportedTypes()) {
      if (type.equalsIgnoreCase(CodecKeys.mime(kind))) return true;
    }
    return false;
  }

  private static boolean takes(MediaCodecInfo codec, VideoEncoderConfig config) {
    if (!names(codec, config.codec)) return false;
    MediaCodecInfo.VideoCapabilities video =
        codec.getCapabilitiesForType(CodecKeys.mime(config.codec)).getVideoCapabilities();
    return video != null
        && video.areSizeAndRateSupported(config.width, config.height, config.frameRate);
  }

  private static final class Api29 {
    static boolean isHardware(MediaCodecInfo codec) {
      return codec.isHardwareAccelerated();
    }
  }
}
