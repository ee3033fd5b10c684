// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.util.concurrent.atomic.AtomicInteger;

/** Addresses of streams at the edge, each used once. */
final class Streams {
  static String publishPrefix;
  static String playPrefix;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  final String publishUrl;
  final String playUrl;

  /** The WebRTC address of a port of this machine that is not the edge's. */
  String realtimeAt(int port) {
    String path = playUrl.substring(playUrl.indexOf('/', "http://".length()));
    return "rts://127.0.0.1:" + port + path.replace(".flv", "");
  }

  Streams() {
    String name = "java" + NUMBER.incrementAndGet();
    publishUrl = publishPrefix + "/" + name;
    playUrl = playPrefix + "/" + name + ".flv";
  }
}
