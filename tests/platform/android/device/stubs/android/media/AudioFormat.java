// SPDX-License-Identifier: Apache-2.0
package android.media;

public class AudioFormat {
  public static final int CHANNEL_IN_MONO = 16;
  public static final int CHANNEL_IN_STEREO = 12;
  public static final int CHANNEL_OUT_MONO = 4;
  public static final int CHANNEL_OUT_STEREO = 12;
  public static final int ENCODING_PCM_16BIT = 2;
  public static final int ENCODING_PCM_FLOAT = 4;
  AudioFormat() {}

  public static class Builder {
    public Builder() {}
    public Builder setEncoding(int a) { return null; }
    public Builder setSampleRate(int a) { return null; }
    public Builder setChannelMask(int a) { return null; }
    public AudioFormat build() { return null; }
  }
}
