// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/media_sender.h"

#include <utility>

#include "transport/flv/amf0.h"
#include "transport/rtmp/message.h"

namespace onair::rtmp {

void MediaSender::SetHevcForm(flv::HevcForm form) {
  codecs_.hevc = form;
}

void MediaSender::SetTracks(const StreamTracks& tracks) {
  tracks_ = tracks;
  codecs_ = flv::CodecsOf(tracks, codecs_.hevc);
  headers_due_ = true;
}

void MediaSender::Send(const EncodedFrame& frame, const Place& place, MessageStream& out) {
  const auto timestamp_ms = static_cast<std::uint32_t>(place.timestamp_ms);
  const bool is_audio = frame.track() == TrackKind::kAudio;
  const flv::BodyHeader header =
      is_audio ? flv::AudioHeader(codecs_.audio)
               : flv::VideoHeader(frame.kind, place.composition_ms, codecs_.video, codecs_.hevc);
  if (header.view().size() + frame.payload.size() > kMaxMessage) {
    ++too_large_;
    return;
  }
  if (std::exchange(headers_due_, false)) SendHeaders(place.stream_id, timestamp_ms, out);
  out.Send({is_audio ? kAudioLane : kVideoLane, place.stream_id},
           is_audio ? MessageType::kAudio : MessageType::kVideo, timestamp_ms, header.view(),
           frame.payload.view());
}

void MediaSender::SendHeaders(std::uint32_t stream_id, std::uint32_t timestamp_ms,
                              MessageStream& out) {
  flv::amf0::Writer command;
  if (to_ == MediaTo::kServer) command.Text("@setDataFrame");
  out.Send({kDataLane, stream_id}, MessageType::kDataAmf0, flv::kMetadataTimestampMs,
           command.view(), flv::MetadataBody(tracks_, rates_, codecs_.hevc));
  if (tracks_.video) {
    out.Send({kVideoLane, stream_id}, MessageType::kVideo, timestamp_ms, {},
             flv::VideoSequenceHeaderBody(*tracks_.video, codecs_.hevc));
  }
  if (tracks_.audio) {
    out.Send({kAudioLane, stream_id}, MessageType::kAudio, timestamp_ms, {},
             flv::AudioSequenceHeaderBody(*tracks_.audio));
  }
}

}  // namespace onair::rtmp
