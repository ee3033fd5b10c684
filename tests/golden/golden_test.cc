// SPDX-License-Identifier: Apache-2.0
//
// Our writers against recorded bytes; README.md beside this file says how they are made.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

#include "core/machine/trace.h"
#include "core/twin/fake_audio.h"
#include "core/twin/fake_encoder.h"
#include "tests/support/paths.h"
#include "transport/flv/tag.h"
#include "transport/rtmp/publish_client.h"
#include "transport/rtmp/server_session.h"

namespace onair {
namespace {

constexpr Timestamp kStart = Timestamp::Zero();

// Two seconds of model media in the order of its dts: always the same.
struct Clip {
  StreamTracks tracks;
  std::vector<EncodedFrame> frames;
};

Clip MakeClip() {
  twin::FakeEncoderConfig config;
  config.rate = DataRate::KilobitsPerSec(100);
  twin::FakeEncoder video(config, Rng(1));
  twin::FakeAudio audio(DataRate::KilobitsPerSec(32), Rng(1));
  Clip clip{{video.track(), audio.track()}, {}};
  const MediaTime end = MediaTime::Millis(2000);
  while (video.next_pts() < end || audio.next_pts() < end) {
    clip.frames.push_back(audio.next_pts() < video.next_pts() ? audio.Next(kStart)
                                                              : video.Next(kStart));
  }
  return clip;
}

Bytes ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void ExpectGolden(const std::string& name, const Bytes& made) {
  const std::string path = testing::SourceDir() + "/tests/golden/" + name;
  if (std::getenv("ONAIR_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(made.data()),
               static_cast<std::streamsize>(made.size()));
  }
  const Bytes golden = ReadFile(path);
  REQUIRE_FALSE(golden.empty());
  std::size_t same = 0;
  while (same < std::min(golden.size(), made.size()) && golden[same] == made[same]) ++same;
  INFO(name << ": first difference at byte " << same << " of " << golden.size() << ", made "
            << made.size());
  CHECK(made == golden);
}

TEST_CASE("An FLV stream is written as recorded, byte for byte") {
  const Clip clip = MakeClip();
  Bytes out = flv::FileHeader(clip.tracks);
  const auto append = [&out](ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); };
  append(flv::StartTags(clip.tracks, 0, {.video = DataRate::KilobitsPerSec(100)}));
  for (const EncodedFrame& frame : clip.frames) {
    append(flv::Tag(frame, flv::WireTimestamp(frame.dts)).view());
  }
  ExpectGolden("stream.flv", out);
}

// Drains a machine: what it sends, and its events through `on_event`.
template <typename M, typename OnEvent>
Bytes Drain(M& machine, OnEvent on_event) {
  Bytes sent;
  for (;;) {
    auto out = machine.Poll();
    if (std::holds_alternative<Idle>(out)) return sent;
    if (const auto* transmit = std::get_if<Transmit>(&out)) {
      sent.insert(sent.end(), transmit->bytes.begin(), transmit->bytes.end());
    } else {
      on_event(std::get<typename M::Event>(out));
    }
  }
}

TEST_CASE("An RTMP publisher sends what was recorded, byte for byte") {
  const Clip clip = MakeClip();
  const auto url = ParseUrl("rtmp://golden.example/live/room?token=t");
  REQUIRE(url);
  const auto address = rtmp::ParseRtmpUrl(*url);
  REQUIRE(address);
  rtmp::PublishClient client(*address, {}, Rng(1), NullTrace(), kStart);
  rtmp::ServerSession server({}, Rng(2), kStart);
  client.SetTracks(clip.tracks, kStart);

  Bytes sent;
  bool is_ready = false;
  const auto exchange = [&] {
    for (int turns = 0; turns < 20; ++turns) {
      const Bytes to_server = Drain(client, [&](const PublishTransport::Event& event) {
        is_ready = is_ready || std::holds_alternative<PublishTransport::Ready>(event);
      });
      sent.insert(sent.end(), to_server.begin(), to_server.end());
      server.HandleBytes(to_server, kStart);
      const Bytes to_client = Drain(server, [&](const rtmp::ServerSession::Event& event) {
        if (std::holds_alternative<rtmp::ServerSession::PublishRequested>(event)) {
          server.AcceptPublish(kStart);
        }
      });
      if (to_server.empty() && to_client.empty()) return;
      client.HandleBytes(to_client, kStart);
    }
  };
  exchange();
  REQUIRE(is_ready);
  for (const EncodedFrame& frame : clip.frames) client.Send(frame, kStart);
  client.Close(kStart);
  exchange();

  ExpectGolden("rtmp_publish.bin", sent);
}

}  // namespace
}  // namespace onair
