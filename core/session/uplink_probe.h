// SPDX-License-Identifier: Apache-2.0
//
// The test of a line before going live: connects as a publisher does, sends filler that looks
// like a stream until the line is full, says goodbye and reports. The server sees a short stream.
// A machine (core/machine/machine.h) over one byte stream that it opens and closes by events.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "core/api/publish_transport.h"
#include "core/api/uplink_probe.h"
#include "core/base/result.h"
#include "core/control/uplink_meter.h"
#include "core/machine/endpoint.h"
#include "core/machine/timer_table.h"
#include "core/machine/trace.h"
#include "core/session/socket_backlog.h"

namespace onair::session {

// Single-owner. `trace` outlives it. Bounded by the config's times and bytes; what is given out
// and not yet polled is less than 128 KiB.
class UplinkProbe {
 public:
  // As those of session::Publish.
  struct OpenStream {
    Endpoint endpoint;
  };
  struct CloseStream {};
  // The last word, once. kTimeout: the server does not answer, or too little got through; else
  // what ended the connection or why it was refused.
  struct Finished {
    Result<UplinkReport> report;
  };
  using Event = std::variant<OpenStream, CloseStream, Finished>;

  using MakeTransport = std::function<std::unique_ptr<PublishTransport>(Timestamp now)>;
  // What is sent: a track and a key frame of it, as small as may be. H.264.
  struct Filler {
    VideoTrack track;
    Buffer key_frame;
  };

  // `config` is valid.
  UplinkProbe(const UplinkProbeConfig& config, Endpoint endpoint, MakeTransport make_transport,
              Filler filler, TraceSink& trace);

  void HandleConnected(Timestamp now);
  void HandleClosed(const Error& error, Timestamp now);
  void HandleBytes(ByteView in, Timestamp now);
  void HandleUnsent(DataSize unsent, Timestamp now);
  void HandleSocketFacts(const SocketFacts& facts, Timestamp now);
  void HandleTimeout(Timestamp now);

  void Start(Timestamp now);
  // Ends at once; Finished does not follow.
  void Stop(Timestamp now);

  [[nodiscard]] Output<Event> Poll();

 private:
  enum class State { kIdle, kConnecting, kOpening, kSending, kEnded };
  enum class Timer { kConnect, kTick };
  static constexpr std::array<std::string_view, 2> kTimerNames = {"probe.connect", "probe.tick"};

  Timestamp Advance(Timestamp at) { return now_ = std::max(now_, at); }
  void DrainTransport();
  void GoLive();
  void Tick();
  void FillUp();
  void Send(DataSize size);
  // Leaves, and tells the report.
  void End(Result<UplinkReport> report);
  // Says goodbye where a connection stands.
  void Leave();
  DataSize Underway() const;

  const UplinkProbeConfig config_;
  const Endpoint endpoint_;
  const MakeTransport make_transport_;
  const Filler filler_;
  TraceSink& trace_;
  Timestamp now_ = Timestamp::MinusInfinity();
  State state_ = State::kIdle;
  Timestamp started_at_ = Timestamp::Zero();
  std::unique_ptr<PublishTransport> transport_;
  Idle transport_idle_;
  TimerTable<Timer, kTimerNames.size()> timers_{kTimerNames};
  std::deque<Output<Event>> out_;

  SocketBacklog backlog_;
  SocketFacts facts_;
  DataSize given_ = DataSize::Zero();
  std::optional<control::UplinkMeter> meter_;
  bool fills_up_ = false;  // As much as the socket takes.
  Timestamp live_at_ = Timestamp::Zero();
  std::optional<MediaTime> last_pts_;
  std::optional<MediaTime> last_key_;
};

}  // namespace onair::session
