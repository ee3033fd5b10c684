// SPDX-License-Identifier: Apache-2.0
//
// WebRTC clients of the edge that ask for new paths (RFC 9725 section 4.3.3).
#include "tests/samples/edge/rtc_world.h"
#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/offer.h"
#include "transport/webrtc/sdp_fragment.h"

namespace onair::edge {
namespace {

using namespace test;

constexpr const char* kWhip = "/rtc/v1/whip/?app=live&stream=show";
constexpr std::string_view kFragment = webrtc::kSdpFragmentType;

Answer PostWhip(World& world) {
  const auto offer = webrtc::MakeOffer(webrtc::Publishing());
  REQUIRE(offer.has_value());
  return Ask(world, kWhip, "POST", {{"Content-Type", "application/sdp"}}, webrtc::PrintSdp(*offer));
}
Answer Patch(World& world, const std::string& session, const std::string& if_match,
             const std::string& ufrag) {
  return Ask(world, session, "PATCH",
             {{"Content-Type", std::string(kFragment)}, {"If-Match", if_match}},
             "a=ice-ufrag:" + ufrag + "\r\na=ice-pwd:passwordpasswordpasswo\r\n" +
                 "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n");
}

TEST_CASE("A restart is answered with new credentials, all candidates and a new ETag") {
  World world;
  const Answer created = PostWhip(world);
  REQUIRE(created.status == 201);
  const std::string session(*created.headers.Find("Location"));
  const std::string first_etag(*created.headers.Find("ETag"));
  const auto answer = webrtc::ParseSdp(created.body);
  REQUIRE(answer.has_value());

  const Answer restarted = Patch(world, session, "*", "next");
  REQUIRE(restarted.status == 200);
  CHECK(restarted.headers.Find("Content-Type") == kFragment);
  const std::string etag(restarted.headers.Find("ETag").value_or(""));
  CHECK_FALSE(etag.empty());
  CHECK(etag != first_etag);
  const auto told = webrtc::ParseSdpFragment(restarted.body);
  REQUIRE(told.has_value());
  const webrtc::IceDescription ours = told->Bundled();
  REQUIRE(ours.credentials);
  CHECK(ours.credentials->ufrag != answer->media.front().ice.credentials->ufrag);
  CHECK(ours.credentials->password != answer->media.front().ice.credentials->password);
  CHECK(ours.candidates.size() == answer->media.front().ice.candidates.size());
  CHECK(told->is_ice_lite);

  CHECK(Patch(world, session, first_etag, "next").status == 412);
  CHECK(Patch(world, session, "\"17\"", "next").status == 412);
  CHECK(Patch(world, session, etag, "next").status == 204);  // Candidates of the new generation.
  CHECK(Patch(world, session, "*", "next").status == 422);   // Nothing is new about it.
  CHECK(world.Stats().rtc.restarts == 1);
  CHECK(world.Stats().rtc.sessions == 1);
}

TEST_CASE("Addresses of a NAT before the edge are told beside its own, after a restart too") {
  EdgeConfig config = FreePorts();
  config.rtc_addresses = {"203.0.113.7"};
  World world(config);
  const Answer created = PostWhip(world);
  REQUIRE(created.status == 201);
  CHECK(created.body.find("203.0.113.7") != std::string::npos);
  CHECK(created.body.find("127.0.0.1") != std::string::npos);

  const Answer restarted =
      Patch(world, std::string(*created.headers.Find("Location")), "*", "next");
  CHECK(restarted.body.find("203.0.113.7") != std::string::npos);
}

TEST_CASE("A publisher that hears nothing for a while goes on in the same session by a restart") {
  World world;
  WhipPublisher publisher(world, "show");
  REQUIRE(publisher.AwaitReady());
  REQUIRE(publisher.SendUntil([&] { return world.edge->stats().frames_in >= 10; }));
  WhepViewer viewer(world, "show");
  REQUIRE(publisher.SendUntil([&] { return viewer.seen.pictures.size() >= 5; }));

  world.On([&] { publisher.machine->is_deaf = true; });
  REQUIRE(publisher.SendUntil([&] { return world.edge->stats().rtc.restarts == 1; }));
  std::size_t before = 0;
  world.On([&] {
    publisher.machine->is_deaf = false;
    before = viewer.seen.pictures.size();
  });

  REQUIRE(publisher.SendUntil([&] {
    return viewer.seen.pictures.size() >= before + 30 &&
           publisher.machine->client->stats().restarts_begun >= 1;
  }));
  world.On([&] { CHECK_FALSE(publisher.error); });
  CHECK(world.Stats().rtc.sessions_total == 2);
}

TEST_CASE("A viewer that hears nothing for a while goes on in the same session by a restart") {
  World world;
  WhipPublisher publisher(world, "show");
  REQUIRE(publisher.AwaitReady());
  REQUIRE(publisher.SendUntil([&] { return world.edge->stats().frames_in >= 10; }));
  WhepViewer viewer(world, "show");
  REQUIRE(publisher.SendUntil([&] { return viewer.seen.pictures.size() >= 5; }));

  world.On([&] { viewer.machine->is_deaf = true; });
  REQUIRE(publisher.SendUntil([&] { return world.edge->stats().rtc.restarts == 1; }));
  std::size_t before = 0;
  world.On([&] {
    viewer.machine->is_deaf = false;
    before = viewer.seen.pictures.size();
  });

  REQUIRE(publisher.SendUntil([&] { return viewer.seen.pictures.size() >= before + 30; }));
  world.On([&] { CHECK_FALSE(viewer.error); });
  CHECK(world.Stats().rtc.sessions_total == 2);
}

}  // namespace
}  // namespace onair::edge
