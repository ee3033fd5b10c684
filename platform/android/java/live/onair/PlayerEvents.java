// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What the native player calls, on its own threads: hands on to the app's executor. */
final class PlayerEvents {
  private final Messenger messenger;
  private final Player.Listener listener;

  PlayerEvents(Messenger messenger, Player.Listener listener) {
    this.messenger = messenger;
    this.listener = listener;
  }

  void state(int state, OnairException error, long retryInMicros) {
    PlayState told = PlayState.of(state);
    messenger.tell(() -> listener.onState(told, error, retryInMicros));
  }

  void firstPicture(long sinceStartMicros) {
    messenger.tell(() -> listener.onFirstPicture(sinceStartMicros));
  }

  void tracks(int[] numbers) {
    Tracks tracks = new Tracks(numbers);
    messenger.tell(() -> listener.onTracks(tracks));
  }

  void soundFailed(OnairException error) {
    messenger.tell(() -> listener.onSoundFailed(error));
  }

  void seeked(long positionMicros, OnairException error) {
    messenger.tell(() -> listener.onSeeked(positionMicros, error));
  }

  void snapshot(String path, OnairException error) {
    messenger.tell(() -> listener.onSnapshot(path, error));
  }

  void recording(String path, int state, OnairException error) {
    RecordingState told = RecordingState.of(state);
    messenger.tell(() -> listener.onRecording(path, told, error));
  }

  void streamData(long ptsMicros, int kind, byte[] payload) {
    messenger.tell(() -> listener.onStreamData(ptsMicros, kind, payload));
  }

  void switched(int phase, int cause, String url, OnairException error, long tookMicros) {
    SwitchPhase toldPhase = SwitchPhase.of(phase);
    SwitchCause toldCause = SwitchCause.of(cause);
    messenger.tell(() -> listener.onSwitch(toldPhase, toldCause, url, error, tookMicros));
  }

  void stats(PlayerStats stats) {
    messenger.tell(() -> listener.onStats(stats));
  }
}
