// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/**
 * An address in, pictures and sound out.
 *
 * <pre>{@code
 * Player player = Player.create(
 *     new PlayerConfig.Builder("http://host/app/stream.flv").withPulledSound().build(),
 *     executor, listener);
 * player.start();
 * try (LentPicture picture = player.takePicture(vsyncMicros)) {  // at each refresh
 *   if (picture != null) draw(picture);
 * }
 * player.pullSound(buffer, frames, heardAtMicros);               // on the app's sound thread
 * player.stop();                                                 // ENDED follows
 * player.close();
 * }</pre>
 *
 * <p>Every method may be called from any thread, and none blocks but {@link #close()}. What cannot
 * be done is thrown as {@link OnairException}, {@link ErrorCode#INVALID_STATE} by every method once
 * it is closed. It must be closed: it is not collected while it is open.
 */
public final class Player implements AutoCloseable {
  static {
    NativeLibrary.load();
  }

  /** Who hears from a player, on its executor. What a method throws is contained and logged. */
  public interface Listener {
    /**
     * It changed its state.
     *
     * @param state it is in now
     * @param error why, for RECONNECTING and for an ENDED that was not asked for; otherwise null
     * @param retryInMicros wait before the next attempt, for RECONNECTING
     */
    default void onState(PlayState state, OnairException error, long retryInMicros) {}

    /**
     * The first picture was taken for display.
     *
     * @param sinceStartMicros since {@link Player#start()}
     */
    default void onFirstPicture(long sinceStartMicros) {}

    /**
     * What the stream holds is known, or changed.
     *
     * @param tracks it has now
     */
    default void onTracks(Tracks tracks) {}

    /**
     * Sound cannot be had; pictures go on.
     *
     * @param error why
     */
    default void onSoundFailed(OnairException error) {}

    /**
     * A {@link Player#seek} is done.
     *
     * @param positionMicros where playing goes on, from the beginning
     * @param error why nothing moved; otherwise null
     */
    default void onSeeked(long positionMicros, OnairException error) {}

    /**
     * A {@link Player#takeSnapshot} is done.
     *
     * @param path of the file
     * @param error why it is not there; otherwise null
     */
    default void onSnapshot(String path, OnairException error) {}

    /**
     * A recording began or ended.
     *
     * @param path of the file
     * @param state it is in now
     * @param error why it ended too early; otherwise null
     */
    default void onRecording(String path, RecordingState state, OnairException error) {}

    /**
     * What the sender put beside a picture for apps, told once that picture is shown.
     *
     * @param ptsMicros of the picture, from the stream's start
     * @param kind payload type of SEI: 4 registered, 5 unregistered
     * @param payload of kind 5: a UUID of 16 bytes first; the callee's
     */
    default void onStreamData(long ptsMicros, int kind, byte[] payload) {}

    /**
     * The player goes to another address of the stream, did so, or did not.
     *
     * @param phase how far it is
     * @param cause why
     * @param url where to
     * @param error why it failed; null otherwise, and where there was no need any more
     * @param tookMicros since it began; 0 for BEGAN
     */
    default void onSwitch(
        SwitchPhase phase, SwitchCause cause, String url, OnairException error, long tookMicros) {}

    /**
     * Numbers, as often as the config says.
     *
     * @param stats the callee's
     */
    default void onStats(PlayerStats stats) {}
  }

  private final long handle;
  private final Messenger messenger;
  private volatile SoundFormat soundFormat = new SoundFormat(0, 0);

  private Player(long handle, Messenger messenger) {
    this.handle = handle;
    this.messenger = messenger;
  }

  /**
   * Builds threads and decoders; opens nothing.
   *
   * @param config what to play
   * @param executor on whose threads the listener hears; must not block its caller. One that runs
   *     tasks in place makes the listener hear on a thread of the library, from which {@link
   *     #close()} is refused
   * @param listener who hears
   * @return open
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming the field, {@link
   *     ErrorCode#INVALID_URL}, {@link ErrorCode#UNSUPPORTED}
   */
  public static Player create(PlayerConfig config, Executor executor, Listener listener) {
    Check.present(config, "config");
    Messenger messenger = new Messenger(Check.present(executor, "executor"));
    PlayerEvents events = new PlayerEvents(messenger, Check.present(listener, "listener"));
    long handle =
        nativeCreate(
            config.settings.toArray(),
            config.preload == null ? 0 : config.preload.handle(),
            config.decoder == null ? null : Check.present(config.decoder.get(), "decoder"),
            events);
    return new Player(handle, messenger);
  }

  /**
   * Who is woken when a picture came in while the display waits for its first one. Before {@link
   * #start()}.
   *
   * @param ready called on a thread of the library; must return at once, and may call anything but
   *     {@link #close()}
   * @throws OnairException {@link ErrorCode#INVALID_STATE} after the start
   */
  public void setPictureReady(Runnable ready) {
    nativeSetPictureReady(handle, Check.present(ready, "ready"));
  }

  /**
   * Begins to open the address. Once.
   *
   * @throws OnairException {@link ErrorCode#INVALID_STATE} after that and after {@link #stop()}
   */
  public void start() {
    nativeStart(handle);
  }

  /**
   * Ends the session; {@link PlayState#ENDED} without error follows.
   *
   * @throws OnairException {@link ErrorCode#INVALID_STATE} after that
   */
  public void stop() {
    nativeStop(handle);
  }

  /**
   * Stops, waits for the end and ends all threads; at most 500 ms, whatever the network does.
   * Afterwards no listener call begins, and none is under way on another thread. May be called
   * again, which does nothing.
   *
   * @throws OnairException {@link ErrorCode#INVALID_STATE} from a callback on a thread of the
   *     library; then nothing was done
   */
  @Override
  public void close() {
    nativeClose(handle);
    messenger.close();
  }

  /**
   * Plays another address of the same stream, such as another quality of it: it is opened beside the
   * present one and takes over at a key frame, without a gap. {@link Listener#onSwitch} says how it
   * went; where it fails the present one goes on. A later call replaces an earlier one. One of the
   * config's qualities is pinned by that as by {@link #pinQuality}.
   *
   * @param url as in the config
   * @throws OnairException {@link ErrorCode#INVALID_URL}, {@link ErrorCode#UNSUPPORTED} also for
   *     files and playlists, {@link ErrorCode#INVALID_STATE} before the start
   */
  public void switchTo(String url) {
    nativeSwitchTo(handle, Check.present(url, "url"));
  }

  /**
   * Plays one of the config's qualities, whatever the network carries; {@link Listener#onSwitch}
   * says how it went.
   *
   * @param index into {@link PlayerConfig.Builder#quality} in the order of the calls
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} for an index that they have not, {@link
   *     ErrorCode#INVALID_STATE} before the start
   */
  public void pinQuality(int index) {
    nativePinQuality(handle, index);
  }

  /**
   * Lets the player choose among the config's qualities again.
   *
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} without any, {@link
   *     ErrorCode#INVALID_STATE} before the start
   */
  public void chooseQuality() {
    nativeChooseQuality(handle);
  }

  /**
   * The picture that should stand on the display from a moment on. Counts as shown then.
   *
   * @param atMicros the coming refresh, by {@link Onair#nowMicros()}
   * @return the caller's, who closes it; null: keep what is there
   * @throws OnairException {@link ErrorCode#LIMIT} while 16 pictures are not closed
   */
  public LentPicture takePicture(long atMicros) {
    return nativeTakePicture(handle, atMicros);
  }

  /**
   * The picture that stands on the display.
   *
   * @return the caller's, who closes it; null before the first
   * @throws OnairException {@link ErrorCode#LIMIT} while 16 pictures are not closed
   */
  public LentPicture shownPicture() {
    return nativeShownPicture(handle);
  }

  /**
   * The next sound, on the app's sound thread: silence where there is none. Allocates nothing while
   * the format stays.
   *
   * @param out direct; filled from its position on, which does not move
   * @param frameCount samples of each channel that are wanted
   * @param heardAtMicros when the first of them leaves the speaker, by {@link Onair#nowMicros()}
   * @return what is in {@code out}; null: no sound yet, and what room {@code out} has is silence
   * @throws OnairException {@link ErrorCode#INVALID_STATE} without {@link
   *     PlayerConfig.Builder#withPulledSound()}, {@link ErrorCode#LIMIT} where {@code out} is too
   *     small
   */
  public SoundFormat pullSound(ByteBuffer out, int frameCount, long heardAtMicros) {
    Check.present(out, "out");
    long packed =
        nativePullSound(handle, out, out.position(), out.remaining(), frameCount, heardAtMicros);
    if (packed == 0) {
      return null;
    }
    int sampleRate = (int) (packed >> 8);
    int channels = (int) (packed & 0xff);
    SoundFormat format = soundFormat;
    if (format.sampleRate() != sampleRate || format.channels() != channels) {
      format = new SoundFormat(sampleRate, channels);
      soundFormat = format;
    }
    return format;
  }

  /**
   * Of files and HLS: the picture stands until {@link #resume()}.
   *
   * @throws OnairException {@link ErrorCode#UNSUPPORTED} for all else
   */
  public void pause() {
    nativePause(handle);
  }

  /**
   * Of files and HLS: playing goes on.
   *
   * @throws OnairException {@link ErrorCode#UNSUPPORTED} for all else
   */
  public void resume() {
    nativeResume(handle);
  }

  /**
   * Of files and HLS: the very picture of a position, paused or not; {@link Listener#onSeeked}
   * follows.
   *
   * @param positionMicros from the beginning; clamped to the duration
   * @throws OnairException {@link ErrorCode#UNSUPPORTED} for all else
   */
  public void seek(long positionMicros) {
    nativeSeek(handle, positionMicros);
  }

  /**
   * Of files and HLS: what follows the end.
   *
   * @param repeat from now on
   * @throws OnairException {@link ErrorCode#UNSUPPORTED} for all else
   */
  public void setRepeat(Repeat repeat) {
    nativeSetRepeat(handle, Check.present(repeat, "repeat").number);
  }

  /**
   * Linear gain; eased.
   *
   * @param gain clamped to 0 to 1
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} where it is no number
   */
  public void setVolume(double gain) {
    nativeSetVolume(handle, gain);
  }

  /** Silence, eased, without forgetting the volume. */
  public void mute() {
    nativeSetMuted(handle, true);
  }

  /** Sound again. */
  public void unmute() {
    nativeSetMuted(handle, false);
  }

  /**
   * Writes the picture on the display as a PNG file; {@link Listener#onSnapshot} follows.
   *
   * @param path of the file
   */
  public void takeSnapshot(String path) {
    nativeTakeSnapshot(handle, Check.present(path, "path"));
  }

  /**
   * Writes what is played, from the next key frame on, without coding it anew; {@link
   * Listener#onRecording} tells the rest.
   *
   * @param path that ends in .flv, .mp4 or .m3u8
   * @throws OnairException {@link ErrorCode#INVALID_STATE} while one is under way, {@link
   *     ErrorCode#UNSUPPORTED} for another ending
   */
  public void startRecording(String path) {
    nativeStartRecording(handle, Check.present(path, "path"));
  }

  /** Closes the file. */
  public void stopRecording() {
    nativeStopRecording(handle);
  }

  /** The device has another way to the network: connects anew at once. Once per change. */
  public void networkChanged() {
    nativeNetworkChanged(handle, null);
  }

  /**
   * The same, where the app knows the network to use.
   *
   * @param localAddress this device's address on it, as numbers; connections begin there
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} where it is no address
   */
  public void networkChanged(String localAddress) {
    nativeNetworkChanged(handle, Check.present(localAddress, "localAddress"));
  }

  /**
   * Its numbers now.
   *
   * @return the caller's
   */
  public PlayerStats stats() {
    return nativeStats(handle);
  }

  private static native long nativeCreate(
      String[] settings, long pool, PictureDecoder decoder, PlayerEvents events);

  private static native void nativeSetPictureReady(long handle, Runnable ready);

  private static native void nativeStart(long handle);

  private static native void nativeStop(long handle);

  private static native void nativeClose(long handle);

  private static native void nativeSwitchTo(long handle, String url);

  private static native void nativePinQuality(long handle, int index);

  private static native void nativeChooseQuality(long handle);

  private static native LentPicture nativeTakePicture(long handle, long atMicros);

  private static native LentPicture nativeShownPicture(long handle);

  private static native long nativePullSound(
      long handle, ByteBuffer out, int offset, int bytes, int frameCount, long heardAtMicros);

  private static native void nativePause(long handle);

  private static native void nativeResume(long handle);

  private static native void nativeSeek(long handle, long positionMicros);

  private static native void nativeSetRepeat(long handle, int repeat);

  private static native void nativeSetVolume(long handle, double gain);

  private static native void nativeSetMuted(long handle, boolean isMuted);

  private static native void nativeTakeSnapshot(long handle, String path);

  private static native void nativeStartRecording(long handle, String path);

  private static native void nativeStopRecording(long handle);

  private static native void nativeNetworkChanged(long handle, String localAddress);

  private static native PlayerStats nativeStats(long handle);
}
