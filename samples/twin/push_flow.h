// SPDX-License-Identifier: Apache-2.0
//
// One publisher of a run, whatever carries it: a modelled camera, microphone and encoder that obey
// the controller, and what becomes of their pictures. tcp_flow.h and rts_flow.h carry them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "core/api/events.h"
#include "core/control/rate_allocator.h"
#include "core/twin/fake_media.h"
#include "core/twin/fake_viewer.h"
#include "samples/twin/push_case.h"
#include "samples/twin/push_meters.h"

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
    TimeDelta playout_delay;
    MakeController make_controller;
    // What the encoder may ask for where its controller allows `target`; null: that.
    std::function<DataRate(DataRate target)> share = nullptr;
    // After each decision that reached the encoder; may be null.
    std::function<void()> on_decided = nullptr;
  };
  struct Counts {
    std::int64_t captured = 0;  // Skipped ones included.
    std::int64_t skipped = 0;   // Before the encoder.
    std::int64_t dropped = 0;   // Between encoder and network.
    std::int64_t delivered = 0;
    std::int64_t broken = 0;  // Delivered without the picture they refer to.
    std::int64_t reconnects = 0;
    std::int64_t bytes_video = 0;  // Delivered payload.
    std::int64_t bytes_audio = 0;
    // What was delivered with the headers of the packets it takes; TCP: the payload.
    std::int64_t bytes_used = 0;
    std::int64_t segments = 0;  // Packets of ours.
    std::int64_t segments_again = 0;
    std::int64_t bytes_repair = 0;  // RTS: on the wire for resends, forward correction and probes.
    std::int64_t marks = 0;         // Packets that came in marked "congestion experienced".
    std::int64_t mark_echoes = 0;   // Windows in which the sender heard of marks.
    std::int64_t sounds = 0;        // Captured.
    std::int64_t sounds_delivered = 0;
    std::int64_t key_frames = 0;

    void Add(const Counts& o);
  };

  virtual ~PushFlow() = default;
  PushFlow(const PushFlow&) = delete;
  PushFlow& operator=(const PushFlow&) = delete;

  void Start();
  void Pause();
  void Resume();
  // Says goodbye. Nothing that comes later is measured.
  void Stop();
  // At the end of a run.
  void Finish();
  // Now and then: what a connection counted is lost when it goes.
  virtual void Observe() {}
  // The device left one network for another.
  virtual void Move() {}

  bool is_running() const { return is_running_ && !is_paused_; }
  virtual Counts counts();
  const FreezeMeter& freeze() const { return freeze_; }
  const Distribution& send_delays_ms() const { return send_delays_ms_; }
  const Distribution& frame_delays_ms() const { return frame_delays_ms_; }

  // Asked of the encoder, sound included; zero while nothing is published.
  DataRate target() const;
  // Ours, not yet on the wire, that must leave before what comes next.
  virtual DataSize backlog() = 0;
  // Bytes given to the network for the first time, protocol included; sums up over connections.
  virtual DataSize on_wire() = 0;
  // How old the newest picture at the server is; empty before the first.
  std::optional<TimeDelta> age() const;
  std::optional<TimeDelta> first_picture() const { return first_picture_; }  // Since Start().
  // Bytes on the wire for each byte of media, resends and repairs apart.
  virtual double headers() const { return 1; }
  // When the camera began.
  std::optional<Timestamp> media_began_at() const { return media_began_at_; }
  // Why it ended by itself; empty: it did not.
  const std::optional<Error>& error() const { return error_; }

 protected:
  // Drawn one after the other: arguments of one call are evaluated in no order in particular.
  struct Chance {
    explicit Chance(twin::World& world)
        : client(world.ForkRng()),
          server(world.ForkRng()),
          video(world.ForkRng()),
          audio(world.ForkRng()) {}
    Rng client;
    Rng server;
    Rng video;
    Rng audio;
  };

  PushFlow(twin::World& world, const Config& config, const Chance& chance, AudioCodec sound,
           EventLog& log);

  std::unique_ptr<cc::Controller> MakeConfigured() const;
  void BeginMedia();
  void OnDecision(cc::CongestionDecision decision);
  void OnState(PublishState state, const std::optional<Error>& why);
  void OnDelivered(const EncodedFrame& frame);

  twin::World& world_;
  const Config config_;
  EventLog& log_;
  Chance chance_;
  twin::FakeMedia media_;
  Distribution send_delays_ms_;

 private:
  virtual void StartSession() = 0;
  virtual void StopSession() = 0;
  virtual void Send(EncodedFrame frame) = 0;

  void OnFrame(EncodedFrame frame);
  void FinishFreeze();

  struct Captured {
    std::int64_t number;
    Timestamp at;
  };

  control::RateAllocator allocator_;
  DataRate asked_;
  twin::FakeDecoder decoder_;
  FreezeMeter freeze_;
  Distribution frame_delays_ms_;
  Counts counts_;
  std::deque<Captured> underway_;  // Captured and not delivered; bounded by queues and buffers.
  Timestamp started_at_ = Timestamp::Zero();
  Timestamp paused_at_ = Timestamp::Zero();
  Timestamp last_capture_ = Timestamp::Zero();
  std::optional<Timestamp> media_began_at_;
  std::optional<Timestamp> newest_;  // Capture of the newest picture at the server.
  std::optional<TimeDelta> first_picture_;
  std::optional<Error> error_;
  bool is_running_ = false;
  bool is_paused_ = false;
};

}  // namespace onair::samples
