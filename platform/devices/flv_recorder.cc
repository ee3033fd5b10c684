// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/flv_recorder.h"

#include <optional>
#include <utility>

#include "core/base/byte_writer.h"
#include "platform/devices/file_writer.h"
#include "platform/devices/record_line.h"
#include "transport/flv/amf0.h"
#include "transport/flv/tag.h"

namespace onair::devices {
namespace {

constexpr std::int64_t kTagHeaderBytes = 11;  // Annex E.4.1.

// onMetaData with room for what is known only at the end.
struct Metadata {
  Bytes body;
  std::size_t duration_offset = 0;  // Of the 8 bytes of the double, in the body.
  std::size_t size_offset = 0;
};

void WriteValue(const flv::amf0::Value& value, flv::amf0::Writer& out) {
  if (const auto number = value.number()) {
    out.Number(*number);
  } else if (const std::string* text = value.text()) {
    out.Text(*text);
  } else if (const bool* is_set = std::get_if<bool>(&value.data)) {
    out.Boolean(*is_set);
  } else {
    out.Null();
  }
}

// Writes a zero; returns where its eight bytes lie.
std::size_t WriteRoom(std::string_view key, flv::amf0::Writer& out) {
  out.Key(key).Number(0);
  return out.view().size() - sizeof(double);
}

Metadata MakeMetadata(const StreamTracks& tracks) {
  const auto known = flv::amf0::Parse(flv::MetadataBody(tracks)).values;
  const flv::amf0::Object* object = known.size() > 1 ? known[1].object() : nullptr;
  const auto& properties =
      object != nullptr ? object->properties : std::vector<flv::amf0::Property>();
  flv::amf0::Writer out;
  out.Text("onMetaData").BeginEcmaArray(static_cast<std::uint32_t>(properties.size() + 2));
  Metadata metadata;
  metadata.duration_offset = WriteRoom("duration", out);
  metadata.size_offset = WriteRoom("filesize", out);
  for (const auto& property : properties) {
    if (property.name == "duration" || property.name == "filesize") continue;
    out.Key(property.name);
    WriteValue(property.value, out);
  }
  out.EndObject();
  metadata.body = out.Take();
  return metadata;
}

class FlvRecorder : public Recorder {
 public:
  explicit FlvRecorder(std::unique_ptr<FileWriter> file) : file_(std::move(file)) {}
  ~FlvRecorder() override { static_cast<void>(Close()); }

  Status SetTracks(const StreamTracks& tracks) override;
  Status Write(const EncodedFrame& frame) override;
  Status Close() override;

 private:
  Status Begin();
  Status Append(ByteView whole_tags);
  Status Patch(std::int64_t offset, double value);
  Status Finish();

  std::unique_ptr<FileWriter> file_;
  StreamTracks tracks_;
  RecordLine line_;
  bool has_begun_ = false;
  bool wants_headers_ = false;    // The decoder configuration changed.
  std::int64_t duration_at_ = 0;  // File offsets of the doubles in onMetaData.
  std::int64_t size_at_ = 0;
  std::optional<Error> broken_;
};

Status FlvRecorder::SetTracks(const StreamTracks& tracks) {
  if (broken_) return Fail(*broken_);
  if (tracks.audio && tracks.audio->codec == AudioCodec::kOpus) {
    return Fail(ErrorCode::kUnsupported, "Opus in FLV: hardly any player reads it");
  }
  tracks_ = tracks;
  if (tracks.video) line_.ExpectVideo();
  wants_headers_ = has_begun_;
  return {};
}

Status FlvRecorder::Begin() {
  Bytes start = flv::FileHeader(tracks_);
  const Metadata metadata = MakeMetadata(tracks_);
  const auto body_at = static_cast<std::int64_t>(start.size()) + kTagHeaderBytes;
  duration_at_ = body_at + static_cast<std::int64_t>(metadata.duration_offset);
  size_at_ = body_at + static_cast<std::int64_t>(metadata.size_offset);
  const auto append = [&start](const Bytes& tag) {
    start.insert(start.end(), tag.begin(), tag.end());
  };
  append(flv::RawTag(flv::TagType::kScript, 0, metadata.body));
  if (tracks_.video) {
    append(flv::RawTag(flv::TagType::kVideo, 0, flv::VideoSequenceHeaderBody(*tracks_.video)));
  }
  if (tracks_.audio) {
    append(flv::RawTag(flv::TagType::kAudio, 0, flv::AudioSequenceHeaderBody(*tracks_.audio)));
  }
  has_begun_ = true;
  wants_headers_ = false;
  return Append(start);
}

Status FlvRecorder::Append(ByteView whole_tags) {
  const std::int64_t before = file_->size();
  Status status = file_->Write(whole_tags);
  if (status) return {};
  broken_ = status.error();
  static_cast<void>(file_->Truncate(before));  // Half a tag would stop strict readers.
  return status;
}

Status FlvRecorder::Write(const EncodedFrame& frame) {
  if (broken_) return Fail(*broken_);
  if (!file_) return Fail(ErrorCode::kInvalidState, "the recorder is closed");
  const bool is_audio = frame.track() == TrackKind::kAudio;
  if (is_audio ? !tracks_.audio.has_value() : !tracks_.video.has_value()) {
    return Fail(ErrorCode::kInvalidState, "a frame of a track that was not set");
  }
  const auto times = line_.Place(frame);
  if (!times) return {};
  if (!has_begun_) {
    if (auto status = Begin(); !status) return status;
  }
  EncodedFrame placed = frame;
  placed.pts = MediaTime::Zero() + times->pts;
  placed.dts = MediaTime::Zero() + times->dts;
  const std::uint32_t at_ms = flv::WireTimestamp(placed.dts);
  if (wants_headers_ && (frame.is_key() || !tracks_.video)) {
    wants_headers_ = false;
    if (auto status = Append(flv::StartTags(tracks_, at_ms)); !status) return status;
  }
  const Buffer tag = flv::Tag(placed, at_ms, flv::CodecsOf(tracks_));
  if (tag.empty()) return Fail(ErrorCode::kLimit, "a frame of 16 MiB does not fit into FLV");
  return Append(tag.view());
}

Status FlvRecorder::Patch(std::int64_t offset, double value) {
  if (auto status = file_->Seek(offset); !status) return status;
  ByteWriter bytes;
  bytes.F64(value);
  return file_->Write(bytes.view());
}

// Overwrites in place, so a full disk does not hinder it.
Status FlvRecorder::Finish() {
  if (auto status = Patch(duration_at_, line_.end().seconds_f()); !status) return status;
  return Patch(size_at_, static_cast<double>(file_->size()));
}

Status FlvRecorder::Close() {
  if (file_) {
    Status status = has_begun_ ? Finish() : Status();
    Status closed = file_->Close();
    file_.reset();
    if (!broken_ && !status) broken_ = status.error();
    if (!broken_ && !closed) broken_ = closed.error();
  }
  return broken_ ? Status(Fail(*broken_)) : Status();
}

}  // namespace

Result<std::unique_ptr<Recorder>> OpenFlvRecorder(const std::string& path) {
  auto file = FileWriter::Create(path);
  if (!file) return Forward(file);
  return std::make_unique<FlvRecorder>(std::move(*file));
}

}  // namespace onair::devices
