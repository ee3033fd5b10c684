// SPDX-License-Identifier: Apache-2.0
package android.media;

/** Fake. */
public final class AudioAttributes {
  /** Fake. */
  public static class Builder {
    public Builder setUsage(int usage) {
      return this;
    }

    public Builder setContentType(int type) {
      return this;
    }

    public AudioAttributes build() {
      return new AudioAttributes();
    }
  }
}
