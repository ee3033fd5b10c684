// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/rts_client.h"

#include <utility>

#include "core/machine/ip_address.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/secret_bytes.h"
#include "transport/webrtc/ice_server_address.h"

namespace onair {
namespace {

webrtc::LoopbackPaths PathsTo(const std::string& host) {
  const auto ip = IpAddress::Parse(host);
  const bool is_here = host == "localhost" || (ip && ip->is_loopback());
  return is_here ? webrtc::LoopbackPaths::kYes : webrtc::LoopbackPaths::kNo;
}

// What names streams and begins counters: no secret, but unlike that of any other session.
Result<Rng> FreshRng() {
  std::array<std::uint8_t, 8> bytes{};
  if (auto filled = runtime::FillWithSecret(bytes); !filled) return Forward(filled);
  std::uint64_t seed = 0;
  for (const std::uint8_t byte : bytes) seed = seed << 8 | byte;
  return Rng(seed);
}

std::string Chance(Rng& rng) {
  constexpr int kLetters = 8;
  std::string text;
  for (int i = 0; i < kLetters; ++i) text += static_cast<char>('a' + rng.Below(26));
  return text;
}

}  // namespace

Result<RtsClientMaker> RtsClientMaker::Make(const RtsClientSetup& setup) {
  auto url = webrtc::ParseRtsUrl(setup.url, setup.role);
  if (!url) return Forward(url);
  for (const IceServer& server : setup.ice_servers) {
    const auto address = webrtc::ParseIceServerAddress(server.url);
    if (!address) return Forward(address);
  }
  auto identity = dtls::Identity::Generate();
  if (!identity) return Forward(identity);
  return RtsClientMaker(setup, std::move(*url), std::move(*identity));
}

RtsClientMaker::RtsClientMaker(const RtsClientSetup& setup, webrtc::RtsUrl url,
                               dtls::Identity identity)
    : setup_(setup), url_(std::move(url)), identity_(std::move(identity)) {}

Result<std::unique_ptr<webrtc::Client>> RtsClientMaker::Make(Timestamp now) const {
  webrtc::ClientConfig config{.role = setup_.role,
                              .signalling = {},
                              .identity = identity_,
                              .clock = {now, runtime::UtcNow()},
                              .ice_secret = {},
                              .loopback = PathsTo(url_.api.host),
                              .video_formats = setup_.video_formats,
                              .aac_forms = webrtc::AacFormsOf(url_.dialect),
                              .audio_rate = setup_.audio_rate};
  for (const IceServer& server : setup_.ice_servers) {
    config.ice_servers.push_back({server.url, server.username, server.password});
  }
  if (auto filled = runtime::FillWithSecret(config.ice_secret); !filled) return Forward(filled);
  auto rng = FreshRng();
  if (!rng) return Forward(rng);
  auto dialect = webrtc::MakeSignalling(url_, setup_.role, setup_.bearer, Chance(*rng));
  return webrtc::Client::Create(config, std::move(dialect), *rng, now);
}

}  // namespace onair
