// SPDX-License-Identifier: Apache-2.0
package live.onair;

import org.junit.internal.TextListener;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;

/**
 * Runs test classes by their names; the last two arguments are an edge's prefixes for publishers
 * and for viewers. Exit: 0 where all passed.
 */
public final class AllTests {
  private AllTests() {}

  public static void main(String[] arguments) throws ClassNotFoundException {
    int count = arguments.length - 2;
    Streams.publishPrefix = arguments[count];
    Streams.playPrefix = arguments[count + 1];
    Class<?>[] classes = new Class<?>[count];
    for (int i = 0; i < count; ++i) {
      classes[i] = Class.forName("live.onair." + arguments[i]);
    }
    JUnitCore core = new JUnitCore();
    core.addListener(new TextListener(System.out));
    Result result = core.run(classes);
    System.exit(result.wasSuccessful() ? 0 : 1);
  }
}
