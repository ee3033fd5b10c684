// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import live.onair.RoiRegion;

/**
 * Regions of interest in the two forms that MediaCodec reads since API 35. Pure.
 *
 * <p>MediaCodec.PARAMETER_KEY_QP_OFFSET_RECTS: "a String in the format
 * Top1,Left1-Bottom1,Right1=Offset1;Top2,...". PARAMETER_KEY_QP_OFFSET_MAP: "a byte array
 * containing quantization parameter (QP) offsets in raster scan order for the entire frame at 16x16
 * granularity". Lower is better: quality +1 is the most negative offset.
 */
public final class RoiOffsets {
  private RoiOffsets() {}

  /** As core/media/roi_map.h: more are left out, the least quality first. */
  public static final int MOST_REGIONS = 16;

  private static final int BLOCK = 16;

  /**
   * The regions as rectangles in pixels, the one of highest quality first: encoders drop the last
   * ones, and where two overlap the first counts. Empty where there is nothing to change.
   * `strongestQp`: the offset of quality 1, positive, 1..51.
   */
  public static String rects(List<RoiRegion> regions, int width, int height, int strongestQp) {
    StringBuilder text = new StringBuilder();
    for (RoiRegion region : strongestFirst(regions)) {
      int offset = offset(region, strongestQp);
      Area area = area(region, width, height);
      if (offset == 0 || area.width() <= 0 || area.height() <= 0) continue;
      if (text.length() > 0) text.append(';');
      text.append(area.top).append(',').append(area.left).append('-');
      text.append(area.bottom).append(',').append(area.right).append('=').append(offset);
    }
    return text.toString();
  }

  /** One byte per block of 16x16, row by row; where regions overlap the highest quality wins. */
  public static byte[] map(List<RoiRegion> regions, int width, int height, int strongestQp) {
    int columns = (width + BLOCK - 1) / BLOCK;
    int rows = (height + BLOCK - 1) / BLOCK;
    byte[] offsets = new byte[columns * rows];
    List<RoiRegion> weakestFirst = strongestFirst(regions);
    Collections.reverse(weakestFirst);
    for (RoiRegion region : weakestFirst) {
      Area area = area(region, width, height);
      if (area.width() <= 0 || area.height() <= 0) continue;
      int lastColumn = Math.min(columns - 1, (area.right - 1) / BLOCK);
      int lastRow = Math.min(rows - 1, (area.bottom - 1) / BLOCK);
      for (int row = area.top / BLOCK; row <= lastRow; row++) {
        for (int column = area.left / BLOCK; column <= lastColumn; column++) {
          offsets[row * columns + column] = (byte) offset(region, strongestQp);
        }
      }
    }
    return offsets;
  }

  private static List<RoiRegion> strongestFirst(List<RoiRegion> regions) {
    List<RoiRegion> sorted = new ArrayList<>(regions);
    Collections.sort(sorted, new Comparator<RoiRegion>() {
      @Override
      public int compare(RoiRegion a, RoiRegion b) {
        return Float.compare(b.quality, a.quality);
      }
    });
    return sorted.size() > MOST_REGIONS ? new ArrayList<>(sorted.subList(0, MOST_REGIONS)) : sorted;
  }

  private static int offset(RoiRegion region, int strongestQp) {
    float quality = Math.max(-1f, Math.min(1f, region.quality));
    return -Math.round(quality * strongestQp);
  }

  private static Area area(RoiRegion region, int width, int height) {
    return new Area(pixel(region.x, width), pixel(region.y, height),
        pixel(region.x + region.width, width), pixel(region.y + region.height, height));
  }

  private static int pixel(float share, int side) {
    return Math.round(Math.max(0f, Math.min(1f, share)) * side);
  }
}
