// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/av_grabber.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <mutex>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavdevice/avdevice.h>
#include <libavformat/avformat.h>
}

#include "platform/devices/capture_clock.h"
#include "platform/devices/driver_clock.h"
#include "platform/devices/picture_converter.h"

namespace onair::devices {
namespace {

struct CloseInput {
  void operator()(AVFormatContext* input) const { avformat_close_input(&input); }
};
struct FreeDecoder {
  void operator()(AVCodecContext* decoder) const { avcodec_free_context(&decoder); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreeOptions {
  void operator()(AVDictionary* options) const { av_dict_free(&options); }
};

std::string Text(int av_error) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(av_error, text, sizeof text);
  return text;
}

int IsStopping(void* flag) {
  return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0;
}

// How near to working an error is; see MakeAvGrabber().
int Closeness(ErrorCode code) {
  if (code == ErrorCode::kDeviceBusy) return 3;
  if (code == ErrorCode::kDevicePermission) return 2;
  return code == ErrorCode::kDeviceAbsent ? 0 : 1;
}

Result<std::vector<float>> ToFloats(const AVFrame& frame, int channels) {
  const auto count =
      static_cast<std::size_t>(frame.nb_samples) * static_cast<std::size_t>(channels);
  std::vector<float> samples(count);
  if (frame.format == AV_SAMPLE_FMT_S16) {
    const auto* in = reinterpret_cast<const std::int16_t*>(frame.data[0]);
    for (std::size_t i = 0; i < count; ++i) samples[i] = static_cast<float>(in[i]) / 32768.0F;
  } else if (frame.format == AV_SAMPLE_FMT_FLT) {
    std::memcpy(samples.data(), frame.data[0], count * sizeof(float));
  } else {
    return Fail(ErrorCode::kUnsupported, "the device's sample format");
  }
  return samples;
}

class AvGrabber : public Grabber {
 public:
  AvGrabber(std::string name, std::vector<AvWay> ways, const std::atomic<bool>& stopping)
      : name_(std::move(name)), ways_(std::move(ways)), stopping_(stopping) {}

  Status Open() override;
  const SourceInfo& info() const override { return info_; }
  Result<std::optional<Grabbed>> Grab() override;

 private:
  Status OpenWay(const AvWay& way);
  Status OpenDecoder();
  void LearnInfo();
  Result<std::optional<Grabbed>> Convert();
  Result<std::optional<Grabbed>> ConvertPicture(const CaptureTime& arrival);
  Result<std::optional<Grabbed>> ConvertSound(const CaptureTime& arrival);
  std::optional<std::int64_t> StampMicros() const;

  const std::string name_;
  const std::vector<AvWay> ways_;
  const std::atomic<bool>& stopping_;
  std::unique_ptr<AVFormatContext, CloseInput> input_;
  std::unique_ptr<AVCodecContext, FreeDecoder> decoder_;
  std::unique_ptr<AVPacket, FreePacket> packet_;
  std::unique_ptr<AVFrame, FreeFrame> frame_;
  PictureConverter converter_;
  SoundClock sound_clock_;
  SourceInfo info_;
};

Status AvGrabber::Open() {
  RegisterDevices();
  Error closest{ErrorCode::kDeviceAbsent, name_};
  for (const AvWay& way : ways_) {
    Status status = OpenWay(way);
    if (status) return {};
    if (Closeness(status.error().code) >= Closeness(closest.code)) closest = status.error();
    if (stopping_) break;
  }
  return Fail(std::move(closest));
}

Status AvGrabber::OpenWay(const AvWay& way) {
  const AVInputFormat* format = av_find_input_format(way.input.c_str());
  if (format == nullptr) return Fail(ErrorCode::kUnsupported, "this FFmpeg has no " + way.input);
  AVFormatContext* input = avformat_alloc_context();
  if (input == nullptr) return Fail(ErrorCode::kOutOfMemory, name_);
  input->interrupt_callback = {IsStopping, const_cast<std::atomic<bool>*>(&stopping_)};
  if (way.reads == ReadMode::kPolls) input->flags |= AVFMT_FLAG_NONBLOCK;
  AVDictionary* options = nullptr;
  for (const auto& [key, value] : way.options) av_dict_set(&options, key.c_str(), value.c_str(), 0);
  const int opened = avformat_open_input(&input, way.url.c_str(), format, &options);
  const std::unique_ptr<AVDictionary, FreeOptions> unused(options);
  if (opened < 0) return Fail(OpenError(name_, opened));  // FFmpeg has freed `input`.
  input_.reset(input);
  return OpenDecoder();
}

Status AvGrabber::OpenDecoder() {
  if (input_->nb_streams != 1) return Fail(ErrorCode::kUnsupported, name_ + ": several streams");
  const AVCodecParameters& parameters = *input_->streams[0]->codecpar;
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr) {
    return Fail(ErrorCode::kCodecUnavailable,
                name_ + " gives " + avcodec_get_name(parameters.codec_id));
  }
  decoder_.reset(avcodec_alloc_context3(codec));
  packet_.reset(av_packet_alloc());
  frame_.reset(av_frame_alloc());
  if (!decoder_ || !packet_ || !frame_) return Fail(ErrorCode::kOutOfMemory, name_);
  avcodec_parameters_to_context(decoder_.get(), &parameters);
  decoder_->thread_count = 1;  // Frame threads would hold pictures back.
  if (const int opened = avcodec_open2(decoder_.get(), codec, nullptr); opened < 0) {
    return Fail(ErrorCode::kCodecOpen, name_ + ": " + Text(opened), opened);
  }
  LearnInfo();
  return {};
}

void AvGrabber::LearnInfo() {
  const AVStream& stream = *input_->streams[0];
  const AVCodecParameters& parameters = *stream.codecpar;
  info_ = {};
  if (parameters.codec_type == AVMEDIA_TYPE_VIDEO) {
    const AVRational rate =
        stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
    info_.video = VideoFormat{{parameters.width & ~1, parameters.height & ~1},
                              rate.den > 0 ? av_q2d(rate) : 0};
  } else {
    info_.audio = AudioFormat{parameters.sample_rate, parameters.ch_layout.nb_channels};
  }
}

Result<std::optional<Grabbed>> AvGrabber::Grab() {
  const int read = av_read_frame(input_.get(), packet_.get());
  if (read == AVERROR(EAGAIN) || read == AVERROR_EXIT) return std::optional<Grabbed>();
  if (read < 0) return Fail(ErrorCode::kDeviceLost, name_ + ": " + Text(read), read);
  // A picture that the decoder refuses (a broken MJPEG from the cable) is skipped; if none
  // follows, the silence limit ends the source.
  const int sent = packet_->size > 0 ? avcodec_send_packet(decoder_.get(), packet_.get()) : -1;
  const bool is_decoded = sent >= 0 && avcodec_receive_frame(decoder_.get(), frame_.get()) >= 0;
  auto item = is_decoded ? Convert() : std::optional<Grabbed>();
  av_frame_unref(frame_.get());
  av_packet_unref(packet_.get());
  return item;
}

Result<std::optional<Grabbed>> AvGrabber::Convert() {
  const CaptureTime arrival = MomentNow();
  return decoder_->codec_type == AVMEDIA_TYPE_VIDEO ? ConvertPicture(arrival)
                                                    : ConvertSound(arrival);
}

Result<std::optional<Grabbed>> AvGrabber::ConvertPicture(const CaptureTime& arrival) {
  auto picture = converter_.ToI420(*frame_);
  if (!picture) return Forward(picture);
  const Timestamp at = CaptureMoment(StampMicros(), arrival).value_or(arrival.at);
  return std::optional<Grabbed>(VideoFrame(std::move(*picture), MediaTime::Zero(), at));
}

Result<std::optional<Grabbed>> AvGrabber::ConvertSound(const CaptureTime& arrival) {
  auto samples = ToFloats(*frame_, info_.audio->channels);
  if (!samples) return Forward(samples);
  AudioBlock block{*info_.audio, std::move(*samples), MediaTime::Zero(), arrival.at};
  const auto stamped = CaptureMoment(StampMicros(), arrival);
  const Timestamp measured = stamped.value_or(arrival.at - block.duration());
  block.captured_at = sound_clock_.OnBlock(measured, block.duration());
  return std::optional<Grabbed>(std::move(block));
}

std::optional<std::int64_t> AvGrabber::StampMicros() const {
  if (packet_->pts == AV_NOPTS_VALUE) return std::nullopt;
  return av_rescale_q(packet_->pts, input_->streams[0]->time_base, AVRational{1, 1'000'000});
}

}  // namespace

std::unique_ptr<Grabber> MakeAvGrabber(std::string name, std::vector<AvWay> ways,
                                       const std::atomic<bool>& stopping) {
  return std::make_unique<AvGrabber>(std::move(name), std::move(ways), stopping);
}

Error OpenError(const std::string& name, int av_error) {
  const auto code = [av_error] {
    switch (AVUNERROR(av_error)) {
      case EBUSY:
        return ErrorCode::kDeviceBusy;
      case EACCES:
      case EPERM:
        return ErrorCode::kDevicePermission;
      case EINVAL:
        return ErrorCode::kInvalidConfig;  // The device has no such size or format.
      case ENOMEM:
        return ErrorCode::kOutOfMemory;
      default:
        return ErrorCode::kDeviceAbsent;
    }
  }();
  return {code, name + ": " + Text(av_error), av_error};
}

void RegisterDevices() {
  static std::once_flag once;
  std::call_once(once, avdevice_register_all);
}

std::string RationalText(double rate) {
  return std::to_string(std::lround(rate * 1000)) + "/1000";
}

std::string SizeText(PictureSize size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

}  // namespace onair::devices
