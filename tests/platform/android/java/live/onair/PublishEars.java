// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a publisher told, and on which threads. */
class PublishEars implements Publisher.Listener {
  final List<PublishState> states = new CopyOnWriteArrayList<>();
  final List<OnairException> errors = new CopyOnWriteArrayList<>();
  final List<PublisherStats> stats = new CopyOnWriteArrayList<>();
  final Set<String> threads = ConcurrentHashMap.newKeySet();
  volatile long firstFrameMicros = -1;

  @Override
  public void onState(
      int destination, PublishState state, OnairException error, long retryInMicros) {
    threads.add(Thread.currentThread().getName());
    if (error != null) {
      errors.add(error);
    }
    states.add(state);
  }

  @Override
  public void onFirstFrameSent(int destination, long sinceStartMicros) {
    threads.add(Thread.currentThread().getName());
    firstFrameMicros = sinceStartMicros;
  }

  @Override
  public void onStats(PublisherStats numbers) {
    threads.add(Thread.currentThread().getName());
    stats.add(numbers);
  }

  void awaitLive() {
    Waiting.until("live", () -> states.contains(PublishState.LIVE));
  }

  void awaitEnd() {
    Waiting.until("ended", () -> states.contains(PublishState.ENDED));
  }
}
