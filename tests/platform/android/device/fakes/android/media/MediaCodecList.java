// SPDX-License-Identifier: Apache-2.0
package android.media;

/** Fake: a software encoder, which is not wanted, then a hardware encoder and decoder. */
public final class MediaCodecList {
  public MediaCodecList(int kind) {}

  public MediaCodecInfo[] getCodecInfos() {
    return new MediaCodecInfo[] {new MediaCodecInfo("c2.android.avc.encoder", true),
        new MediaCodecInfo("c2.fake.avc.encoder", true),
        new MediaCodecInfo("c2.fake.avc.decoder", false)};
  }
}
