// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import live.onair.NetworkKind;
import live.onair.device.NetworkChoice.Event;
import live.onair.device.NetworkChoice.Validity;
import org.junit.Before;
import org.junit.Test;

public final class NetworkChoiceTest {
  private static final long WIFI = 101;
  private static final long MOBILE = 102;

  private final NetworkChoice choice = new NetworkChoice();

  @Before
  public void beOnWifi() {
    choice.onAvailable(WIFI, 0);
    choice.onCapabilities(WIFI, NetworkKind.WIFI, Validity.VALIDATED, 1);
    choice.onAddress(WIFI, "192.168.1.7", 2);
  }

  @Test
  public void theFirstNetworkIsNoHandOver() {
    assertNull(choice.poll());
    assertEquals(Long.MAX_VALUE, choice.wakeAtUs());
  }

  @Test
  public void sessionsMoveOnceTheNewNetworkHasAnAddressAndWorks() {
    choice.onAvailable(MOBILE, 1_000);
    assertNull(choice.poll());
    choice.onAddress(MOBILE, "10.0.0.5", 2_000);
    assertNull(choice.poll());
    choice.onCapabilities(MOBILE, NetworkKind.CELLULAR, Validity.VALIDATED, 3_000);
    Event event = choice.poll();
    assertEquals(MOBILE, event.network);
    assertEquals(NetworkKind.CELLULAR, event.kind);
    assertEquals("10.0.0.5", event.address);
    assertNull(choice.poll());
  }

  @Test
  public void aNetworkThatIsNeverValidatedIsMovedToAfterASecond() {
    choice.onAvailable(MOBILE, 1_000);
    choice.onAddress(MOBILE, "10.0.0.5", 2_000);
    choice.onTimeout(choice.wakeAtUs() - 1);
    assertNull(choice.poll());
    choice.onTimeout(choice.wakeAtUs());
    assertEquals("10.0.0.5", choice.poll().address);
    assertEquals(Long.MAX_VALUE, choice.wakeAtUs());
  }

  @Test
  public void anotherAddressOnTheSameNetworkIsAHandOverToo() {
    choice.onAddress(WIFI, "192.168.1.44", 5_000);
    assertEquals("192.168.1.44", choice.poll().address);
    choice.onAddress(WIFI, "192.168.1.44", 6_000);
    assertNull(choice.poll());
  }

  @Test
  public void losingTheLastNetworkIsToldOnceAndItsReturnIsAHandOver() {
    choice.onLost(WIFI, 5_000);
    assertTrue(choice.poll().isOffline());
    assertNull(choice.poll());
    choice.onAvailable(WIFI, 9_000);
    choice.onCapabilities(WIFI, NetworkKind.WIFI, Validity.VALIDATED, 9_001);
    choice.onAddress(WIFI, "192.168.1.7", 9_002);
    assertEquals("192.168.1.7", choice.poll().address);
  }

  @Test
  public void aNetworkThatIsGoneBeforeItWorkedMovesNothing() {
    choice.onAvailable(MOBILE, 1_000);
    choice.onAvailable(WIFI, 2_000);
    choice.onCapabilities(WIFI, NetworkKind.WIFI, Validity.VALIDATED, 2_001);
    choice.onAddress(WIFI, "192.168.1.7", 2_002);
    choice.onAddress(MOBILE, "10.0.0.5", 2_003);
    assertNull(choice.poll());
  }

  @Test
  public void wordsOfANetworkThatIsNotPreferredChangeNothing() {
    choice.onAddress(MOBILE, "10.0.0.5", 1_000);
    choice.onCapabilities(MOBILE, NetworkKind.CELLULAR, Validity.VALIDATED, 1_001);
    choice.onLost(MOBILE, 1_002);
    assertNull(choice.poll());
  }
}
