// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** One of the qualities of a live stream. Immutable. */
public final class PlayQuality {
  final String url;
  final long bitsPerSecond;
  final int width;
  final int height;

  private PlayQuality(String url, long bitsPerSecond, int width, int height) {
    this.url = Check.present(url, "quality.url");
    this.bitsPerSecond = bitsPerSecond;
    this.width = width;
    this.height = height;
  }

  /**
   * A quality by its address.
   *
   * @param url as in the config, not of a file or playlist
   * @param bitsPerSecond of pictures and sound together, as its encoder is set; above 0
   * @return the quality
   */
  public static PlayQuality of(String url, long bitsPerSecond) {
    return new PlayQuality(url, bitsPerSecond, 0, 0);
  }

  /**
   * The same, for the app's own menu.
   *
   * @param pictureWidth pixels
   * @param pictureHeight pixels
   * @return another quality
   */
  public PlayQuality size(int pictureWidth, int pictureHeight) {
    return new PlayQuality(url, bitsPerSecond, pictureWidth, pictureHeight);
  }

  /**
   * Its address.
   *
   * @return as it was given
   */
  public String url() {
    return url;
  }

  /**
   * Its rate.
   *
   * @return bits per second of pictures and sound together
   */
  public long bitsPerSecond() {
    return bitsPerSecond;
  }

  /**
   * How wide its pictures are.
   *
   * @return pixels; 0: not told
   */
  public int width() {
    return width;
  }

  /**
   * How high its pictures are.
   *
   * @return pixels; 0: not told
   */
  public int height() {
    return height;
  }

  void addTo(Settings settings) {
    settings.put("quality.url", url);
    settings.put("quality.rate", bitsPerSecond);
    settings.put("quality.width", width);
    settings.put("quality.height", height);
  }
}
