// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/api/congestion_control.h"
#include "core/api/events.h"
#include "core/api/publish_config.h"
#include "core/api/recorder.h"
#include "core/base/url.h"
#include "core/machine/trace.h"
#include "platform/runtime/byte_stream.h"
#include "platform/runtime/loop.h"
#include "platform/sdk/ice_server.h"
#include "platform/sdk/publisher_stats.h"
#include "platform/sdk/rtmp_session.h"

namespace onair {

// One place that a publisher's coded media goes to. All methods on the net loop's thread,
// except stats(), which is thread-safe.
class Destination {
 public:
  // What a destination tells its publisher; callback on the net loop's thread.
  struct Reports {
    std::function<void(PublishEvent)> event;
    std::function<void()> key_frame_wanted;
    std::function<void(const cc::CongestionDecision&, Carriage)> rate_decided = {};
    // Answered by RefreshUrl(); only with UrlRefresh::kBeforeAttempts.
    std::function<void(UrlReason)> url_wanted = {};
  };

  virtual ~Destination() = default;

  virtual void Start(Timestamp now) = 0;
  virtual void SetTracks(const StreamTracks& tracks, Timestamp now) = 0;
  virtual void Push(const EncodedFrame& frame, Timestamp now) = 0;
  // The device has another way to the network, from `from` where it is given; nothing to a file.
  virtual void HandleNetworkChanged(const std::optional<IpAddress>& /*from*/, Timestamp /*now*/) {}
  // Who decides the rate from the next report on. False: it stays as it was.
  virtual bool SetController(std::unique_ptr<cc::Controller> /*controller*/) { return false; }
  // As session::Publish::RefreshUrl().
  virtual void RefreshUrl(const std::string& /*url*/, Timestamp /*now*/) {}
  // Says goodbye and ends within `flush_within`, whatever network and disk do; `on_stopped`
  // runs once, maybe at once. What a disk has not taken by then is told as kFileWrite.
  virtual void Stop(TimeDelta flush_within, std::function<void()> on_stopped) = 0;
  // Refreshes what stats() answers.
  virtual void Sample(Timestamp now) = 0;
  virtual DestinationStats stats() const = 0;
};

struct DestinationSetup {
  std::size_t index;
  std::string url;
  std::string bearer = {};  // For WHIP; a secret.
  std::vector<IceServer> ice_servers = {};
  PublishSessionConfig session;
  runtime::ByteStreamConfig streams;
  VideoCodec video_codec = VideoCodec::kH264;
  DataRate video_rate = DataRate::Zero();  // For the stream's metadata; zero is left out.
  DataRate audio_rate = DataRate::Zero();
  ControllerChoice controller = {};
  std::string record_inputs = {};  // Path of an input log; empty: none.
  std::uint64_t seed;
  TraceSink* trace;
  Destination::Reports reports;
};

// Whether `url` names something this build can feed. kInvalidUrl, kUnsupported.
Status CheckDestination(const std::string& url);

// A file whose format knows one picture size only.
bool KeepsOneSize(const std::string& url);
// Whether the network decides what it takes.
bool HasNetwork(const std::string& url);
// Over WebRTC: it takes constrained baseline and Opus, and nothing waits for it.
bool IsRealtime(const std::string& url);
// The address without its secrets, for people: a stream's name is one where it lets publish.
std::string NameForPeople(const Url& url);

// rtmp(s)://: a session over RTMP. rts:// and its kin (transport/webrtc/rts_url.h): one over
// WebRTC. file:PATH: a recording on a thread of its own. kInvalidUrl, kUnsupported, and for files
// what OpenRecorder() answers. `loop` outlives the destination.
Result<std::unique_ptr<Destination>> MakeDestination(runtime::Loop& loop, DestinationSetup setup);

// The three kinds.
Result<std::unique_ptr<Destination>> MakeRtmpDestination(runtime::Loop& loop,
                                                         DestinationSetup setup);
Result<std::unique_ptr<Destination>> MakeRtsDestination(runtime::Loop& loop,
                                                        DestinationSetup setup);
Result<std::unique_ptr<Destination>> MakeFileDestination(runtime::Loop& loop,
                                                         DestinationSetup setup);
// A recording by any recorder.
std::unique_ptr<Destination> RecordWith(runtime::Loop& loop, DestinationSetup setup,
                                        std::unique_ptr<Recorder> recorder);

}  // namespace onair
