// SPDX-License-Identifier: Apache-2.0
#include "transport/http_flv/play_client.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/laws/machine_laws.h"
#include "transport/flv/tag.h"

namespace onair::http_flv {
namespace {

constexpr Timestamp kStart = Timestamp::Zero();
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\n";

Bytes ToBytes(std::string_view text) {
  return Bytes(text.begin(), text.end());
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

StreamTracks SoundOnly() {
  StreamTracks tracks;
  tracks.audio = AudioTrack{AudioCodec::kAac, {48000, 2}, Buffer::Own({0x11, 0x90})};
  return tracks;
}

Bytes SoundTag(std::int64_t ms) {
  const EncodedFrame frame{Buffer::Own({0x21, 0x10, 0x05, static_cast<std::uint8_t>(ms)}),
                           FrameKind::kAudio, MediaTime::Millis(ms), MediaTime::Millis(ms), kStart};
  const Buffer tag = flv::Tag(frame, static_cast<std::uint32_t>(ms));
  return Bytes(tag.view().begin(), tag.view().end());
}

// Header, configuration and `frames` sounds 20 ms apart.
Bytes Flv(int frames) {
  Bytes out = flv::FileHeader(SoundOnly()) + flv::StartTags(SoundOnly(), 0);
  for (int i = 0; i < frames; ++i) out = out + SoundTag(i * 20);
  return out;
}

Bytes EndTag() {
  const Buffer tag = flv::EndTag(60, VideoCodec::kH264);
  return Bytes(tag.view().begin(), tag.view().end());
}

PlayClient NewClient(const char* url = "http://edge.test:8080/live/show.flv?token=1",
                     const PlayConfig& config = {}) {
  return PlayClient::Make(ParseUrl(url).value(), config, kStart).value();
}

// A client with all that came out of it so far.
struct Viewer {
  explicit Viewer(PlayClient c = NewClient()) : client(std::move(c)) { Drain(); }

  Viewer& Feed(const Bytes& bytes, Timestamp now = kStart) {
    client.HandleBytes(bytes, now);
    Drain();
    return *this;
  }
  Viewer& Feed(std::string_view text) { return Feed(ToBytes(text)); }
  Viewer& End() {
    client.HandleEnd(kStart);
    Drain();
    return *this;
  }
  void Drain() {
    for (int i = 0; i < 10'000; ++i) {
      auto out = client.Poll();
      if (const auto* i_am_idle = std::get_if<Idle>(&out)) {
        idle = *i_am_idle;
        return;
      }
      if (const auto* transmit = std::get_if<Transmit>(&out)) {
        sent.append(transmit->bytes.begin(), transmit->bytes.end());
        continue;
      }
      Take(std::get<PlayTransport::Event>(out));
    }
    FAIL("Poll() never settles");
  }
  void Take(const PlayTransport::Event& event) {
    REQUIRE_FALSE(error);
    REQUIRE_FALSE(moved);
    if (std::holds_alternative<PlayTransport::Accepted>(event)) ++accepted;
    if (std::holds_alternative<PlayTransport::PublisherLeft>(event)) ++publishers_left;
    if (const auto* t = std::get_if<PlayTransport::TracksChanged>(&event)) tracks = t->tracks;
    if (const auto* frame = std::get_if<EncodedFrame>(&event)) frames.push_back(*frame);
    if (const auto* m = std::get_if<PlayTransport::Moved>(&event)) moved = m->url;
    if (const auto* closed = std::get_if<PlayTransport::Closed>(&event)) error = closed->error;
  }

  PlayClient client;
  std::string sent;
  int accepted = 0;
  int publishers_left = 0;
  StreamTracks tracks;
  std::vector<EncodedFrame> frames;
  std::optional<std::string> moved;
  std::optional<Error> error;
  Idle idle;
};

TEST_CASE("HTTP-FLV asks for its stream") {
  const Viewer viewer;
  CHECK(viewer.sent ==
        "GET /live/show.flv?token=1 HTTP/1.1\r\nHost: edge.test:8080\r\n"
        "User-Agent: " +
            DefaultUserAgent() + "\r\nAccept: */*\r\n\r\n");
  CHECK(DefaultUserAgent().starts_with("onair/"));
  CHECK(viewer.idle.timer == "http.head");

  PlayConfig config;
  config.user_agent = "probe";
  config.headers.Add("Referer", "http://page.test/");
  const Viewer custom(NewClient("http://edge.test/a.flv", config));
  CHECK(custom.sent.find("User-Agent: probe\r\n") != std::string::npos);
  CHECK(custom.sent.find("Referer: http://page.test/\r\n") != std::string::npos);
}

TEST_CASE("HTTP-FLV gives tracks and frames of a body in any framing") {
  const Bytes flv = Flv(3);
  const std::string size = std::to_string(flv.size());
  Bytes chunked = ToBytes(std::string(kOk) + "Transfer-Encoding: chunked\r\n\r\n");
  for (const std::uint8_t byte : flv) {
    chunked = chunked + ToBytes("1\r\n") + Bytes{byte} + ToBytes("\r\n");
  }
  const Bytes answers[] = {ToBytes(std::string(kOk) + "Content-Length: " + size + "\r\n\r\n") + flv,
                           ToBytes(std::string(kOk) + "Connection: close\r\n\r\n") + flv + EndTag(),
                           chunked + ToBytes("0\r\n\r\n")};
  for (const Bytes& answer : answers) {
    Viewer viewer;
    viewer.Feed(answer);
    if (!viewer.error) viewer.End();
    CHECK(viewer.accepted == 1);
    REQUIRE(viewer.tracks.audio);
    CHECK(viewer.tracks.audio->format == AudioFormat{48000, 2});
    REQUIRE(viewer.frames.size() == 3);
    CHECK(viewer.frames[2].pts == MediaTime::Millis(40));
    REQUIRE(viewer.error);
    // What says how long it is was recorded; what ends otherwise may go on.
    const bool is_recording = &answer == &answers[0];
    CHECK(viewer.error->code == (is_recording ? ErrorCode::kStreamEnded : ErrorCode::kPeerClosed));
    CHECK(viewer.publishers_left == (is_recording ? 0 : 1));
  }
}

TEST_CASE("HTTP-FLV stamps frames with their arrival") {
  Viewer viewer;
  viewer.Feed(ToBytes(std::string(kOk) + "\r\n") + Flv(0));
  const Timestamp later = kStart + TimeDelta::Seconds(100);
  viewer.Feed(SoundTag(20), later);
  REQUIRE(viewer.frames.size() == 1);
  CHECK(viewer.frames[0].captured_at == later);
}

TEST_CASE("HTTP-FLV takes a connection that just closes for a lost one") {
  const Bytes head = ToBytes(std::string(kOk) + "\r\n");
  for (const Bytes& flv : {Flv(2), Flv(2) + EndTag() + SoundTag(80)}) {
    Viewer viewer;
    viewer.Feed(head + flv).End();
    REQUIRE(viewer.error);
    CHECK(viewer.error->code == ErrorCode::kPeerClosed);
    CHECK(viewer.publishers_left == 0);
  }
}

TEST_CASE("HTTP-FLV tells the end of a stream from a cut one at every byte") {
  const Bytes flv = Flv(2) + EndTag();
  const Bytes head = ToBytes(std::string(kOk) + "\r\n");
  int ended = 0;
  int between = 0;
  for (std::size_t size = 0; size <= flv.size(); ++size) {
    Viewer viewer;
    viewer.Feed(head + Bytes(flv.begin(), flv.begin() + static_cast<std::ptrdiff_t>(size)));
    viewer.End();
    REQUIRE(viewer.error);
    const bool has_ended = viewer.publishers_left > 0;
    if (has_ended) CHECK(size == flv.size());
    between += !has_ended && viewer.error->code == ErrorCode::kPeerClosed ? 1 : 0;
    ended += has_ended ? 1 : 0;
  }
  CHECK(ended == 1);
  CHECK(between == 5);  // After the header, two start tags and two frames.
}

TEST_CASE("HTTP-FLV reports a chunked body that was cut short") {
  Viewer viewer;
  viewer.Feed(std::string(kOk) + "Transfer-Encoding: chunked\r\n\r\n").End();
  CHECK(viewer.error->code == ErrorCode::kConnectionLost);
}

TEST_CASE("HTTP-FLV hands redirects on as absolute addresses") {
  const std::pair<const char*, const char*> rows[] = {
      {"302 Found\r\nLocation: http://b.test:81/x.flv?k=1", "http://b.test:81/x.flv?k=1"},
      {"301 Moved\r\nLocation: https://b.test", "https://b.test/"},
      {"307 T\r\nLocation: /other.flv", "http://edge.test:8080/other.flv"},
      {"308 P\r\nLocation: other.flv", "http://edge.test:8080/live/other.flv"},
      {"303 S\r\nLocation: //[::1]:8080/v6", "http://[::1]:8080/v6"}};
  for (const auto& [answer, expected] : rows) {
    Viewer viewer;
    viewer.Feed("HTTP/1.1 " + std::string(answer) + "\r\nContent-Length: 4\r\n\r\nbody");
    CHECK(viewer.moved == expected);
    CHECK_FALSE(viewer.error);
    CHECK(viewer.accepted == 0);
    CHECK_FALSE(viewer.idle.wake_at.is_finite());
  }
}

TEST_CASE("HTTP-FLV refuses redirects that lead nowhere") {
  for (const char* location : {"Location: rtmp://b.test/x", "Location: http://", "Server: x"}) {
    Viewer viewer;
    viewer.Feed("HTTP/1.1 302 Found\r\n" + std::string(location) + "\r\n\r\n");
    REQUIRE(viewer.error);
    CHECK(viewer.error->native_code == 302);
    CHECK_FALSE(viewer.moved);
  }
}

TEST_CASE("HTTP-FLV does not follow a redirect out of TLS") {
  Viewer plain(NewClient("https://edge.test/live/show.flv"));
  plain.Feed("HTTP/1.1 302 Found\r\nLocation: http://edge.test/live/show.flv\r\n\r\n");
  CHECK_FALSE(plain.moved);
  REQUIRE(plain.error);
  CHECK(plain.error->code == ErrorCode::kHttpProtocol);

  Viewer secured(NewClient("https://edge.test/live/show.flv"));
  secured.Feed("HTTP/1.1 302 Found\r\nLocation: https://b.test/x.flv\r\n\r\n");
  CHECK(secured.moved == "https://b.test/x.flv");
}

TEST_CASE("HTTP-FLV maps error statuses to typed errors") {
  const std::pair<int, ErrorCode> rows[] = {
      {404, ErrorCode::kHttpNotFound},    {410, ErrorCode::kHttpNotFound},
      {401, ErrorCode::kHttpForbidden},   {403, ErrorCode::kHttpForbidden},
      {400, ErrorCode::kHttpStatus},      {408, ErrorCode::kHttpServerError},
      {425, ErrorCode::kHttpServerError}, {429, ErrorCode::kHttpServerError},
      {304, ErrorCode::kHttpStatus},      {500, ErrorCode::kHttpServerError},
      {503, ErrorCode::kHttpServerError}};
  for (const auto& [status, code] : rows) {
    Viewer viewer;
    viewer.Feed("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 0\r\n\r\n");
    REQUIRE(viewer.error);
    CHECK(viewer.error->code == code);
    CHECK(viewer.error->native_code == status);
  }
}

TEST_CASE("HTTP-FLV refuses a body that is no FLV") {
  Viewer viewer;
  viewer.Feed(std::string(kOk) + "\r\n<html>not a stream at all</html>");
  REQUIRE(viewer.error);
  CHECK(viewer.error->code == ErrorCode::kFlvMalformed);
  CHECK_FALSE(viewer.idle.wake_at.is_finite());
}

TEST_CASE("HTTP-FLV gives up on a server that does not answer") {
  Viewer viewer;
  CHECK(viewer.idle.wake_at == kStart + TimeDelta::Seconds(10));
  viewer.client.HandleTimeout(kStart + TimeDelta::Seconds(10));
  viewer.Drain();
  REQUIRE(viewer.error);
  CHECK(viewer.error->code == ErrorCode::kTimeout);
}

TEST_CASE("HTTP-FLV knows where its addresses lead") {
  const auto endpoint = [](const char* url) { return EndpointOf(ParseUrl(url).value()); };
  CHECK(endpoint("http://a/x").value() == Endpoint{"a", 80, Security::kPlain});
  CHECK(endpoint("https://a/x").value() == Endpoint{"a", 443, Security::kTls});
  CHECK(endpoint("https://[::1]:8443/x").value() == Endpoint{"::1", 8443, Security::kTls});
  CHECK(endpoint("rtmp://a/x").error().code == ErrorCode::kInvalidUrl);
  CHECK(PlayClient::Make(ParseUrl("rtmp://a/x").value(), {}, kStart).error().code ==
        ErrorCode::kInvalidUrl);
  PlayConfig config;
  config.user_agent = "a\r\nb";
  CHECK(PlayClient::Make(ParseUrl("http://a/x").value(), config, kStart).error().code ==
        ErrorCode::kInvalidConfig);
}

TEST_CASE("HTTP-FLV ends in order or in a typed error when any byte is turned") {
  const Bytes answer = ToBytes(std::string(kOk) + "\r\n") + Flv(3);
  for (std::size_t at = 0; at < answer.size(); ++at) {
    for (const std::uint8_t mask : {0x01, 0x20, 0x80, 0xff}) {
      Bytes turned = answer;
      turned[at] ^= mask;
      Viewer viewer;
      viewer.Feed(turned);
      if (!viewer.error && !viewer.moved) viewer.End();
      INFO("byte " << at);
      REQUIRE((viewer.error || viewer.moved));
    }
  }
}

TEST_CASE("HTTP-FLV keeps the laws of machines") {
  const auto make = [] { return std::make_unique<PlayClient>(NewClient()); };
  const laws::Case script{
      .script = {{TimeDelta::Millis(40), ToBytes(std::string(kOk) + "\r\n") + Flv(2)},
                 {TimeDelta::Millis(40), SoundTag(40)},
                 {TimeDelta::Millis(40), SoundTag(60)}}};
  laws::ExpectAll(make, script);
  laws::ExpectSilentAfterEnd(make, script, [](auto& m, Timestamp now) { m.Close(now); });
  laws::ExpectSilentAfterEnd(make, script, [](auto& m, Timestamp now) {
    m.HandleBytes(ToBytes("not http\r\n\r\n"), now);
  });
  laws::ExpectSilentAfterEnd(make, script, [](auto& m, Timestamp now) { m.HandleEnd(now); });
}

}  // namespace
}  // namespace onair::http_flv
