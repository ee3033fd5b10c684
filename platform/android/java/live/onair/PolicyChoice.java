// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What a policy chose for one destination; what a service sorts sessions by. Immutable. */
public final class PolicyChoice {
  private final NetworkKind network;
  private final String controller;
  private final String arm;
  private final String experiment;
  private final String policyVersion;

  PolicyChoice(
      NetworkKind network, String controller, String arm, String experiment, String policyVersion) {
    this.network = network;
    this.controller = controller;
    this.arm = arm;
    this.experiment = experiment;
    this.policyVersion = policyVersion;
  }

  /**
   * The network that it was chosen for.
   *
   * @return never null
   */
  public NetworkKind network() {
    return network;
  }

  /**
   * Who controls the rate.
   *
   * @return name of the controller in force
   */
  public String controller() {
    return controller;
  }

  /**
   * The arm of the experiment that the session is in: the same on every network.
   *
   * @return name in the policy
   */
  public String arm() {
    return arm;
  }

  /**
   * The experiment.
   *
   * @return name in the policy
   */
  public String experiment() {
    return experiment;
  }

  /**
   * The policy.
   *
   * @return its version
   */
  public String policyVersion() {
    return policyVersion;
  }
}
