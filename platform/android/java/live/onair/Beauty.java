// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** How faces and pictures are flattered. Immutable; all strengths 0 to 1, 0 by default. */
public final class Beauty {
  final float smooth;
  final float whiten;
  final float ruddy;
  final float sharpen;
  final float slim;
  final float eyes;

  private Beauty(
      float smooth, float whiten, float ruddy, float sharpen, float slim, float eyes) {
    this.smooth = smooth;
    this.whiten = whiten;
    this.ruddy = ruddy;
    this.sharpen = sharpen;
    this.slim = slim;
    this.eyes = eyes;
  }

  /**
   * No effect at all.
   *
   * @return where the others begin
   */
  public static Beauty none() {
    return new Beauty(0, 0, 0, 0, 0, 0);
  }

  /**
   * The same with smoother skin.
   *
   * @param strength 0 to 1
   * @return another setting
   */
  public Beauty smooth(float strength) {
    return new Beauty(strength, whiten, ruddy, sharpen, slim, eyes);
  }

  /**
   * The same with brighter skin.
   *
   * @param strength 0 to 1
   * @return another setting
   */
  public Beauty whiten(float strength) {
    return new Beauty(smooth, strength, ruddy, sharpen, slim, eyes);
  }

  /**
   * The same with rosier skin.
   *
   * @param strength 0 to 1
   * @return another setting
   */
  public Beauty ruddy(float strength) {
    return new Beauty(smooth, whiten, strength, sharpen, slim, eyes);
  }

  /**
   * The same with crisper edges.
   *
   * @param strength 0 to 1
   * @return another setting
   */
  public Beauty sharpen(float strength) {
    return new Beauty(smooth, whiten, ruddy, strength, slim, eyes);
  }

  /**
   * The same with narrower cheeks and chin; needs {@link PublisherConfig.Builder#faces}.
   *
   * @param strength 0 to 1
   * @return another setting
   */
  public Beauty slim(float strength) {
    return new Beauty(smooth, whiten, ruddy, sharpen, strength, eyes);
  }

  /**
   * The same with larger eyes; needs {@link PublisherConfig.Builder#faces} with landmarks.
   *
   * @param strength 0 to 1
   * @return another setting
   */
  public Beauty eyes(float strength) {
    return new Beauty(smooth, whiten, ruddy, sharpen, slim, strength);
  }
}
