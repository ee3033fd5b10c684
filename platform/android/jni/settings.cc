// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/settings.h"

#include <bit>
#include <charconv>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

namespace onair::jni {
namespace {

// One value on its way; remembers that it was not understood.
class Value {
 public:
  explicit Value(const std::string& text) : text_(text) {}

  const std::string& text() const { return text_; }
  std::int64_t number() {
    std::int64_t number = 0;
    const char* end = text_.data() + text_.size();
    const auto [stop, error] = std::from_chars(text_.data(), end, number);
    is_understood_ = is_understood_ && error == std::errc() && stop == end;
    return number;
  }
  int small() {
    const std::int64_t number = this->number();
    is_understood_ = is_understood_ && std::in_range<int>(number);
    return static_cast<int>(number);
  }
  // Of enums that count from 1 to `last` on both sides.
  template <typename Enum>
  Enum choice(Enum last) {
    const std::int64_t number = this->number();
    is_understood_ = is_understood_ && number >= 1 && number <= static_cast<std::int64_t>(last);
    return static_cast<Enum>(number);
  }
  double real() { return std::bit_cast<double>(number()); }
  TimeDelta millis() { return TimeDelta::Millis(number()); }
  DataRate rate() { return DataRate::BitsPerSec(number()); }

  bool is_understood() const { return is_understood_; }

 private:
  const std::string& text_;
  bool is_understood_ = true;
};

template <typename Target>
struct Setting {
  std::string_view name;
  void (*take)(Value& value, Target& target);
};

template <typename Target>
Result<Target> Read(const Pairs& pairs, std::span<const Setting<Target>> known, Target target) {
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
    const Setting<Target>* setting = nullptr;
    for (const auto& candidate : known) {
      if (candidate.name == pairs[i]) setting = &candidate;
    }
    Value value(pairs[i + 1]);
    if (setting != nullptr) setting->take(value, target);
    if (setting == nullptr || !value.is_understood()) {
      return Fail(ErrorCode::kInvalidConfig, pairs[i]);
    }
  }
  return target;
}

VideoConfig& VideoOf(PublisherSettings& s) {
  if (!s.config.video) s.config.video.emplace();
  return *s.config.video;
}
AudioConfig& AudioOf(PublisherSettings& s) {
  if (!s.config.audio) s.config.audio.emplace();
  return *s.config.audio;
}
tls::VerifyPeer VerifyOf(Value& v) {
  return v.number() == 0 ? tls::VerifyPeer::kNo : tls::VerifyPeer::kYes;
}

using P = PublisherSettings;
constexpr Setting<P> kPublisher[] = {
    {"url", [](Value& v, P& s) { s.config.urls.push_back(v.text()); }},
    {"bearer_token", [](Value& v, P& s) { s.config.bearer_token = v.text(); }},
    {"ice_server.url", [](Value& v, P& s) { s.config.ice_servers.push_back({v.text()}); }},
    {"ice_server.username",
     [](Value& v, P& s) { s.config.ice_servers.back().username = v.text(); }},
    {"ice_server.password",
     [](Value& v, P& s) { s.config.ice_servers.back().password = v.text(); }},
    {"ca_file", [](Value& v, P& s) { s.config.tls.ca_file = v.text(); }},
    {"tls_verify", [](Value& v, P& s) { s.config.tls.verify = VerifyOf(v); }},
    {"max_reconnects", [](Value& v, P& s) { s.config.session.reconnect.max_attempts = v.small(); }},
    {"network", [](Value& v, P& s) { s.config.network = v.choice(NetworkKind::kEthernet); }},
    {"policy", [](Value& v, P& s) { s.policy = v.text(); }},
    {"session_id", [](Value& v, P& s) { s.config.session_id = v.text(); }},
    {"refresh_url", [](Value&, P& s) { s.refreshes_url = true; }},
    {"seed", [](Value& v, P& s) { s.config.seed = static_cast<std::uint64_t>(v.number()); }},
    {"stats_every_ms", [](Value& v, P& s) { s.stats_every = v.millis(); }},
    {"video", [](Value&, P& s) { s.config.video.reset(); }},
    {"video.codec", [](Value& v, P& s) { VideoOf(s).codec = v.choice(VideoCodec::kH265); }},
    {"video.profile",
     [](Value& v, P& s) { VideoOf(s).h264_profile = v.choice(H264Profile::kConstrainedBaseline); }},
    {"video.width", [](Value& v, P& s) { VideoOf(s).size.width = v.small(); }},
    {"video.height", [](Value& v, P& s) { VideoOf(s).size.height = v.small(); }},
    {"video.frame_rate_bits", [](Value& v, P& s) { VideoOf(s).frame_rate = v.real(); }},
    {"video.rate", [](Value& v, P& s) { VideoOf(s).rate = v.rate(); }},
    {"video.min_rate", [](Value& v, P& s) { s.config.control.min_rate = v.rate(); }},
    {"video.gop_ms", [](Value& v, P& s) { VideoOf(s).gop = v.millis(); }},
    {"video.control",
     [](Value& v, P& s) { s.config.control.mode = v.choice(ControlMode::kBalanced); }},
    {"video.preset", [](Value& v, P& s) { VideoOf(s).preset = v.text(); }},
    {"video.threads", [](Value& v, P& s) { VideoOf(s).threads = v.small(); }},
    {"audio", [](Value&, P& s) { s.config.audio.reset(); }},
    {"audio.codec", [](Value& v, P& s) { AudioOf(s).codec = v.choice(AudioCodec::kOpus); }},
    {"audio.sample_rate", [](Value& v, P& s) { AudioOf(s).format.sample_rate = v.small(); }},
    {"audio.channels", [](Value& v, P& s) { AudioOf(s).format.channels = v.small(); }},
    {"audio.rate", [](Value& v, P& s) { AudioOf(s).rate = v.rate(); }},
};

using L = PlayerSettings;
constexpr Setting<L> kPlayer[] = {
    {"url", [](Value& v, L& s) { s.config.url = v.text(); }},
    {"bearer_token", [](Value& v, L& s) { s.config.bearer_token = v.text(); }},
    {"ice_server.url", [](Value& v, L& s) { s.config.ice_servers.push_back({v.text()}); }},
    {"ice_server.username",
     [](Value& v, L& s) { s.config.ice_servers.back().username = v.text(); }},
    {"ice_server.password",
     [](Value& v, L& s) { s.config.ice_servers.back().password = v.text(); }},
    {"ca_file", [](Value& v, L& s) { s.config.tls.ca_file = v.text(); }},
    {"tls_verify", [](Value& v, L& s) { s.config.tls.verify = VerifyOf(v); }},
    {"max_reconnects", [](Value& v, L& s) { s.config.session.reconnect.max_attempts = v.small(); }},
    {"buffer", [](Value& v, L& s) { s.config.session.buffer = v.choice(BufferMode::kRealtime); }},
    {"fixed_delay_ms", [](Value& v, L& s) { s.config.session.fixed_delay = v.millis(); }},
    {"fallback_url", [](Value& v, L& s) { s.config.fallback_url = v.text(); }},
    {"fallback", [](Value&, L& s) { s.config.fallback_use = FallbackUse::kNever; }},
    {"fallback_after_ms", [](Value& v, L& s) { s.config.fallback.after = v.millis(); }},
    {"first_return_ms", [](Value& v, L& s) { s.config.fallback.first_return = v.millis(); }},
    {"most_return_ms", [](Value& v, L& s) { s.config.fallback.most_return = v.millis(); }},
    {"quality.url",
     [](Value& v, L& s) {
       s.config.qualities.push_back({v.text(), DataRate::Zero()});
     }},
    {"quality.rate", [](Value& v, L& s) { s.config.qualities.back().rate = v.rate(); }},
    {"quality.width", [](Value& v, L& s) { s.config.qualities.back().size.width = v.small(); }},
    {"quality.height", [](Value& v, L& s) { s.config.qualities.back().size.height = v.small(); }},
    {"quality_mode",
     [](Value& v, L& s) { s.config.quality_mode = v.choice(QualityMode::kPinned); }},
    {"climb_after_ms", [](Value& v, L& s) { s.config.quality.climb_after = v.millis(); }},
    {"most_climb_after_ms", [](Value& v, L& s) { s.config.quality.most_climb_after = v.millis(); }},
    {"proof_ms", [](Value& v, L& s) { s.config.quality.proof = v.millis(); }},
    {"quality_share_bits", [](Value& v, L& s) { s.config.quality.share = v.real(); }},
    {"sound", [](Value&, L& s) { s.pulls_sound = true; }},
    {"decode_threads", [](Value& v, L& s) { s.config.decode_threads = v.small(); }},
    {"seed", [](Value& v, L& s) { s.config.seed = static_cast<std::uint64_t>(v.number()); }},
    {"stats_every_ms", [](Value& v, L& s) { s.stats_every = v.millis(); }},
};

using C = PreloadConfig;
constexpr Setting<C> kPreload[] = {
    {"rooms", [](Value& v, C& c) { c.rooms = v.small(); }},
    {"picture_distance", [](Value& v, C& c) { c.picture_distance = v.small(); }},
    {"gop_distance", [](Value& v, C& c) { c.gop_distance = v.small(); }},
    {"connect_distance", [](Value& v, C& c) { c.connect_distance = v.small(); }},
    {"memory", [](Value& v, C& c) { c.memory = DataSize::Bytes(v.number()); }},
    {"bandwidth", [](Value& v, C& c) { c.bandwidth = v.rate(); }},
};

// Range [100 ms, 60 s]: less keeps the app's threads busy with numbers.
Status CheckPeriod(const std::optional<TimeDelta>& every) {
  const bool is_fine =
      !every || (*every >= TimeDelta::Millis(100) && *every <= TimeDelta::Seconds(60));
  return is_fine ? Status{} : Fail(ErrorCode::kInvalidConfig, "stats_every_ms");
}

}  // namespace

Result<PublisherSettings> ReadPublisher(const Pairs& pairs) {
  auto settings = Read<P>(pairs, kPublisher, {});
  if (!settings) return settings;
  if (auto status = CheckPeriod(settings->stats_every); !status) return Forward(status);
  return settings;
}

Result<PlayerSettings> ReadPlayer(const Pairs& pairs) {
  auto settings = Read<L>(pairs, kPlayer, {});
  if (!settings) return settings;
  if (auto status = CheckPeriod(settings->stats_every); !status) return Forward(status);
  return settings;
}

Result<PreloadConfig> ReadPreload(const Pairs& pairs) {
  return Read<C>(pairs, kPreload, {});
}

}  // namespace onair::jni
