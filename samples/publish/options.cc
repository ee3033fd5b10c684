// SPDX-License-Identifier: Apache-2.0
#include "samples/publish/options.h"

#include "capture/file/image_source.h"
#include "codec/encode/video_encoder.h"
#include "transport/cc/registry.h"

namespace onair::samples {
namespace {

// Source: measured, x264: ten pictures at 30 fps pay for the whole background beside a face.
constexpr TimeDelta kQualityLookAhead = TimeDelta::Micros(333'334);

std::string ControllerList() {
  std::string text;
  for (const std::string_view name : cc::ControllerNames()) {
    text.append(text.empty() ? "" : ", ").append(name);
  }
  return text + " (default: " + std::string(cc::kDefaultController) + ")";
}

// FILE or FILE@SECONDS.
Result<PoorNetworkPicture> ReadPoorNetwork(const std::string& text, PictureSize size) {
  const auto at = ParseAt(text);
  const std::string path = at ? at->first : text;
  // Of an image under pan and zoom the first picture: whole, and cut to the stream's shape.
  auto image = capture::OpenImage(path, {.output = {size, 1}, .zoom = 1});
  if (!image) return Forward(image);
  auto frame = (*image)->ReadVideo({Timestamp::Zero(), UtcTime::Micros(0)});
  if (!frame) return Forward(frame);
  PoorNetworkPicture shown{.picture = frame->picture};
  if (at) shown.after = TimeDelta::SecondsF(at->second);
  return shown;
}

std::optional<EncoderChoice> EncoderOf(const std::string& name) {
  if (name == "auto") return EncoderChoice::kAuto;
  for (const codec::VideoBackend& backend : codec::VideoBackends()) {
    if (name == backend.name) return backend.choice;
  }
  return std::nullopt;
}

}  // namespace

std::unique_ptr<CommandLine> MakePublishCommandLine(PublishOptions& o) {
  auto line = std::make_unique<CommandLine>(
      "onair-publish", "Goes live from a picture, a file, a camera or a screen.",
      std::vector<std::string>{});
  CLI::App& app = line->app();
  app.add_option("--input", o.input,
                 "test (moving picture with frame number and UTC, a beep each second), a media "
                 "file, an image (slow pan and zoom), camera[:N], screen[:DISPLAY]")
      ->capture_default_str();
  app.add_option("--audio-input", o.audio_input,
                 "mic, test, none (no sound track) or a media file (default: the input's own "
                 "sound, silence where it has none; mic for "
                 "camera and screen)");
  app.add_option("--to", o.to,
                 "Where to: rtmp://host[:port]/app/key, rtmps://…; by WebRTC rts://host[:1985]/app/"
                 "stream (onair-edge, SRS), whip+http://… and whip+https://… (any WHIP endpoint), "
                 "artc://… (Alibaba), webrtc://… (SRS, Volcano); file:PATH (.flv .mp4 .m3u8). "
                 "Several: all at once. With WebRTC among them all get H.264 of the constrained "
                 "baseline without look-ahead, and its sound is Opus")
      ->take_all();
  app.add_option("--probe", o.probe,
                 "Do not go live: test the line to this address for --duration seconds (default "
                 "5, 3..30) with filler under its key, and say what to go live with")
      ->type_name("URL");
  app.add_option("--size", o.size, "Picture size in pixels, even")->capture_default_str();
  app.add_option("--fps", o.fps, "Pictures per second, 1..120")->capture_default_str();
  app.add_option("--gop", o.gop_s, "Seconds between key frames, 0.2..20")->capture_default_str();
  app.add_option("--video", o.video, "Video codec: h264, h265")->capture_default_str();
  app.add_option("--encoder", o.encoder,
                 "Who codes: auto (x264 or x265 where this build and machine have them, OpenH264 "
                 "otherwise), x264, x265, openh264")
      ->capture_default_str();
  app.add_option("--openh264-library", o.openh264_library,
                 "OpenH264's library, such as Cisco's binary (default: the system's)")
      ->type_name("FILE");
  app.add_option("--hevc-rtmp", o.hevc_rtmp,
                 "How H.265 is marked over RTMP: enhanced (hvc1) or legacy12 (codec id 12, Chinese "
                 "CDNs). Default: enhanced, legacy12 where the server's answer names codecs "
                 "without hvc1");
  app.add_option("--audio", o.audio,
                 "Audio codec: aac, or opus (over RTMP: Enhanced RTMP). WebRTC gets opus always")
      ->capture_default_str();
  app.add_option("--bitrate", o.bitrate_kbps, "Most of the video in kbit/s, 50..50000")
      ->capture_default_str();
  app.add_option(
         "--min-bitrate", o.min_bitrate_kbps,
         "Least of the video in kbit/s where the network takes no more, 50..50000; equal to "
         "--bitrate or above: the rate stays")
      ->capture_default_str();
  app.add_option("--controller", o.controller, "Who decides the rate: " + ControllerList());
  AddQosOptions(app, o.qos);
  app.add_option("--poor-network", o.poor_network,
                 "Image shown instead of the input once the network has been poor for SECONDS (5), "
                 "until it is good again; the sound goes on")
      ->type_name("FILE[@SECONDS]");
  app.add_option("--audio-bitrate", o.audio_bitrate_kbps, "Audio rate in kbit/s, 16..320")
      ->capture_default_str();
  app.add_option("--mode", o.mode,
                 "What gives way first when the network is slow: quality (the frame rate; it also "
                 "looks 0.33 s ahead: the same bits show more, 0.33 s later), fluency (the picture "
                 "size) or balanced (both in turns)")
      ->capture_default_str();
  AddEffectsOptions(app, o.effects);
  app.add_option("--duration", o.duration_s,
                 "Stop after this many seconds (default: when stopped or at the input's end)");
  app.add_flag("--loop", o.is_looped, "Start a file again at its end");
  app.add_option("--record-inputs", o.record_inputs,
                 "Writes all that the first --to's session is told and answers (stream key and "
                 "media included), for `onair-twin replay FILE`; others get FILE.1, FILE.2")
      ->type_name("FILE");
  app.add_option("--token", o.token, "Bearer token for WHIP endpoints");
  app.add_option("--ice-server", o.ice_servers, kIceServerHelp)
      ->type_name("URL[,USER,PASSWORD]")
      ->take_all();
  app.add_option("--ca", o.ca, "PEM file of the issuers to trust (default: the system's)")
      ->type_name("FILE");
  app.add_flag("--insecure", o.is_insecure, "Accept any certificate");
  return line;
}

std::optional<int> ToConfig(const CommandLine& line, const PublishOptions& o,
                            PublisherConfig& config) {
  // Not by the parser: that would hide an option that it does not know.
  if (o.to.empty()) return line.Refuse("--to is missing (see --help)");
  if (o.video != "h264" && o.video != "h265") {
    return line.Refuse("--video: '" + o.video + "' is not h264 or h265");
  }
  const auto encoder = EncoderOf(o.encoder);
  if (!encoder) {
    return line.Refuse("--encoder: '" + o.encoder + "' is not auto, x264, x265 or openh264");
  }
  if (!o.hevc_rtmp.empty() && o.hevc_rtmp != "enhanced" && o.hevc_rtmp != "legacy12") {
    return line.Refuse("--hevc-rtmp: '" + o.hevc_rtmp + "' is not enhanced or legacy12");
  }
  if (o.audio != "aac" && o.audio != "opus") {
    return line.Refuse("--audio: '" + o.audio + "' is not aac or opus");
  }
  if (o.mode != "quality" && o.mode != "fluency" && o.mode != "balanced") {
    return line.Refuse("--mode: '" + o.mode + "' is not quality, fluency or balanced");
  }
  auto size = ParseSize(o.size);
  if (!size) return line.Refuse("--size: " + size.error().detail);
  if (size->width % 2 != 0 || size->height % 2 != 0) {
    line.Complain(ToString(
        Error{ErrorCode::kInvalidConfig, "--size " + o.size + ": both sides must be even"}));
    return kExitUsage;
  }
  if (!(o.duration_s >= 0)) return line.Refuse("--duration: must not be negative");

  config.urls = o.to;
  config.bearer_token = o.token;
  for (const std::string& text : o.ice_servers) {
    auto server = ParseIceServer(text);
    if (!server) return line.Refuse("--ice-server: " + server.error().detail);
    config.ice_servers.push_back(std::move(*server));
  }
  config.record_inputs = o.record_inputs;
  config.audio->codec = o.audio == "opus" ? AudioCodec::kOpus : AudioCodec::kAac;
  config.video->codec = o.video == "h265" ? VideoCodec::kH265 : VideoCodec::kH264;
  config.video->encoder = *encoder;
  config.video->openh264_library = o.openh264_library;
  if (o.hevc_rtmp == "enhanced") config.session.hevc_rtmp = HevcSignalling::kEnhanced;
  if (o.hevc_rtmp == "legacy12") config.session.hevc_rtmp = HevcSignalling::kLegacy12;
  config.video->size = *size;
  config.video->frame_rate = o.fps;
  config.video->gop = TimeDelta::SecondsF(o.gop_s);
  if (o.mode == "quality") {
    config.video->look_ahead = kQualityLookAhead;
    config.control.mode = ControlMode::kQuality;
  }
  if (!o.poor_network.empty()) {
    auto shown = ReadPoorNetwork(o.poor_network, *size);
    if (!shown) return line.Refuse("--poor-network: " + ToString(shown.error()));
    config.poor_network = std::move(*shown);
  }
  if (o.mode == "fluency") config.control.mode = ControlMode::kFluency;
  config.control.min_rate = DataRate::KilobitsPerSec(o.min_bitrate_kbps);
  config.control.controller = o.controller;
  config.video->rate = DataRate::KilobitsPerSec(o.bitrate_kbps);
  config.audio->rate = DataRate::KilobitsPerSec(o.audio_bitrate_kbps);
  if (o.audio_input == "none") config.audio.reset();
  config.tls.ca_file = o.ca;
  config.tls.verify = o.is_insecure ? tls::VerifyPeer::kNo : tls::VerifyPeer::kYes;
  EffectsOptions effects = o.effects;
  effects.shows_people = o.input != "test" && !o.input.starts_with("screen");
  if (auto status = ToConfig(effects, config); !status) {
    return line.Refuse(ToString(status.error()));
  }
  if (auto status = config.Validate(); !status) return line.Refuse(ToString(status.error()));
  return std::nullopt;
}

}  // namespace onair::samples
