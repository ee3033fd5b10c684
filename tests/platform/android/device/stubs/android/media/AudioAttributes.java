// SPDX-License-Identifier: Apache-2.0
package android.media;

public final class AudioAttributes {
  public static final int USAGE_MEDIA = 1;
  public static final int CONTENT_TYPE_MOVIE = 3;
  AudioAttributes() {}

  public static class Builder {
    public Builder() {}
    public Builder setUsage(int a) { return null; }
    public Builder setContentType(int a) { return null; }
    public AudioAttributes build() { return null; }
  }
}
