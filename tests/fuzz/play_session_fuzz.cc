// SPDX-License-Identifier: Apache-2.0
//
// A play session against a server that says anything at any time, over connections that open,
// break and move. Each step is two bytes, what happens and an argument; some read more.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/byte_reader.h"
#include "core/session/play.h"
#include "tests/support/record_wire.h"

namespace {

using namespace onair;

class Driver {
 public:
  Driver()
      : session_(
            Config(), *ParseUrl("test://fuzz/x"),
            [](const Url& url, Timestamp) -> Result<session::Play::Path> {
              if (url.scheme != "test") return Fail(ErrorCode::kInvalidUrl, "scheme");
              return session::Play::Path{Endpoint{url.host, 1, Security::kPlain},
                                         std::make_unique<wire::Player>()};
            },
            Rng(1), NullTrace()) {
    session_.Start(now_);
    Settle();
  }

  void Step(ByteReader& in) {
    const int what = in.U8();
    const int argument = in.U8();
    switch (what % 10) {
      case 0:
        now_ += TimeDelta::Millis(argument * 8);
        break;
      case 1:
        session_.HandleConnected(now_);
        break;
      case 2: {
        const auto code = argument % 2 == 0 ? ErrorCode::kPeerClosed : ErrorCode::kConnectionLost;
        session_.HandleClosed({code, "fuzz"}, now_);
        break;
      }
      case 3:
        session_.HandleBytes(in.Take(std::min(static_cast<std::size_t>(argument), in.remaining())),
                             now_);
        break;
      case 4:
        session_.HandleBytes(wire::Put("AAAPENDA"[argument % 8]), now_);
        break;
      case 5:
        session_.HandleBytes(wire::PutText('M', argument % 9 == 0 ? "nowhere" : "test://b/x"),
                             now_);
        break;
      case 6:
        GiveFrame(argument, in);
        break;
      case 7:
        session_.HandleBytes(
            wire::PutTracks(wire::MakeTracks((argument & 1) != 0, (argument & 2) != 0,
                                             static_cast<std::uint8_t>(argument >> 6))),
            now_);
        break;
      case 8:
        session_.HandleDecodeFailed(now_);
        session_.HandleAudioLead(TimeDelta::Millis(argument * 8), now_);
        break;
      case 9:
        if (argument == 255) session_.Stop(now_);
        if (argument < 8) session_.HandleNetworkChanged(std::nullopt, now_);
        break;
    }
    Settle();
    session_.HandleTimeout(now_);
    if (Settle() <= now_) Spins();
    const auto stats = session_.stats();
    const bool is_in_range = stats.playback_rate >= 0.90 && stats.playback_rate <= 1.1;
    if (!is_in_range || stats.target_delay > TimeDelta::Seconds(5)) std::abort();
  }

 private:
  static PlaySessionConfig Config() {
    PlaySessionConfig config;
    config.buffer_size = DataSize::Mebibytes(1);
    return config;
  }
  void GiveFrame(int argument, ByteReader& in) {
    const auto jump = static_cast<std::int32_t>(in.U32());
    dts_us_ += argument > 250 ? std::int64_t{jump} * 1'000'000 : jump & 0xffff;
    auto frame = wire::MakeFrame(static_cast<FrameKind>(1 + argument % 4), 0,
                                 static_cast<std::size_t>(argument) * 64);
    frame.dts = MediaTime::Micros(dts_us_);
    frame.pts = frame.dts + TimeDelta::Micros(argument % 5 == 0 ? jump : 0);
    session_.HandleBytes(wire::PutFrame(frame), now_);
  }
  void Spins() {
    std::fprintf(stderr, "deadline of %s has passed\n", std::string(timer_).c_str());
    std::abort();
  }
  Timestamp Settle() {
    for (int i = 0; i < 10'000; ++i) {
      auto out = session_.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) {
        timer_ = idle->timer;
        return idle->wake_at;
      }
    }
    std::abort();  // Poll() never settled.
  }

  std::string_view timer_;
  Timestamp now_ = Timestamp::Zero();
  std::int64_t dts_us_ = 0;
  session::Play session_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Driver driver;
  ByteReader in(ByteView(data, size));
  while (in.remaining() >= 2) driver.Step(in);
  return 0;
}
