// SPDX-License-Identifier: Apache-2.0
package live.onair;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.After;
import org.junit.Test;

/** What decides on connections while live: an app's policy, and the addresses that it gives. */
public class PolicyTest {
  static final String POLICY =
      "{\"format\": 1, \"version\": \"v7\", \"experiment\": \"java\", \"arms\": [{\"name\": \"all\","
          + " \"per_mille\": 1000, \"rules\": [{\"network\": \"wifi\", \"transport\": \"rtmp\","
          + " \"controller\": \"obs\"}]}]}";

  private final Streams streams = new Streams();
  private final AppThread app = new AppThread();
  private final MovingPictures pictures = new MovingPictures(320, 180, 8);

  private static PublisherConfig.Builder config(String url) {
    return new PublisherConfig.Builder(url)
        .video(
            new VideoConfig.Builder()
                .size(320, 180).bitRate(400_000).gopMillis(500).threads(1).build());
  }

  @After
  public void nothingIsHeld() {
    app.close();
    Waiting.untilNothingIsHeld();
  }

  @Test
  public void aPolicyChoosesByTheNetworkAndIsTold() {
    List<PolicyChoice> choices = new CopyOnWriteArrayList<>();
    PublishEars ears =
        new PublishEars() {
          @Override
          public void onPolicyChosen(int destination, PolicyChoice choice) {
            threads.add(Thread.currentThread().getName());
            choices.add(choice);
          }
        };
    PublisherConfig config =
        config(streams.publishUrl)
            .policy(POLICY, "session-1").network(NetworkKind.WIFI).build();
    try (Publisher publisher = Publisher.create(config, app, ears)) {
      publisher.start();
      try (Feeder feeder = new Feeder(publisher, pictures, 30)) {
        ears.awaitLive();
        Waiting.until("a choice", () -> !choices.isEmpty());
        assertEquals("obs", choices.get(0).controller());
        assertEquals(NetworkKind.WIFI, choices.get(0).network());
        assertEquals("all", choices.get(0).arm());
        assertEquals("java", choices.get(0).experiment());
        assertEquals("v7", choices.get(0).policyVersion());
        publisher.networkChanged(NetworkKind.CELLULAR);
        Waiting.until("another choice", () -> choices.size() >= 2);
        PolicyChoice next = choices.get(choices.size() - 1);
        assertEquals(NetworkKind.CELLULAR, next.network());
        assertTrue(next.controller(), !next.controller().equals("obs"));
      }
    }
    assertEquals(Collections.singleton(AppThread.NAME), ears.threads);
  }

  /** Takes connections and ends each at once. */
  private static final class Rude implements AutoCloseable {
    private final ServerSocket server;
    private final Thread thread = new Thread(this::run, "rude");

    Rude() throws IOException {
      server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
      thread.start();
    }

    String url() {
      return "rtmp://127.0.0.1:" + server.getLocalPort() + "/live/old";
    }

    private void run() {
      try {
        while (true) {
          try (Socket met = server.accept()) {
            met.getInputStream().read();
          }
        }
      } catch (IOException closed) {
        // The end.
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  public void aFreshAddressIsAskedForBeforeTheNextAttempt() throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    PublishEars ears = new PublishEars();
    try (Rude old = new Rude()) {
      PublisherConfig config =
          config(old.url())
              .refreshUrl(
                  (destination, reason, answer) -> {
                    asked.add(Thread.currentThread().getName() + " " + destination + " " + reason);
                    new Thread(
                            () -> {
                              answer.give(streams.publishUrl);
                              answer.give("rtmp://127.0.0.1:9/live/second");  // Nobody hears that.
                            })
                        .start();
                  })
              .build();
      try (Publisher publisher = Publisher.create(config, app, ears)) {
        publisher.start();
        try (Feeder feeder = new Feeder(publisher, pictures, 30)) {
          ears.awaitLive();
        }
      }
    }
    assertEquals(Collections.singletonList("app 0 RECONNECT"), asked);
  }

  @Test
  public void anAppThatNeverAnswersHoldsNothing() throws IOException {
    List<UrlAnswer> answers = new CopyOnWriteArrayList<>();
    PublishEars ears = new PublishEars();
    try (Rude old = new Rude()) {
      PublisherConfig config =
          config(old.url()).refreshUrl((destination, reason, answer) -> answers.add(answer)).build();
      try (Publisher publisher = Publisher.create(config, app, ears)) {
        publisher.start();
        Waiting.until("a question", () -> !answers.isEmpty());
        assertTrue("an open question", NativeLibrary.urlQuestions() >= 1);
      }
    }
    Waiting.until("no question is open", () -> NativeLibrary.urlQuestions() == 0);
    answers.get(0).give(streams.publishUrl);  // Of nobody any more.
    assertEquals(0, NativeLibrary.urlQuestions());
  }
}
