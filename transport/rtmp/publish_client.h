// SPDX-License-Identifier: Apache-2.0
//
// The publishing side of RTMP over one byte stream (Adobe RTMP 1.0; command order of OBS and
// librtmp). Start-up takes two round trips after the connection, not five: C2, Set Chunk
// Size, connect, releaseStream, FCPublish and createStream leave together.
#pragma once

#include <memory>
#include <string>

#include "core/api/publish_config.h"
#include "core/api/publish_transport.h"
#include "core/base/rng.h"
#include "core/machine/trace.h"
#include "transport/flv/body.h"
#include "transport/rtmp/rtmp_url.h"

namespace onair::rtmp {

// Built once per connection.
struct PublishClientConfig {
  // Longest wait for each answer of the server: handshake, connect, createStream, publish.
  // Range [0.1 s, 60 s]. Source: ours; below the session's connect timeout, so that the error
  // names the step.
  TimeDelta step_timeout = TimeDelta::Seconds(8);

  // Bytes between chunk headers. Range [128, 65536]. Source: OBS Studio f86e9c1
  // plugins/obs-outputs/librtmp; larger saves headers.
  std::uint32_t chunk_size = 4096;

  // How the client names itself. Some services refuse names they do not know.
  std::string flash_version = "FMLE/3.0 (compatible; Onair)";

  // For the metadata; zero is left out.
  flv::MediaRates rates;

  // What will be published. H.265 is announced in connect; with H.264 the command stays as old
  // servers know it, some of which refuse more.
  VideoCodec video = VideoCodec::kH264;

  HevcSignalling hevc = HevcSignalling::kByServer;

  [[nodiscard]] Status Validate() const;
};

// Single-owner. `trace` outlives it.
class PublishClient final : public PublishTransport {
 public:
  // `url`'s endpoint is the driver's matter. Closed carries kRtmpRejected, kPublishRejected,
  // kPublishConflict or kRtmpUnavailable with the server's own words, kConnectionLost,
  // kRtmpProtocol, or kTimeout naming the step.
  PublishClient(const RtmpUrl& url, const PublishClientConfig& config, Rng rng, TraceSink& trace,
                Timestamp now);
  ~PublishClient() override;

  using PublishTransport::Event;
  void HandleBytes(ByteView in, Timestamp now) override;
  void HandleUnsent(DataSize unsent, Timestamp now) override;
  void HandleTimeout(Timestamp now) override;

  void SetTracks(const StreamTracks& tracks, Timestamp now) override;
  void ContinueLine(MediaTime start) override;
  void Send(const EncodedFrame& frame, Timestamp now) override;
  void Close(Timestamp now) override;

  [[nodiscard]] Output<Event> Poll() override;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace onair::rtmp
