// SPDX-License-Identifier: Apache-2.0
//
// What the edge does with WebRTC clients that come back, take over, vanish or talk nonsense.
#include <catch2/catch.hpp>

#include "platform/runtime/datagram_socket.h"
#include "tests/samples/edge/rtc_world.h"
#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/offer.h"

namespace onair::edge {
namespace {

using namespace test;

constexpr const char* kWhip = "/rtc/v1/whip/?app=live&stream=show";
constexpr const char* kWhep = "/rtc/v1/whep/?app=live&stream=show";

http::Headers SdpType() {
  return {{"Content-Type", "application/sdp"}};
}
std::string OfferOf(const webrtc::LocalDescription& local) {
  const auto offer = webrtc::MakeOffer(local);
  REQUIRE(offer.has_value());
  return webrtc::PrintSdp(*offer);
}
Answer PostWhip(World& world, const char* address = kWhip) {
  return Ask(world, address, "POST", SdpType(), OfferOf(webrtc::Publishing()));
}

TEST_CASE("Viewers go on when a WHIP publisher comes back") {
  EdgeConfig config = FreePorts();
  config.publisher_grace = TimeDelta::Seconds(20);
  World world(config);
  auto first = std::make_unique<WhipPublisher>(world, "show");
  REQUIRE(first->AwaitReady());
  REQUIRE(first->SendUntil([&] { return world.edge->stats().frames_in >= 10; }));
  WhepViewer whep(world, "show");
  FlvViewer flv(world, "/live/show.flv");
  REQUIRE(whep.AwaitReady());
  REQUIRE(first->SendUntil(
      [&] { return whep.seen.pictures.size() >= 5 && flv.seen.pictures.size() >= 5; }));
  first->Close();
  REQUIRE(world.Await([&] { return world.edge->stats().publishers == 0; }));

  WhipPublisher second(world, "show");
  REQUIRE(second.AwaitReady());
  const std::size_t before = whep.seen.pictures.size();
  REQUIRE(second.SendUntil(
      [&] { return whep.seen.pictures.size() >= before + 20 && flv.seen.pictures.size() >= 20; }));

  world.On([&] {
    CHECK_FALSE(whep.error);
    CHECK_FALSE(flv.seen.error);
    for (std::size_t i = 1; i < whep.times.size(); ++i) CHECK(whep.times[i] > whep.times[i - 1]);
  });
}

TEST_CASE("Who has the key takes a stream over by WHIP, and its viewers hear on") {
  EdgeConfig config = FreePorts();
  config.publish_key = "k";
  World world(config);
  Publisher by_rtmp(world, "live/show?key=k", {}, rtp::testing::SampleTrack(VideoCodec::kH264));
  REQUIRE(by_rtmp.AwaitReady());
  by_rtmp.Send(10);
  FlvViewer flv(world, "/live/show.flv");
  REQUIRE(world.Await([&] { return flv.seen.pictures.size() >= 5; }));

  WhipPublisher by_whip(world, "show", "&key=k");
  REQUIRE(by_whip.AwaitReady());
  const std::size_t before = flv.seen.pictures.size();
  const int sounds = flv.seen.sounds;
  REQUIRE(by_whip.SendUntil(
      [&] { return flv.seen.pictures.size() >= before + 20 && flv.seen.sounds >= sounds + 20; }));

  world.On([&] {
    CHECK(by_rtmp.error);
    CHECK(flv.seen.tracks.audio->codec == AudioCodec::kAac);
    CHECK(world.edge->stats().takeovers == 1);
  });
  WhipPublisher third(world, "show", "&key=k");
  REQUIRE(third.AwaitReady());
  CHECK(third.SendUntil([&] { return by_whip.error.has_value(); }));
}

TEST_CASE("An offer whose peer never comes is forgotten and its name is free") {
  EdgeConfig config = FreePorts();
  config.setup_timeout = TimeDelta::Millis(500);
  World world(config);
  const Answer answer = PostWhip(world);
  REQUIRE(answer.status == 201);
  CHECK(PostWhip(world).status == 409);
  CHECK(world.Stats().rtc.connecting == 1);

  REQUIRE(world.Await([&] { return world.edge->stats().rtc.sessions == 0; }));

  CHECK(world.Stats().rtc.never_came == 1);
  CHECK(PostWhip(world).status == 201);
  // Its token is worth nothing any more.
  CHECK(Ask(world, std::string(*answer.headers.Find("Location")), "DELETE").status == 404);
}

TEST_CASE("Who asks for sessions and never comes keeps nobody out") {
  World world;
  WhipPublisher publisher(world, "show");
  REQUIRE(publisher.AwaitReady());
  for (std::size_t i = 0; i < kMostConnecting + 20; ++i) {
    const std::string address = "/rtc/v1/whip/?app=live&stream=s" + std::to_string(i);
    REQUIRE(PostWhip(world, address.c_str()).status == 201);
  }
  CHECK(world.Stats().rtc.connecting <= static_cast<std::int64_t>(kMostConnecting));
  CHECK(world.Stats().rtc.never_came >= 20);
  CHECK(publisher.SendUntil([&] { return world.Stats().rtc.packets_in > 20; }));
}

TEST_CASE("A session is ended by who knows its address, once") {
  World world;
  const Answer answer = PostWhip(world);
  REQUIRE(answer.status == 201);
  CHECK(answer.headers.Find("Access-Control-Allow-Origin") == "*");
  const std::string session(*answer.headers.Find("Location"));
  const http::Headers fragment = {{"Content-Type", "application/trickle-ice-sdpfrag"},
                                  {"If-Match", std::string(*answer.headers.Find("ETag"))}};
  CHECK(Ask(world, session, "PATCH", fragment,
            "a=ice-ufrag:ufrg\r\na=ice-pwd:passwordpasswordpasswo\r\nm=audio 9 UDP/TLS/RTP/SAVPF "
            "0\r\n"
            "a=mid:0\r\na=candidate:1 1 udp 2130706431 192.0.2.7 5007 typ host\r\n")
            .status == 204);
  CHECK(Ask(world, session, "DELETE").status == 200);
  CHECK(Ask(world, session, "DELETE").status == 404);
  CHECK(world.Stats().rtc.sessions == 0);
  CHECK(world.Stats().publishers == 0);
}

TEST_CASE("Offers are refused by what is wrong with them") {
  EdgeConfig config = FreePorts();
  config.max_sessions = 1;
  World world(config);
  CHECK(Ask(world, kWhip, "POST", SdpType(), "nonsense").status == 400);
  CHECK(Ask(world, kWhip, "POST", {}, OfferOf(webrtc::Publishing())).status == 415);
  CHECK(Ask(world, kWhip, "GET").status == 405);
  CHECK(PostWhip(world, "/rtc/v1/whip/?app=live&stream=a%20b").status == 400);
  CHECK(PostWhip(world, "/rtc/v1/whip/?app=live").status == 400);
  CHECK(Ask(world, kWhep, "POST", SdpType(), OfferOf(webrtc::Playing())).status == 409);
  CHECK(Ask(world, kWhip, "OPTIONS").status == 204);
  REQUIRE(PostWhip(world).status == 201);
  const Answer full = PostWhip(world, "/rtc/v1/whip/?app=live&stream=other");
  CHECK(full.status == 503);
  CHECK(full.headers.Find("Retry-After").has_value());
}

TEST_CASE("A stream that a WHEP viewer cannot show is refused, with words") {
  World world;
  Publisher publisher(world, "live/show", {}, rtp::testing::SampleTrack(VideoCodec::kH264));
  REQUIRE(publisher.AwaitReady());
  Rng rng(5);
  using rtp::testing::SampleFrame;
  const auto send = [&](int number, FrameKind kind, int shown_later) {
    EncodedFrame frame = SampleFrame(VideoCodec::kH264, kind, number, {200}, rng);
    frame.pts += TimeDelta::Micros(33'333) * shown_later;
    publisher.Send(frame);
  };
  send(0, FrameKind::kKey, 1);
  REQUIRE(world.Await([&] { return world.edge->stats().frames_in >= 1; }));
  WhepViewer before(world, "show");
  REQUIRE(before.AwaitReady());

  // I P B in the order of decoding.
  send(1, FrameKind::kReference, 2);
  send(2, FrameKind::kDroppable, 0);

  REQUIRE(world.Await([&] { return before.error.has_value(); }));
  WhepViewer after(world, "show");
  CHECK_FALSE(after.AwaitReady());
  const Answer answer = Ask(world, kWhep, "POST", SdpType(), OfferOf(webrtc::Playing()));
  CHECK(answer.status == 406);
  CHECK(answer.body.find("B frames") != std::string::npos);
}

TEST_CASE("A WHEP viewer without H.265 is refused such a stream, one with it sees it") {
  World world;
  Publisher publisher(world, "live/show", {}, rtp::testing::SampleTrack(VideoCodec::kH265));
  REQUIRE(publisher.AwaitReady());
  Rng rng(5);
  publisher.Send(rtp::testing::SampleFrame(VideoCodec::kH265, FrameKind::kKey, 0, {200}, rng));
  REQUIRE(world.Await([&] { return world.edge->stats().frames_in >= 1; }));

  const Answer answer = Ask(world, kWhep, "POST", SdpType(), OfferOf(webrtc::Playing()));
  CHECK(answer.status == 406);
  WhepViewer viewer(world, "show", {{VideoCodec::kH264, {}, 0}, {VideoCodec::kH265, {}, 93}});
  REQUIRE(viewer.AwaitReady());
  REQUIRE(world.Await([&] { return !viewer.times.empty(); }));
  world.On([&] { CHECK(viewer.seen.tracks.video->codec == VideoCodec::kH265); });
}

TEST_CASE("A joiner who finds no key frame has one asked of the publisher") {
  EdgeConfig config = FreePorts();
  config.streams.stream.gop_cache = relay::GopCache::kOff;
  World world(config);
  twin::FakeEncoderConfig video;
  video.gop = TimeDelta::Seconds(600);
  WhipPublisher publisher(world, "show", "", "", video);
  REQUIRE(publisher.AwaitReady());
  REQUIRE(publisher.SendUntil([&] { return world.edge->stats().frames_in >= 20; }));

  FlvViewer flv(world, "/live/show.flv");

  CHECK(publisher.SendUntil([&] { return flv.seen.is_first_key; }));
}

TEST_CASE("Datagrams of strangers are counted and disturb nobody") {
  World world;
  WhipPublisher publisher(world, "show");
  REQUIRE(publisher.AwaitReady());
  const SocketAddress edge{IpAddress::V4(127, 0, 0, 1), world.ports.rtc};
  Rng rng(9);
  std::unique_ptr<runtime::DatagramSocket> stranger;
  world.On([&] {
    stranger = std::make_unique<runtime::DatagramSocket>(
        world.loop, runtime::DatagramSocketConfig{}, [](const Datagram&, Timestamp) {});
    const auto from = stranger->Bind({IpAddress::V4(127, 0, 0, 1), 0});
    REQUIRE(from.has_value());
    for (int first = 0; first < 256; ++first) {
      Bytes bytes = rng.TakeBytes(static_cast<std::size_t>(first) % 64 + 1);
      bytes[0] = static_cast<std::uint8_t>(first);
      stranger->Send({bytes, {*from, edge}});
    }
  });

  REQUIRE(world.Await([&] { return world.edge->stats().rtc.datagrams_strange >= 256; }));

  world.On([&] { stranger.reset(); });
  const std::int64_t before = world.Stats().frames_in;
  CHECK(publisher.SendUntil([&] { return world.edge->stats().frames_in >= before + 20; }));
}

TEST_CASE("A WHIP publisher who falls silent gives its name back") {
  EdgeConfig config = FreePorts();
  config.publisher_timeout = TimeDelta::Seconds(1);
  World world(config);
  auto publisher = std::make_unique<WhipPublisher>(world, "show");
  REQUIRE(publisher->AwaitReady());
  REQUIRE(publisher->SendUntil([&] { return world.edge->stats().frames_in >= 10; }));

  publisher.reset();  // Without a word.

  REQUIRE(world.Await([&] { return world.edge->stats().publishers == 0; }));
  CHECK(world.Stats().rtc.sessions == 0);
}

TEST_CASE("An edge that stops says goodbye to its WebRTC clients") {
  World world;
  WhipPublisher publisher(world, "show");
  REQUIRE(publisher.AwaitReady());
  bool is_stopped = false;
  world.On([&] { world.edge->Stop(TimeDelta::Seconds(2), [&] { is_stopped = true; }); });

  CHECK(world.Await([&] { return is_stopped && publisher.error.has_value(); }));
}

}  // namespace
}  // namespace onair::edge
