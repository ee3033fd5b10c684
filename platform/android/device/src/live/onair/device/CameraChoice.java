// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** Which of a camera's sizes and frame rate ranges serve best. Pure. */
public final class CameraChoice {
  private CameraChoice() {}

  /**
   * Index of the size to capture for pictures of `width` x `height` (as they leave the sensor): the
   * smallest that covers them in the same shape, else the smallest that covers them at all, else
   * the largest. -1 for no sizes. `sizes` is {width, height} each.
   */
  public static int size(int[][] sizes, int width, int height) {
    int best = -1;
    for (int i = 0; i < sizes.length; i++) {
      if (best < 0 || isBetterSize(sizes[i], sizes[best], width, height)) best = i;
    }
    return best;
  }

  private static boolean isBetterSize(int[] size, int[] than, int width, int height) {
    int rank = rank(size, width, height);
    int thanRank = rank(than, width, height);
    if (rank != thanRank) return rank > thanRank;
    return rank == 0 ? pixels(size) > pixels(than) : pixels(size) < pixels(than);
  }

  private static int rank(int[] size, int width, int height) {
    if (size[0] < width || size[1] < height) return 0;
    return (long) size[0] * height == (long) size[1] * width ? 2 : 1;
  }

  private static long pixels(int[] size) {
    return (long) size[0] * size[1];
  }

  /**
   * Index of the range to ask for. A stream wants an even rate first: the range whose upper end is
   * nearest to `rate` without being below it; among those the one with the highest lower end, as
   * LightPreference says. -1 for no ranges. `ranges` is {lowest, highest} each.
   */
  public static int rateRange(int[][] ranges, int rate, LightPreference preference) {
    int best = -1;
    for (int i = 0; i < ranges.length; i++) {
      if (best < 0 || isBetterRange(ranges[i], ranges[best], rate, preference)) best = i;
    }
    return best;
  }

  /** What gives way in a dark room. */
  public enum LightPreference {
    /** The picture darkens, the rate stays. */
    STEADY_RATE,
    /** The rate sinks, exposures grow longer. */
    BRIGHT_PICTURE
  }

  private static boolean isBetterRange(
      int[] range, int[] than, int rate, LightPreference preference) {
    int distance = distance(range[1], rate);
    int thanDistance = distance(than[1], rate);
    if (distance != thanDistance) return distance < thanDistance;
    return preference == LightPreference.STEADY_RATE ? range[0] > than[0] : range[0] < than[0];
  }

  // A rate that is too low cannot be mended, one that is too high costs light: below weighs more.
  private static int distance(int highest, int rate) {
    return highest >= rate ? highest - rate : 1000 + rate - highest;
  }
}
