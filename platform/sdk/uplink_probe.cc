// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/uplink_probe.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "codec/encode/video_encoder.h"
#include "core/session/uplink_probe.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/session_driver.h"
#include "platform/sdk/destination.h"
#include "platform/sdk/event_gate.h"
#include "transport/rtmp/publish_client.h"
#include "transport/rtmp/rtmp_url.h"

namespace onair {
namespace {

using Prober = session::UplinkProbe;

// A black picture, so that the server sees a real stream.
Result<Prober::Filler> MakeFiller() {
  VideoConfig config;
  config.size = {320, 180};
  config.threads = 1;
  config.preset = "ultrafast";
  auto encoder = codec::OpenVideoEncoder(config);
  if (!encoder) return Forward(encoder);
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, config.size);
  if (!builder) return Forward(builder);
  for (std::size_t i = 0; i < 3; ++i) {
    const Plane plane = builder->plane(i);
    const int rows = i == 0 ? config.size.height : (config.size.height + 1) / 2;
    std::fill_n(plane.data, std::ptrdiff_t{rows} * plane.stride_bytes,
                static_cast<std::uint8_t>(i == 0 ? 16 : 128));
  }
  std::vector<EncodedFrame> coded;
  const VideoFrame black(std::move(*builder).Freeze(), MediaTime::Zero(), Timestamp::Zero());
  if (auto status = (*encoder)->Encode(black, coded); !status) return Forward(status);
  if (coded.empty()) return Fail(ErrorCode::kEncodeFailed, "no picture for the probe");
  return Prober::Filler{(*encoder)->track(), coded.front().payload};
}

runtime::ByteStreamConfig StreamsOf(const TlsConfig& tls) {
  runtime::ByteStreamConfig streams;
  streams.unsent_reports = runtime::UnsentReports::kPrompt;
  // A probe wants a socket that never runs dry.
  streams.kernel_unsent_limit = DataSize::Kibibytes(64);
  streams.ca_file = tls.ca_file;
  streams.verify = tls.verify;
  return streams;
}

}  // namespace

// `net_` owns machine and driver.
class UplinkProbe::Core {
 public:
  Core(const UplinkProbeSetup& setup, const rtmp::RtmpUrl& address, Prober::Filler filler,
       Executor executor, OnReport on_report)
      : trace_(setup.trace != nullptr ? *setup.trace : NullTrace()),
        gate_(std::move(executor), std::move(on_report)),
        machine_(
            setup.probe, address.endpoint,
            [this, address](Timestamp now) {
              return std::make_unique<rtmp::PublishClient>(address, rtmp::PublishClientConfig{},
                                                           Rng(kSeed), trace_, now);
            },
            std::move(filler), trace_),
        driver_(net_, StreamsOf(setup.tls), machine_, [this](Prober::Event&& event, Timestamp) {
          gate_.Emit(std::move(std::get<Prober::Finished>(event).report));
        }) {}
  ~Core() {
    gate_.Close();
    net_.Stop();
  }

  Status Start() {
    if (auto status = net_.Start(); !status) return status;
    net_.Post([this] { driver_.Do([](Prober& m, Timestamp now) { m.Start(now); }); });
    return {};
  }

 private:
  static constexpr std::uint64_t kSeed = 1;  // Of the handshake's filler.

  TraceSink& trace_;
  EventGate<Result<UplinkReport>> gate_;
  runtime::Loop net_{"onair.probe"};
  Prober machine_;
  runtime::SessionDriver<Prober> driver_;
};

Result<std::unique_ptr<UplinkProbe>> UplinkProbe::Start(const UplinkProbeSetup& setup,
                                                        Executor executor, OnReport on_report) {
  if (auto status = setup.probe.Validate(); !status) return Forward(status);
  if (auto status = CheckDestination(setup.url); !status) return Forward(status);
  if (!HasNetwork(setup.url)) return Fail(ErrorCode::kUnsupported, "a file has no line to test");
  if (IsRealtime(setup.url)) {
    return Fail(ErrorCode::kUnsupported, "a line is tested to an RTMP server, not by WebRTC");
  }
  const auto url = ParseUrl(setup.url);
  if (!url) return Forward(url);
  const auto address = rtmp::ParseRtmpStreamUrl(*url);
  if (!address) return Forward(address);
  auto filler = MakeFiller();
  if (!filler) return Forward(filler);
  auto core = std::make_unique<Core>(setup, *address, std::move(*filler), std::move(executor),
                                     std::move(on_report));
  if (auto status = core->Start(); !status) return Forward(status);
  return std::unique_ptr<UplinkProbe>(new UplinkProbe(std::move(core)));
}

UplinkProbe::UplinkProbe(std::unique_ptr<Core> core) : core_(std::move(core)) {}
UplinkProbe::~UplinkProbe() = default;

}  // namespace onair
