// SPDX-License-Identifier: Apache-2.0
//
// Who controls a session by the word of a policy, and where that is told.
#include <algorithm>

#include "platform/sdk/qos_file.h"
#include "tests/platform/sdk/sdk_world.h"
#include "tests/support/paths.h"

namespace onair {
namespace {

using namespace sdk_test;

// One arm, so that every session is in it.
constexpr const char* kPolicy = R"({"format": 1, "version": "7", "experiment": "drain", "arms": [
  {"name": "fast", "per_mille": 1000, "rules": [
    {"network": "cellular", "controller": "onair", "parameters": {"drain_ms": 100}, "start_kbps": 250},
    {"transport": "rtmp", "controller": "obs"}]}]})";

PublisherConfig Governed(std::vector<std::string> urls, const QosPolicy& policy) {
  PublisherConfig config = SmallPublisher(std::move(urls));
  config.control.min_rate = DataRate::KilobitsPerSec(100);
  config.qos = &policy;
  config.session_id = "session-1";
  return config;
}

QosStats Told(const Publisher& publisher) {
  const auto stats = publisher.stats();
  REQUIRE(stats.destinations.at(0).qos);
  return *stats.destinations[0].qos;
}

std::vector<QosChosenEvent> Choices(const Events<PublishEvent>& events) {
  std::vector<QosChosenEvent> choices;
  for (const PublishEvent& event : events.all()) {
    if (const auto* chosen = std::get_if<QosChosenEvent>(&event)) choices.push_back(*chosen);
  }
  return choices;
}

TEST_CASE("A session's arm, controller and policy are told by event and stats, on every network") {
  EdgeHost edge;
  const auto policy = MakeQosPolicy(kPolicy);
  REQUIRE(policy);
  PublisherConfig config = Governed({edge.rtmp("room")}, **policy);
  config.network = NetworkKind::kWifi;
  Events<PublishEvent> events;
  auto publisher = Publisher::Create(config, InPlace(), events.listener());
  REQUIRE(publisher);
  (*publisher)->SetSources(TestPicture({320, 180}));
  REQUIRE((*publisher)->Start());
  const auto sent = [&] { return (*publisher)->stats().destinations[0].session.frames_sent; };
  REQUIRE(Eventually([&] { return sent() >= 5; }));

  QosStats told = Told(**publisher);
  CHECK(told.choice.arm == "fast");
  CHECK(told.choice.policy_version == "7");
  CHECK(told.choice.experiment == "drain");
  CHECK(told.choice.controller == "obs");
  CHECK(told.network == NetworkKind::kWifi);
  CHECK(told.changes == 0);
  REQUIRE(Choices(events).size() == 1);
  CHECK(Choices(events)[0].choice == told.choice);

  (*publisher)->NetworkChanged(std::nullopt, NetworkKind::kCellular);
  REQUIRE(Eventually([&] { return Told(**publisher).changes == 1; }));
  told = Told(**publisher);
  CHECK(told.choice.controller == "onair");
  CHECK(told.choice.parameters == cc::Parameters{{"drain_ms", 100}});
  CHECK(told.choice.arm == "fast");
  CHECK(told.network == NetworkKind::kCellular);
  REQUIRE(Eventually([&] { return Choices(events).size() == 2; }));
  // It goes on under the new one.
  const auto before = sent();
  CHECK(Eventually([&] { return sent() > before + 10; }));

  // The same again is no change.
  (*publisher)->NetworkChanged(std::nullopt, NetworkKind::kCellular);
  REQUIRE(Eventually([&] { return Choices(events).size() == 3; }));
  CHECK(Told(**publisher).changes == 1);
  CHECK(Told(**publisher).changes_kept == 0);
}

TEST_CASE("A rule that differs only in its first rate takes over on the network it is for") {
  EdgeHost edge;
  const auto policy =
      MakeQosPolicy(R"({"format": 1, "version": "7", "experiment": "first", "arms": [
    {"name": "one", "per_mille": 1000, "rules": [
      {"network": "cellular", "controller": "onair", "start_kbps": 150},
      {"transport": "rtmp", "controller": "onair"}]}]})");
  REQUIRE(policy);
  PublisherConfig config = Governed({edge.rtmp("room")}, **policy);
  config.network = NetworkKind::kWifi;
  auto publisher = Publisher::Create(config, InPlace(), [](const PublishEvent&) {});
  REQUIRE(publisher);
  (*publisher)->SetSources(TestPicture({320, 180}));
  REQUIRE((*publisher)->Start());
  REQUIRE(
      Eventually([&] { return (*publisher)->stats().destinations[0].session.frames_sent >= 5; }));

  (*publisher)->NetworkChanged(std::nullopt, NetworkKind::kCellular);
  CHECK(Eventually([&] { return Told(**publisher).changes == 1; }));
}

TEST_CASE("A session whose inputs are recorded keeps its controller, and says so") {
  EdgeHost edge;
  const auto policy = MakeQosPolicy(kPolicy);
  PublisherConfig config = Governed({edge.rtmp("room")}, **policy);
  config.record_inputs = testing::BinaryDir() + "/qos_inputs.log";
  Events<PublishEvent> events;
  auto publisher = Publisher::Create(config, InPlace(), events.listener());
  REQUIRE(publisher);
  REQUIRE((*publisher)->Start());
  (*publisher)->NetworkChanged(std::nullopt, NetworkKind::kCellular);
  REQUIRE(Eventually([&] { return Told(**publisher).changes_kept == 1; }));
  CHECK(Told(**publisher).choice.controller == "obs");
  CHECK(Told(**publisher).changes == 0);
  publisher->reset();
  std::remove(config.record_inputs.c_str());
}

// What an app may do by itself.
class ByHand final : public QosPolicy {
 public:
  QosChoice Choose(const QosQuestion& question) const override {
    if (question.session_id == "broken") return {.controller = "nobody"};
    return {.policy_version = "hand",
            .arm = "only",
            .controller = "onair",
            .parameters = {{"use", 0.9}}};
  }
};

TEST_CASE("An app's own policy chooses, and one that chooses nonsense is refused at once") {
  const ByHand policy;
  PublisherConfig config = Governed({"rtmp://127.0.0.1/live/room"}, policy);
  auto publisher = Publisher::Create(config, InPlace(), [](const PublishEvent&) {});
  REQUIRE(publisher);
  CHECK(Told(**publisher).choice.arm == "only");
  CHECK(Told(**publisher).choice.parameters == cc::Parameters{{"use", 0.9}});

  config.session_id = "broken";
  const auto refused = Publisher::Create(config, InPlace(), [](const PublishEvent&) {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kInvalidConfig);
  CHECK_THAT(refused.error().detail, Catch::StartsWith("qos: controller 'nobody' is unknown"));
}

TEST_CASE("A policy needs a session id, and a file has nobody to control it") {
  const ByHand policy;
  PublisherConfig config = Governed({"rtmp://127.0.0.1/live/room"}, policy);
  for (const std::string& id : {std::string(), std::string(257, 'a')}) {
    config.session_id = id;
    const auto refused = Publisher::Create(config, InPlace(), [](const PublishEvent&) {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().detail == "session_id");
  }
  const std::string path = testing::BinaryDir() + "/qos.flv";
  config = Governed({"file:" + path}, policy);
  auto publisher = Publisher::Create(config, InPlace(), [](const PublishEvent&) {});
  REQUIRE(publisher);
  CHECK_FALSE((*publisher)->stats().destinations.at(0).qos);
  publisher->reset();
  std::remove(path.c_str());
}

TEST_CASE("Where equal rates leave nothing to decide the arm is told and the rate stays") {
  const ByHand policy;
  PublisherConfig config = Governed({"rtmp://127.0.0.1/live/room"}, policy);
  config.control.min_rate = config.video->rate;
  auto publisher = Publisher::Create(config, InPlace(), [](const PublishEvent&) {});
  REQUIRE(publisher);
  CHECK(Told(**publisher).choice.arm == "only");
  CHECK(Told(**publisher).choice.controller == "fixed");
}

TEST_CASE("A policy's text is refused with line and field") {
  const auto refused = MakeQosPolicy("{\n\"format\": 3}");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kInvalidConfig);
  CHECK_THAT(refused.error().detail, Catch::StartsWith("line 2: format: "));
}

}  // namespace
}  // namespace onair
