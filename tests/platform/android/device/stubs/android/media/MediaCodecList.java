// SPDX-License-Identifier: Apache-2.0
package android.media;

public final class MediaCodecList {
  public static final int REGULAR_CODECS = 0;
  public MediaCodecList(int a) {}
  public MediaCodecInfo[] getCodecInfos() { return null; }
}
