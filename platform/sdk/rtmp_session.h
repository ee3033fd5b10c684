// SPDX-License-Identifier: Apache-2.0
//
// A publish session over RTMP from plain data: the same setup gives the same session, in a
// publisher and in a replay of its inputs.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/api/congestion_control.h"
#include "core/api/controller_parameters.h"
#include "core/session/publish.h"
#include "transport/rtmp/publish_client.h"

namespace onair {

struct ControllerChoice {
  std::string name;  // Empty: none, the rate stays.
  cc::ControllerConfig limits;
  cc::Parameters parameters = {};
};

// Null where the choice has no name. kInvalidConfig.
Result<std::unique_ptr<cc::Controller>> MakeChosen(const ControllerChoice& choice);

struct RtmpSessionSetup {
  std::string url;  // rtmp(s)://host[:port]/app/key. A secret.
  PublishSessionConfig session;
  VideoCodec video = VideoCodec::kH264;
  DataRate video_rate = DataRate::Zero();  // For the stream's metadata; zero is left out.
  DataRate audio_rate = DataRate::Zero();
  ControllerChoice controller;
  std::uint64_t seed = 1;
};

// For the head of an input log; ParseRtmpSessionSetup() takes any bytes and gives a valid setup
// or kFileMalformed.
Bytes Serialize(const RtmpSessionSetup& setup);
Result<RtmpSessionSetup> ParseRtmpSessionSetup(ByteView bytes);

// Single-owner.
class RtmpSession {
 public:
  // Puts something around a protocol machine, to watch it.
  using Wrap = std::function<std::unique_ptr<PublishTransport>(std::unique_ptr<PublishTransport>)>;

  // kInvalidUrl, kInvalidConfig. `trace` outlives the session. `wrap` may be null.
  static Result<std::unique_ptr<RtmpSession>> Make(RtmpSessionSetup setup, TraceSink& trace,
                                                   Wrap wrap);

  session::Publish& publish() { return *publish_; }
  const session::Publish& publish() const { return *publish_; }

 private:
  RtmpSession(RtmpSessionSetup setup, TraceSink& trace, Wrap wrap);
  session::Publish::Path PathTo(const rtmp::RtmpUrl& address);
  Result<session::Publish::Path> FindPath(const std::string& to);
  std::unique_ptr<PublishTransport> MakeTransport(const rtmp::RtmpUrl& address, Timestamp now);

  const RtmpSessionSetup setup_;
  TraceSink& trace_;
  const Wrap wrap_;
  Rng seeds_;
  std::unique_ptr<session::Publish> publish_;
};

}  // namespace onair
