// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;

import android.content.Context;
import android.content.FakeContext;
import android.net.ConnectivityManager;
import android.net.LinkProperties;
import android.net.Network;
import android.net.NetworkCapabilities;
import android.os.Build;
import android.os.FakeLoop;
import android.os.Handler;
import android.os.PowerManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.Before;
import org.junit.Test;

/** Our watches against fakes of Android's. */
public final class WatchesRehearsal {
  private static final Network WIFI = new Network(101);
  private static final Network MOBILE = new Network(102);

  private final Handler handler = new Handler(null);
  private final List<String> told = new ArrayList<>();

  @Before
  public void begin() {
    FakeLoop.reset();
  }

  private static void offer(
      ConnectivityManager.NetworkCallback callback, Network network, int transport, String... at) {
    callback.onAvailable(network);
    callback.onCapabilitiesChanged(network, new NetworkCapabilities(transport, true));
    callback.onLinkPropertiesChanged(network, new LinkProperties(at));
    FakeLoop.settle();
  }

  @Test
  public void sessionsMoveFromWifiToTheMobileNetworkByItsFirstUsefulAddress() {
    ConnectivityManager connectivity = new ConnectivityManager();
    NetworkWatch watch =
        new NetworkWatch(new FakeContext().with(Context.CONNECTIVITY_SERVICE, connectivity),
            handler, event -> told.add(event.kind + " " + event.address));
    watch.start();
    watch.start();
    offer(connectivity.fakeCallback, WIFI, NetworkCapabilities.TRANSPORT_WIFI, "192.168.1.7");
    assertEquals(Arrays.asList(), told);
    offer(connectivity.fakeCallback, MOBILE, NetworkCapabilities.TRANSPORT_CELLULAR, "fe80::1",
        "2001:db8::5", "10.0.0.5");
    assertEquals(Arrays.asList("CELLULAR 10.0.0.5"), told);
    watch.stop();
    watch.stop();
    assertNull(connectivity.fakeCallback);
  }

  @Test
  public void aNetworkOfTheNewProtocolAloneIsMovedToByThat() {
    ConnectivityManager connectivity = new ConnectivityManager();
    NetworkWatch watch =
        new NetworkWatch(new FakeContext().with(Context.CONNECTIVITY_SERVICE, connectivity),
            handler, event -> told.add(event.address));
    watch.start();
    offer(connectivity.fakeCallback, WIFI, NetworkCapabilities.TRANSPORT_WIFI, "192.168.1.7");
    offer(connectivity.fakeCallback, MOBILE, NetworkCapabilities.TRANSPORT_CELLULAR, "fe80::1",
        "2001:db8::5");
    assertEquals(Arrays.asList("2001:db8:0:0:0:0:0:5"), told);
  }

  @Test
  public void aNetworkThatIsNeverValidatedIsMovedToByTheClock() {
    ConnectivityManager connectivity = new ConnectivityManager();
    NetworkWatch watch =
        new NetworkWatch(new FakeContext().with(Context.CONNECTIVITY_SERVICE, connectivity),
            handler, event -> told.add(event.address));
    watch.start();
    offer(connectivity.fakeCallback, WIFI, NetworkCapabilities.TRANSPORT_WIFI, "192.168.1.7");
    connectivity.fakeCallback.onAvailable(MOBILE);
    connectivity.fakeCallback.onLinkPropertiesChanged(MOBILE, new LinkProperties("10.0.0.5"));
    FakeLoop.runFor(900_000);
    assertEquals(Arrays.asList(), told);
    FakeLoop.runFor(200_000);
    assertEquals(Arrays.asList("10.0.0.5"), told);
  }

  @Test
  public void heatIsToldAtOnceAndCoolingStepByStep() {
    Build.VERSION.SDK_INT = 29;
    PowerManager power = new PowerManager();
    ThermalWatch watch = new ThermalWatch(new FakeContext().with(Context.POWER_SERVICE, power),
        handler, step -> told.add(step.name()));
    watch.start();
    FakeLoop.settle();
    power.fakeStatus(3);
    FakeLoop.settle();
    assertEquals(Arrays.asList("FEWER_PICTURES"), told);
    power.fakeStatus(0);
    FakeLoop.runFor(61_000_000);
    assertEquals(Arrays.asList("FEWER_PICTURES", "WITHOUT_BEAUTY", "FULL"), told);
    watch.stop();
    FakeLoop.settle();
    assertFalse(power.fakeIsWatched());
  }

  @Test
  public void aPhoneThatCannotSayIsNeverHot() {
    Build.VERSION.SDK_INT = 28;
    PowerManager power = new PowerManager();
    ThermalWatch watch = new ThermalWatch(new FakeContext().with(Context.POWER_SERVICE, power),
        handler, step -> told.add(step.name()));
    watch.start();
    FakeLoop.settle();
    assertFalse(power.fakeIsWatched());
    watch.stop();
    FakeLoop.settle();
  }
}
