// SPDX-License-Identifier: Apache-2.0
//
// One publisher of a run: our own session and RTMP client over modelled TCP against our own RTMP
// server, with a modelled camera and encoder that obey the controller.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/control/rate_allocator.h"
#include "core/session/publish.h"
#include "core/twin/fake_media.h"
#include "core/twin/fake_viewer.h"
#include "core/twin/session_world.h"
#include "samples/twin/push_case.h"
#include "samples/twin/push_meters.h"
#include "transport/rtmp/rtmp_url.h"
#include "transport/rtmp/server_session.h"

namespace onair::samples {

using MakeController =
    std::function<std::unique_ptr<cc::Controller>(const cc::ControllerConfig& config)>;

// What everything did, in order, as one number (FNV-1a). Pure.
class EventLog {
 public:
  void Add(std::uint64_t value) { hash_ = (hash_ ^ value) * 0x100000001b3U; }
  void Add(Timestamp at) { Add(static_cast<std::uint64_t>(at.us())); }
  std::uint64_t hash() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

// Single-owner; dies before the world and the network, and outlived by `log`.
class PushFlow {
 public:
  struct Config {
    PushRates rates;
    double wander = 0;
    twin::TcpSetup tcp;
    TimeDelta playout_delay;
    MakeController make_controller;
    // What the encoder may ask for where its controller allows `target`; null: that.
    std::function<DataRate(DataRate target)> share = nullptr;
  };
  struct Counts {
    std::int64_t captured = 0;  // Skipped ones included.
    std::int64_t skipped = 0;   // Before the encoder.
    std::int64_t dropped = 0;   // Between encoder and socket.
    std::int64_t delivered = 0;
    std::int64_t broken = 0;  // Delivered without the picture they refer to.
    std::int64_t reconnects = 0;
    std::int64_t bytes_video = 0;  // Delivered payload.
    std::int64_t bytes_audio = 0;
    std::int64_t segments = 0;  // Sent by the client's TCP.
    std::int64_t segments_again = 0;
    std::int64_t marks = 0;        // Packets that came in marked "congestion experienced".
    std::int64_t mark_echoes = 0;  // Windows in which the client's TCP heard of marks.
  };

  PushFlow(twin::World& world, twin::SharedNetwork& network, const Config& config, EventLog& log);

  void Start();
  void Pause();
  void Resume();
  // Says goodbye. Nothing that comes later is measured.
  void Stop();
  // At the end of a run.
  void Finish();
  // Now and then: what a connection counted is lost when it goes.
  void Observe();

  bool is_running() const { return is_running_ && !is_paused_; }
  Counts counts();
  const FreezeMeter& freeze() const { return freeze_; }
  const Distribution& send_delays_ms() const { return send_delays_ms_; }
  const Distribution& frame_delays_ms() const { return frame_delays_ms_; }

  // Asked of the encoder, sound included; zero while nothing is published.
  DataRate target() const;
  // Ours: queue and socket, not yet on the wire.
  DataSize backlog();
  // Bytes given to the network for the first time, protocol included; sums up over connections.
  DataSize on_wire();
  // How old the newest picture at the server is; empty before the first.
  std::optional<TimeDelta> age() const;
  std::optional<TimeDelta> first_picture() const { return first_picture_; }  // Since Start().
  // Why it ended by itself; empty: it did not.
  const std::optional<Error>& error() const { return error_; }

 private:
  using Server = rtmp::ServerSession;

  session::Publish MakeSession();
  twin::SessionWorld<session::Publish>::Config MakeNet(twin::SharedNetwork& network);
  twin::Answer Meet();
  void OnSession(session::Publish::Event& event);
  void OnServer(twin::MachinePeer<Server>& peer, Server::Event& event, int meeting);
  void OnPicture(EncodedFrame frame);
  void OnDelivered(const EncodedFrame& frame);

  twin::World& world_;
  const Config config_;
  EventLog& log_;
  rtmp::RtmpUrl url_;
  Rng client_rng_;
  Rng server_rng_;
  // Drawn one after the other: arguments of one call are evaluated in no order in particular.
  Rng video_rng_;
  Rng audio_rng_;
  control::RateAllocator allocator_;
  DataRate asked_;
  session::Publish session_;
  twin::SessionWorld<session::Publish> net_;
  twin::FakeMedia media_;
  twin::FakeDecoder decoder_;
  FreezeMeter freeze_;
  Distribution send_delays_ms_;
  Distribution frame_delays_ms_;
  Counts counts_;
  struct Segments {
    std::int64_t sent = 0;
    std::int64_t again = 0;
    std::int64_t marks = 0;
    std::int64_t mark_echoes = 0;
  };
  Segments earlier_;  // Of connections that are gone.
  Segments present_;
  int connection_ = 0;
  int meetings_ = 0;   // Connections that reached the server.
  int publisher_ = 0;  // The meeting that published last.
  struct Captured {
    std::int64_t number;
    Timestamp at;
  };
  std::deque<Captured> underway_;  // Captured and not delivered; bounded by Q3 and TCP's buffers.
  Timestamp started_at_ = Timestamp::Zero();
  Timestamp paused_at_ = Timestamp::Zero();
  Timestamp last_capture_ = Timestamp::Zero();
  std::optional<Timestamp> newest_;  // Capture of the newest picture at the server.
  std::optional<TimeDelta> first_picture_;
  std::optional<Error> error_;
  bool is_running_ = false;
  bool is_paused_ = false;
};

}  // namespace onair::samples
