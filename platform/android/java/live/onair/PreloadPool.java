// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.util.List;

/**
 * Rooms that a viewer will probably watch next, made ready within budgets. A player whose config
 * names the pool takes its room over as it is.
 *
 * <p>Every method may be called from any thread. {@link ErrorCode#INVALID_STATE} is thrown by every
 * method once it is closed. It must be closed: it is not collected while it is open.
 */
public final class PreloadPool implements AutoCloseable {
  static {
    NativeLibrary.load();
  }

  /** A room and how likely it is next. Immutable. */
  public static final class Room {
    private final String url;
    private final int distance;

    private Room(String url, int distance) {
      this.url = Check.present(url, "room.url");
      this.distance = distance;
    }

    /**
     * A room.
     *
     * @param url as the player's config will have it
     * @param distance swipes away from what is watched, in any direction; 1 to 1000
     * @return the room
     */
    public static Room of(String url, int distance) {
      return new Room(url, distance);
    }
  }

  private final long handle;

  private PreloadPool(long handle) {
    this.handle = handle;
  }

  /**
   * Builds threads; opens nothing.
   *
   * @param config how much
   * @param play how rooms are played; its address is not read
   * @return open
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming the field
   */
  public static PreloadPool create(PreloadConfig config, PlayerConfig play) {
    Check.present(config, "config");
    Check.present(play, "play");
    return new PreloadPool(nativeCreate(config.settings.toArray(), play.settings.toArray()));
  }

  /**
   * What is likely now. Rooms of earlier calls that are missing here count as the farthest.
   *
   * @param rooms in any order; of more than 64 the first
   */
  public void setRooms(List<Room> rooms) {
    String[] urls = new String[Check.present(rooms, "rooms").size()];
    int[] distances = new int[urls.length];
    for (int i = 0; i < urls.length; ++i) {
      Room room = Check.present(rooms.get(i), "rooms");
      urls[i] = room.url;
      distances[i] = room.distance;
    }
    nativeSetRooms(handle, urls, distances);
  }

  /**
   * What using the network costs from now on.
   *
   * @param cost as the system says
   */
  public void setNetworkCost(NetworkCost cost) {
    nativeSetNetworkCost(handle, Check.present(cost, "cost").number);
  }

  /** The device has another way to the network. Once per change. */
  public void networkChanged() {
    nativeNetworkChanged(handle);
  }

  /** Gives up all rooms at once. */
  public void cancel() {
    nativeCancel(handle);
  }

  /**
   * Its numbers now.
   *
   * @return the caller's
   */
  public PreloadStats stats() {
    return nativeStats(handle);
  }

  /**
   * Gives up all rooms; players that took one go on, and those made of it keep it until they are
   * closed. May be called again, which does nothing.
   */
  @Override
  public void close() {
    nativeClose(handle);
  }

  long handle() {
    return handle;
  }

  private static native long nativeCreate(String[] settings, String[] play);

  private static native void nativeSetRooms(long handle, String[] urls, int[] distances);

  private static native void nativeSetNetworkCost(long handle, int cost);

  private static native void nativeNetworkChanged(long handle);

  private static native void nativeCancel(long handle);

  private static native PreloadStats nativeStats(long handle);

  private static native void nativeClose(long handle);
}
