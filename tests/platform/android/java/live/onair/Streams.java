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

  Streams() {
    String name = "java" + NUMBER.incrementAndGet();
    publishUrl = publishPrefix + "/" + name;
    playUrl = playPrefix + "/" + name + ".flv";
  }
}
