// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a player told, and on which threads. */
class PlayEars implements Player.Listener {
  final List<PlayState> states = new CopyOnWriteArrayList<>();
  final List<OnairException> errors = new CopyOnWriteArrayList<>();
  final List<PlayerStats> stats = new CopyOnWriteArrayList<>();
  final List<String> files = new CopyOnWriteArrayList<>();
  /** Phase, cause and address of each. */
  final List<String> switches = new CopyOnWriteArrayList<>();
  final List<Long> switchMicros = new CopyOnWriteArrayList<>();
  final Set<String> threads = ConcurrentHashMap.newKeySet();
  volatile Tracks tracks;
  volatile long firstPictureMicros = -1;

  @Override
  public void onState(PlayState state, OnairException error, long retryInMicros) {
    threads.add(Thread.currentThread().getName());
    if (error != null) {
      errors.add(error);
    }
    states.add(state);
  }

  @Override
  public void onFirstPicture(long sinceStartMicros) {
    threads.add(Thread.currentThread().getName());
    firstPictureMicros = sinceStartMicros;
  }

  @Override
  public void onTracks(Tracks told) {
    tracks = told;
  }

  @Override
  public void onSnapshot(String path, OnairException error) {
    files.add((error == null ? "snapshot " : "no snapshot ") + path);
  }

  @Override
  public void onRecording(String path, RecordingState state, OnairException error) {
    files.add((error == null ? state.name() : error.name()) + " " + path);
  }

  @Override
  public void onSwitch(
      SwitchPhase phase, SwitchCause cause, String url, OnairException error, long tookMicros) {
    threads.add(Thread.currentThread().getName());
    if (error != null) {
      errors.add(error);
    }
    switchMicros.add(tookMicros);
    switches.add(phase + " " + cause + " " + url);
  }

  @Override
  public void onStats(PlayerStats numbers) {
    threads.add(Thread.currentThread().getName());
    stats.add(numbers);
  }

  void awaitEnd() {
    Waiting.until("ended", () -> states.contains(PlayState.ENDED));
  }
}
