// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An app's main thread: the executor on which listeners hear. */
final class AppThread implements Executor, AutoCloseable {
  static final String NAME = "app";
  private final ExecutorService service =
      Executors.newSingleThreadExecutor(task -> new Thread(task, NAME));

  @Override
  public void execute(Runnable task) {
    service.execute(task);
  }

  @Override
  public void close() {
    service.shutdownNow();
  }
}
