// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * Numbers of a preload pool at one moment. Plain data, whoever has it owns it. Counters only grow.
 * The fields are filled in by their names.
 */
public final class PreloadStats {
  /** Rooms that the pool knows. */
  public long rooms;

  /** Rooms that are made ready to some degree. */
  public long readyRooms;

  /** Held by all rooms now, in bytes. */
  public long memoryBytes;

  /** Of the streams that flow now, in bits per second. */
  public long bitRate;

  /** All that came in. */
  public long bytesReceived;

  /** Of those, of rooms that were taken. */
  public long bytesUsed;

  /** Rooms taken that were connected at least. */
  public long hits;

  /** Rooms asked for and not there. */
  public long misses;

  /** First pictures made. */
  public long picturesDecoded;

  /** Rooms given up for others or for the budget. */
  public long evictions;

  /** Rooms given up because they were refused, or over. */
  public long failures;

  /** Addresses that cannot be preloaded. */
  public long unsupported;

  // Called by the library.
  PreloadStats() {}
}
