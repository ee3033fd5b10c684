// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/answer.h"

#include <algorithm>
#include <string>

#include "transport/webrtc/capabilities.h"
#include "transport/webrtc/offer_checks.h"

namespace onair::webrtc {
namespace {

tl::unexpected<Error> Incompatible(std::string detail) {
  return Fail(ErrorCode::kSdpIncompatible, std::move(detail));
}

// RFC 8842 section 5.3.
DtlsSetup AnsweredSetup(std::optional<DtlsSetup> offered, DtlsSetup ours) {
  switch (offered.value_or(DtlsSetup::kActPass)) {
    case DtlsSetup::kActPass:
      return ours;
    case DtlsSetup::kActive:
      return DtlsSetup::kPassive;
    case DtlsSetup::kPassive:
      return DtlsSetup::kActive;
  }
  return ours;
}

Direction Answered(Direction offered, Direction ours) {
  const Direction wanted = Reversed(offered);
  const auto both = [](bool a, bool b) { return a && b ? Flow::kOn : Flow::kOff; };
  return DirectionOf(both(Sends(wanted), Sends(ours)), both(Receives(wanted), Receives(ours)));
}

// Answers one offer; the sections that it accepts fill up `mids`.
class Answerer {
 public:
  Answerer(const Sdp& offer, const LocalDescription& local) : offer_(offer), local_(local) {}

  Result<Sdp> Answer();

 private:
  Result<MediaSection> AnswerSection(const MediaSection& offered);
  Result<MediaSection> AnswerRtp(const MediaSection& offered);
  Status ChooseAudio(const MediaSection& offered, MediaSection& out) const;
  Status ChooseVideo(const MediaSection& offered, MediaSection& out) const;
  void ChooseRepairs(const MediaSection& offered, MediaSection& out) const;
  void AcceptAsItIs(const MediaSection& offered, int payload_type, MediaSection& out) const;
  void Accept(RtpCodec codec, const RtpCodec& offered, MediaSection& out) const;
  void ChooseExtensions(const MediaSection& offered, MediaSection& out) const;
  void FillCommon(const MediaSection& offered, MediaSection& out) const;

  const Sdp& offer_;
  const LocalDescription& local_;
  bool has_audio_ = false;
  bool has_video_ = false;
  bool has_data_ = false;
};

MediaSection Mirrored(const MediaSection& offered) {
  MediaSection out;
  out.kind = offered.kind;
  out.media = offered.media;
  out.protocol = offered.protocol;
  out.mid = offered.mid;
  out.direction = Direction::kInactive;
  return out;
}

MediaSection Refused(const MediaSection& offered) {
  MediaSection out = Mirrored(offered);
  out.port = 0;
  // RFC 3264 section 6: the formats of a refused stream "are ignored", but there must be one.
  out.formats = {offered.formats.front()};
  return out;
}

Result<Sdp> Answerer::Answer() {
  if (auto status = Validate(local_); !status) return Forward(status);
  if (auto status = CheckBundle(offer_); !status) return Forward(status);
  Sdp answer;
  answer.session_id = local_.session_id;
  answer.is_ice_lite = local_.is_ice_lite;
  answer.allows_mixed_extensions = offer_.allows_mixed_extensions;
  std::vector<std::string> mids;
  for (const MediaSection& offered : offer_.media) {
    auto section = AnswerSection(offered);
    if (!section) return Forward(section);
    if (!section->is_refused()) {
      // RFC 9143 section 7.3.1: the transport stands once, in the bundle's first section.
      if (!mids.empty()) section->ice.candidates.clear();
      mids.push_back(section->mid);
    }
    answer.media.push_back(std::move(*section));
  }
  if (mids.empty()) return Incompatible("the offer has no section that can be taken");
  if (!offer_.bundles.empty()) answer.bundles = {std::move(mids)};
  return answer;
}

Result<MediaSection> Answerer::AnswerSection(const MediaSection& offered) {
  const bool is_data = offered.kind == MediaKind::kApplication;
  const bool is_unwanted =
      offered.kind == MediaKind::kOther || (is_data && (!local_.data_port || has_data_));
  if (offered.is_refused() || is_unwanted) return Refused(offered);
  if (auto status = CheckSection(offered); !status) return Forward(status);
  if (!is_data) return AnswerRtp(offered);
  has_data_ = true;
  MediaSection out = Mirrored(offered);
  out.formats = offered.formats;
  out.direction = Direction::kSendRecv;
  out.sctp_port = local_.data_port;
  out.max_message_bytes = local_.max_message_bytes;
  FillCommon(offered, out);
  return out;
}

Result<MediaSection> Answerer::AnswerRtp(const MediaSection& offered) {
  const bool is_audio = offered.kind == MediaKind::kAudio;
  bool& is_taken = is_audio ? has_audio_ : has_video_;
  if (is_taken) return Incompatible("more than one " + offered.media + " section");
  is_taken = true;

  MediaSection out = Mirrored(offered);
  const auto status = is_audio ? ChooseAudio(offered, out) : ChooseVideo(offered, out);
  const Direction ours = is_audio ? local_.audio : local_.video;
  if (!status) {
    if (ours != Direction::kInactive) return Forward(status);
    // Nothing of ours depends on it, and its peer keeps its transport if it stays.
    out.formats = {offered.formats.front()};
    if (!offered.codecs.empty()) out.codecs = {offered.codecs.front()};
  }
  out.direction = Answered(offered.direction, ours);
  out.is_rtcp_mux = true;
  out.is_rtcp_reduced_size = offered.is_rtcp_reduced_size;
  ChooseExtensions(offered, out);
  FillCommon(offered, out);
  if (Sends(out.direction)) FillSources(local_, out);
  return out;
}

void Answerer::FillCommon(const MediaSection& offered, MediaSection& out) const {
  out.setup = AnsweredSetup(offered.setup, local_.answer_setup);
  FillTransport(local_, out);
}

void Answerer::Accept(RtpCodec codec, const RtpCodec& offered, MediaSection& out) const {
  for (const std::string_view kind : FeedbackOf(out.kind)) {
    if (offered.HasFeedback(kind)) codec.feedback.emplace_back(kind);
  }
  out.formats.push_back(std::to_string(codec.payload_type));
  out.codecs.push_back(std::move(codec));
}

Status Answerer::ChooseAudio(const MediaSection& offered, MediaSection& out) const {
  const RtpCodec* opus = FindOpus(offered);
  if (opus == nullptr) return Incompatible("the audio section has no Opus");
  Accept(OpusCodec(opus->payload_type), *opus, out);
  const auto red = RedFor(offered, opus->payload_type);
  if (red && local_.audio_red == RedundantAudio::kOn) {
    AcceptAsItIs(offered, *red, out);
  }
  return {};
}

void Answerer::AcceptAsItIs(const MediaSection& offered, int payload_type,
                            MediaSection& out) const {
  const RtpCodec& line = *offered.FindCodec(payload_type);
  RtpCodec codec = line;
  codec.feedback.clear();
  Accept(std::move(codec), line, out);
}

void Answerer::ChooseRepairs(const MediaSection& offered, MediaSection& out) const {
  if (local_.video_fec == ForwardCorrection::kOff) return;
  if (const auto fec = PayloadTypeOf(offered, kFlexFec)) AcceptAsItIs(offered, *fec, out);
  // We read it and do not write it: who takes our pictures is not told of it.
  const auto red = PayloadTypeOf(offered, kRed);
  const auto ulpfec = PayloadTypeOf(offered, kUlpFec);
  if (!red || !ulpfec || !Receives(local_.video) || !Sends(offered.direction)) return;
  AcceptAsItIs(offered, *red, out);
  if (const auto rtx = RtxFor(offered, *red)) {
    Accept(RtxCodec(*rtx, *red), *offered.FindCodec(*rtx), out);
  }
  AcceptAsItIs(offered, *ulpfec, out);
}

Status Answerer::ChooseVideo(const MediaSection& offered, MediaSection& out) const {
  for (const VideoFormat& ours : local_.video_formats) {
    for (const RtpCodec& codec : offered.codecs) {
      const auto theirs = Understood(codec, {&ours, 1});
      if (!theirs) continue;
      VideoFormat chosen = ours;
      chosen.h264.level = AnsweredLevel(codec, ours.h264.level);
      RtpCodec line = VideoCodecLine(chosen, codec.payload_type);
      if (!FindParameter(codec.parameters, "level-asymmetry-allowed")) {
        std::erase_if(line.parameters,
                      [](const auto& pair) { return pair.first == "level-asymmetry-allowed"; });
      }
      Accept(std::move(line), codec, out);
      if (const auto rtx = RtxFor(offered, codec.payload_type)) {
        Accept(RtxCodec(*rtx, codec.payload_type), *offered.FindCodec(*rtx), out);
      }
      ChooseRepairs(offered, out);
      return {};
    }
  }
  return Incompatible("the video section has none of our formats");
}

void Answerer::ChooseExtensions(const MediaSection& offered, MediaSection& out) const {
  constexpr int kMaxOneByteId = 14;  // RFC 8285 section 4.2.
  const int most = offer_.allows_mixed_extensions ? 255 : kMaxOneByteId;
  const auto known = ExtensionsOf(offered.kind);
  for (const HeaderExtension& extension : offered.extensions) {
    const auto kind = rtp::ExtensionOf(extension.uri);
    const bool is_known = kind && std::find(known.begin(), known.end(), *kind) != known.end();
    if (is_known && extension.id <= most) out.extensions.push_back(extension);
  }
}

}  // namespace

Result<Sdp> MakeAnswer(const Sdp& offer, const LocalDescription& local) {
  return Answerer(offer, local).Answer();
}

}  // namespace onair::webrtc
