// SPDX-License-Identifier: Apache-2.0
//
// Paths that die while media flow: what restarts ICE, what does not need it, and how long viewers
// wait, in round trips.
#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/webrtc/web_world.h"

namespace onair::webrtc {
namespace {

using namespace testing;
using ice::testing::At;

const SocketAddress kWifi = At("10.0.0.1:5000");
const SocketAddress kCellular = At("198.51.100.77:5001");
const SocketAddress kNextServer = At("192.0.2.2:6000");

// Silence is noticed after this (ice::AgentConfig::quiet_after), and nothing was lost before.
constexpr TimeDelta kNotice = TimeDelta::Millis(1500);
constexpr TimeDelta kFrame = TimeDelta::Millis(20);  // Between two sounds.

// Publishes or plays for three seconds already.
struct Live {
  explicit Live(SignallingRole role = SignallingRole::kPublish,
                std::optional<LocalDescription> serving = {}, const WebOptions& options = {})
      : web(role, serving.value_or(role == SignallingRole::kPublish ? Ingesting() : Serving()),
            options),
        role_(role),
        pushed_(web, DataRate::KilobitsPerSec(800)),
        served_(web.world, web.server, DataRate::KilobitsPerSec(800)) {
    if (role == SignallingRole::kPublish) {
      web.Publish();
    } else {
      web.Start();
    }
    web.world.RunFor(TimeDelta::Millis(500));
    REQUIRE(web.ready_at);
    if (role == SignallingRole::kPublish) {
      pushed_.Start();
    } else {
      served_.Start();
    }
    web.world.RunFor(TimeDelta::Seconds(3));
    began = web.world.now();
  }

  void MoveServer() { web.MoveServer(kNextServer); }
  const Received& got() const {
    return role_ == SignallingRole::kPublish ? web.server.got : web.got;
  }
  TimeDelta Gap() const { return LongestGap(got(), began, web.world.now()); }
  void RunFor(TimeDelta span) { web.world.RunFor(span); }

  WebWorld web;
  Timestamp began = Timestamp::Zero();

 private:
  SignallingRole role_;
  ClientMedia pushed_;
  LiveMedia served_;
};

TEST_CASE("Where only the server knows the way a restart brings it within four round trips") {
  const auto role = GENERATE(SignallingRole::kPublish, SignallingRole::kPlay);
  const bool is_full = GENERATE(false, true);
  LocalDescription serving = role == SignallingRole::kPublish ? Ingesting() : Serving();
  if (is_full) serving = Full(serving);
  Live live(role, serving);
  live.MoveServer();
  live.RunFor(TimeDelta::Seconds(6));

  CHECK_FALSE(live.web.closed);
  CHECK(live.web.client->stats().restarts_begun == 1);
  CHECK(live.web.client->peer().ice().selected_path()->path.remote == kNextServer);
  // The PATCH takes two round trips, the check one; half of one for the media.
  CHECK(live.Gap() <= kNotice + PathKeeper::kGrace + kRtt * 4 + kFrame);
  CHECK(live.Gap() > kNotice);
  CHECK_FALSE(live.web.server.closed);
}

TEST_CASE("Media go on by the old path until the new one works") {
  Live live;
  // What the server says is lost; what we send arrives.
  live.web.network.BlockPath({live.web.server.socket(), kWifi});
  live.web.on_restart = [&] { live.web.server.AddSocket(kNextServer); };
  live.RunFor(TimeDelta::Seconds(6));

  CHECK(live.web.client->stats().restarts_begun == 1);
  CHECK(live.web.client->peer().ice().selected_path()->path.remote == kNextServer);
  CHECK(live.Gap() <= kFrame * 2);
}

TEST_CASE(
    "A phone that changes networks needs no restart where its new address reaches the server") {
  const bool is_full = GENERATE(false, true);
  Live live(SignallingRole::kPublish, is_full ? Full(Ingesting()) : Ingesting());
  live.web.MoveTo({kCellular});
  live.RunFor(TimeDelta::Seconds(4));

  CHECK_FALSE(live.web.closed);
  CHECK(live.web.client->stats().restarts_asked == 0);
  CHECK(live.web.client->peer().ice().selected_path()->base == kCellular);
  // A check and its answer, half a round trip for the media.
  CHECK(live.Gap() <= kRtt * 2 + kFrame);
  // A full server is told of the address, a lite one hears it by itself.
  CHECK(live.web.Count("PATCH") == (is_full ? 1 : 0));
}

TEST_CASE("A server that refuses the restart is left for a new session at once") {
  const int status = GENERATE(405, 412, 422, 501);
  Live live;
  live.web.intercept = [&](const WebWorld::Request& request) -> std::optional<WebWorld::Response> {
    if (request.method != http::Method::kPatch) return std::nullopt;
    WebWorld::Response response;
    response.status = status;
    return response;
  };
  live.MoveServer();
  live.RunFor(TimeDelta::Seconds(4));

  REQUIRE(live.web.closed);
  CHECK(live.web.closed->error.code == ErrorCode::kIceConsentLost);
  CHECK(Describe(live.web.closed->error.code).retryable == Retryable::kYes);
  // The refusal and a farewell, so that the next session finds its name free.
  CHECK(*live.web.closed_at - live.began <=
        kNotice + PathKeeper::kGrace + PathKeeper::kLastChance + kRtt * 5);
  CHECK(live.web.Count("DELETE") == 1);
  CHECK(live.web.whip.sessions() == 0);
}

// Says `status` to candidates and leaves restarts to the server.
auto RefusingCandidates(int status) {
  return [status](const WebWorld::Request& request) -> std::optional<WebWorld::Response> {
    const auto etag = request.headers.Find("If-Match");
    if (request.method != http::Method::kPatch || etag == "*") return std::nullopt;
    WebWorld::Response response;
    response.status = status;
    return response;
  };
}

TEST_CASE("A server that takes no candidates and restarts paths keeps its session") {
  Live live(SignallingRole::kPublish, Full(Ingesting()));
  live.web.intercept = RefusingCandidates(GENERATE(405, 422, 501));
  live.web.MoveTo({kWifi, kCellular});
  live.RunFor(TimeDelta::Millis(500));
  REQUIRE(live.web.Count("PATCH") == 1);
  live.MoveServer();
  live.RunFor(TimeDelta::Seconds(4));

  CHECK_FALSE(live.web.closed);
  CHECK(live.web.client->stats().restarts_begun == 1);
}

TEST_CASE("A server that lost the session is left for a new one as soon as its path is silent") {
  Live live(SignallingRole::kPublish, Full(Ingesting()));
  live.web.intercept = RefusingCandidates(404);
  live.web.MoveTo({kWifi, kCellular});
  live.RunFor(TimeDelta::Millis(500));
  REQUIRE(live.web.Count("PATCH") == 1);
  const Timestamp silent_since = live.web.world.now();
  live.MoveServer();
  live.RunFor(TimeDelta::Seconds(4));

  REQUIRE(live.web.closed);
  CHECK(live.web.closed->error.code == ErrorCode::kIceConsentLost);
  CHECK(*live.web.closed_at - silent_since <=
        kNotice + PathKeeper::kGrace + PathKeeper::kLastChance + kRtt);
  CHECK(live.web.Count("PATCH") == 1);
}

TEST_CASE("A refused restart ends nothing while the old path works") {
  Live live;
  live.web.takes_restarts = false;
  live.web.network.Block(live.web.server.socket());
  live.RunFor(TimeDelta::Millis(1700));
  live.web.network.Unblock(live.web.server.socket());
  live.RunFor(TimeDelta::Seconds(5));

  CHECK(live.web.client->stats().restarts_refused == 1);
  CHECK_FALSE(live.web.closed);
  CHECK(live.web.client->peer().ice().state() == ice::Agent::State::kConnected);
}

TEST_CASE("A server without PATCH is left for a new session after three more seconds") {
  WebOptions options;
  options.amend = [](WebWorld::Response& response) {
    http::Headers kept;
    for (const auto& [name, value] : response.headers.fields()) {
      if (name != "ETag" && name != "Accept-Patch") kept.Add(name, value);
    }
    response.headers = kept;
  };
  Live live(SignallingRole::kPublish, Ingesting(), options);
  live.web.network.Block(live.web.server.socket());
  live.RunFor(TimeDelta::Seconds(6));

  REQUIRE(live.web.closed);
  CHECK(live.web.Count("PATCH") == 0);
  CHECK(live.web.Count("DELETE") == 1);
  CHECK(*live.web.closed_at - live.began <=
        kNotice + PathKeeper::kPatienceWithout + kRtt * 2 + kFrame);
}

TEST_CASE("A tunnel's eight seconds without any network end with the session alive") {
  Live live;
  live.web.is_http_dead = true;
  live.web.network.Block(kWifi);
  live.RunFor(TimeDelta::Seconds(8));
  CHECK_FALSE(live.web.closed);
  live.web.is_http_dead = false;
  live.web.network.Unblock(kWifi);
  live.RunFor(TimeDelta::Seconds(10));

  CHECK_FALSE(live.web.closed);
  CHECK(live.web.client->peer().ice().state() == ice::Agent::State::kConnected);
  // The path is asked every quarter of a second; it is the old one, so no call is waited for.
  CHECK(live.Gap() <= TimeDelta::Seconds(8) + TimeDelta::Millis(400));
  // Nobody knows what became of the calls into the dark, so one more makes both sides sure.
  CHECK(live.web.client->stats().restarts_begun == 1);
}

TEST_CASE("A call that hangs in the network that is gone is made again by the next one") {
  Live live;
  live.MoveServer();
  live.RunFor(TimeDelta::Millis(1600));
  live.web.is_http_dead = true;
  live.RunFor(TimeDelta::Millis(900));
  REQUIRE(live.web.client->stats().restarts_asked == 1);
  const Timestamp moved = live.web.world.now();
  live.web.is_http_dead = false;
  live.web.MoveTo({kCellular});
  live.RunFor(TimeDelta::Seconds(3));

  CHECK_FALSE(live.web.closed);
  CHECK(live.web.client->stats().restarts_begun == 1);
  CHECK(LongestGap(live.got(), moved, live.web.world.now()) <=
        PathKeeper::kGrace + kRtt * 4 + kFrame);
}

TEST_CASE("Where nothing answers for half a minute the session is over") {
  Live live;
  live.web.is_http_dead = true;
  live.web.network.Block(kWifi);
  live.RunFor(TimeDelta::Seconds(35));

  REQUIRE(live.web.closed);
  CHECK(live.web.closed->error.code == ErrorCode::kIceConsentLost);
  CHECK(*live.web.closed_at - live.began >= TimeDelta::Seconds(25));
  CHECK(*live.web.closed_at - live.began <= TimeDelta::Seconds(33));
}

TEST_CASE("Restarts follow each other as often as the way changes") {
  Live live;
  for (int i = 3; i < 9; ++i) {
    const SocketAddress next = At("192.0.2." + std::to_string(i) + ":6000");
    const SocketAddress old = live.web.client->peer().ice().selected_path()->path.remote;
    live.web.server.AddSocket(next);
    live.web.server.RemoveSocket(old);
    live.RunFor(TimeDelta::Seconds(4));
    REQUIRE(live.web.client->peer().ice().selected_path());
    CHECK(live.web.client->peer().ice().selected_path()->path.remote == next);
  }
  CHECK(live.web.client->stats().restarts_begun == 6);
  CHECK(live.web.client->peer().ice().local_credentials().ufrag != ice::MakeCredentials({}).ufrag);
  CHECK_FALSE(live.web.closed);
}

}  // namespace
}  // namespace onair::webrtc
