// SPDX-License-Identifier: Apache-2.0
//
// An app that only publishes, with pictures of its own: what the SDK adds to it is measured.
#include "platform/sdk/publisher.h"

int main(int argc, char** argv) {
  onair::PublisherConfig config;
  config.urls.assign(argv + 1, argv + argc);
  auto publisher = onair::Publisher::Create(
      config, [](auto task) { task(); }, [](const onair::PublishEvent&) {});
  return publisher && (*publisher)->Start() ? 0 : 1;
}
