// SPDX-License-Identifier: Apache-2.0
package android.media;

public final class MediaCrypto {
  MediaCrypto() {}
}
