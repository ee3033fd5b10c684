// SPDX-License-Identifier: Apache-2.0
package android.content;

import java.util.HashMap;
import java.util.Map;

/** Fake: hands out the services that tests put in. */
public final class FakeContext extends ContextWrapper {
  private final Map<String, Object> services = new HashMap<>();

  public FakeContext() {
    super(null);
  }

  public FakeContext with(String name, Object service) {
    services.put(name, service);
    return this;
  }

  @Override
  public Object getSystemService(String name) {
    return services.get(name);
  }
}
