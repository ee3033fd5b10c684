// SPDX-License-Identifier: Apache-2.0
//
// A publish session between an app that pushes any frames and a peer that says anything, with
// connections that open, break and stall at any time, standbys and changes of network.
//
// Each step is two bytes, what happens and an argument; some read more.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/byte_reader.h"
#include "core/session/publish.h"
#include "tests/support/record_wire.h"

namespace {

using namespace onair;

class Driver {
 public:
  Driver()
      : session_(
            Config(), PathTo("fuzz"),
            [](const std::string& address) -> Result<session::Publish::Path> {
              if (address.empty()) return Fail(ErrorCode::kInvalidUrl, "no address");
              return PathTo(address);
            },
            Rng(1), NullTrace()) {
    session_.SetTracks(wire::MakeTracks(true, true), now_);
    session_.Start(now_);
    Settle();
  }

  void Step(ByteReader& in) {
    const int what = in.U8();
    const int argument = in.U8();
    switch (what % 16) {
      case 0:
        now_ += TimeDelta::Millis(argument * 8);
        break;
      case 1:
        session_.HandleConnected(now_);
        break;
      case 2:
        session_.HandleClosed({ErrorCode::kConnectionLost, "fuzz"}, now_);
        break;
      case 3:
        session_.HandleBytes(in.Take(std::min(static_cast<std::size_t>(argument), in.remaining())),
                             now_);
        break;
      case 4:
        session_.HandleBytes(
            argument < 224 ? wire::Put("RACXKQ"[argument % 6]) : wire::PutText('M', "elsewhere"),
            now_);
        break;
      case 5:
        session_.HandleUnsent(DataSize::Kibibytes(argument), now_);
        break;
      case 6:
        Push(argument, in);
        break;
      case 7:
        session_.SetTracks(wire::MakeTracks((argument & 1) != 0, (argument & 2) != 0), now_);
        break;
      case 8:
        now_ = now_ - TimeDelta::Millis(argument);
        break;  // The contract forgives it.
      case 9:
        if (argument == 255) session_.Stop(now_);
        break;
      case 10:
        session_.HandleNetworkChanged(
            argument % 2 == 0 ? std::nullopt : std::optional(IpAddress::V4(192, 0, 2, 1)), now_);
        break;
      case 11:
        session_.HandleStandbyConnected(now_);
        break;
      case 12:
        has_standby_ = false;
        session_.HandleStandbyClosed({ErrorCode::kPeerClosed, "fuzz"}, now_);
        break;
      case 13:
        session_.HandleStandbyBytes(
            argument < 224 ? wire::Put("RACXK"[argument % 5]) : wire::PutText('M', "elsewhere"),
            now_);
        break;
      case 14:
        session_.RefreshUrl(argument < 64 ? "" : "home" + std::to_string(argument), now_);
        break;
      case 15:
        session_.HandleSocketFacts(FactsOf(argument), now_);
        break;
    }
    Settle();
    latest_ = std::max(latest_, now_);
    session_.HandleTimeout(now_);
    if (Settle() <= latest_) Spins();
    const auto stats = session_.stats();
    if (stats.queue_size > Config().queue_size) std::abort();
    if (stats.frames_sent + stats.frames_dropped > stats.frames_queued) std::abort();
  }

 private:
  static session::Publish::Path PathTo(const std::string& host) {
    return {Endpoint{host, 1, Security::kPlain},
            [](Timestamp) { return std::make_unique<wire::Publisher>(); }};
  }
  static PublishSessionConfig Config() {
    PublishSessionConfig config;
    config.queue_size = DataSize::Kibibytes(64);
    config.url_refresh = UrlRefresh::kBeforeAttempts;
    return config;
  }
  static SocketFacts FactsOf(int argument) {
    SocketFacts facts;
    facts.bytes_acked = DataSize::Kibibytes(argument & 15);
    facts.unacked = DataSize::Kibibytes(argument >> 4);
    return facts;
  }
  void Push(int argument, ByteReader& in) {
    const auto kind = static_cast<FrameKind>(1 + argument % 4);
    const auto jump = static_cast<std::int16_t>(in.U16());
    dts_ += argument > 250 ? jump : jump & 63;
    session_.Push(wire::MakeFrame(kind, dts_, static_cast<std::size_t>(argument) * 64), now_);
  }
  void Spins() {
    std::fprintf(stderr, "deadline of %s has passed\n", std::string(timer_).c_str());
    std::abort();
  }
  // A standby is opened once at a time, written to and promoted only while it is there.
  void Obey(const session::Publish::Event& event) {
    using Publish = session::Publish;
    if (std::holds_alternative<Publish::OpenStandby>(event)) {
      if (has_standby_) std::abort();
      has_standby_ = true;
    } else if (std::holds_alternative<Publish::StandbyTransmit>(event)) {
      if (!has_standby_) std::abort();
    } else if (std::holds_alternative<Publish::CloseStandby>(event) ||
               std::holds_alternative<Publish::PromoteStandby>(event)) {
      if (!has_standby_) std::abort();
      has_standby_ = false;
    } else if (const auto* state = std::get_if<Publish::StateChanged>(&event)) {
      if (state->state == PublishState::kEnded && has_standby_) std::abort();
    }
  }
  Timestamp Settle() {
    for (int i = 0; i < 10'000; ++i) {
      auto out = session_.Poll();
      if (const auto* event = std::get_if<session::Publish::Event>(&out)) Obey(*event);
      if (const auto* idle = std::get_if<Idle>(&out)) {
        timer_ = idle->timer;
        return idle->wake_at;
      }
    }
    std::abort();  // Poll() never settled.
  }

  bool has_standby_ = false;
  std::string_view timer_;
  Timestamp now_ = Timestamp::Zero();
  Timestamp latest_ = Timestamp::Zero();
  std::int64_t dts_ = 0;
  session::Publish session_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Driver driver;
  ByteReader in(ByteView(data, size));
  while (in.remaining() >= 2) driver.Step(in);
  return 0;
}
