// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "codec/encode/aac_encoder.h"
#include "codec/encode/x264_encoder.h"
#include "platform/devices/open_recorder.h"
#include "tests/platform/devices/child_process.h"
#include "tests/platform/devices/pictures.h"
#include "tests/platform/devices/skip.h"
#include "transport/flv/demuxer.h"

namespace onair::devices {
namespace {

namespace fs = std::filesystem;

// A folder of our own, gone at the end.
class TestFolder {
 public:
  TestFolder() : path_(fs::temp_directory_path() / "onair-files-XXXXXX") {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~TestFolder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct Clip {
  StreamTracks tracks;
  std::vector<EncodedFrame> frames;  // By dts.
};

constexpr TimeDelta kClipStart = TimeDelta::Seconds(7);

// Four seconds of a moving square and a tone, a key frame each second, beginning at 7 s of the
// media line. Made once.
const Clip& TestClip() {
  static const Clip clip = [] {
    VideoConfig video;
    video.size = {320, 180};
    video.gop = TimeDelta::Seconds(1);
    auto encoder = codec::OpenX264Encoder(video);
    REQUIRE(encoder);
    auto sound = codec::OpenAacEncoder({});
    REQUIRE(sound);
    Clip made;
    made.tracks = {(*encoder)->track(), (*sound)->track()};
    for (int i = 0; i < 120; ++i) {
      const Picture picture = Painted(video.size, PixelFormat::kI420, [i](int x, int y) {
        const bool is_square = x >= 2 * i && x < 2 * i + 40 && y >= 60 && y < 100;
        return is_square ? kQuarters[0] : Colour{40 + x / 4, 128, 128};
      });
      const MediaTime at = MediaTime::Zero() + kClipStart + TimeDelta::Micros(i * 1'000'000 / 30);
      const Timestamp captured = Timestamp::Zero() + (at - MediaTime::Zero());
      REQUIRE((*encoder)->Encode(VideoFrame(picture, at, captured), made.frames));
      AudioBlock block{{48000, 2}, std::vector<float>(3200), at, captured};
      for (std::size_t n = 0; n < block.samples.size(); ++n) {
        block.samples[n] = 0.2F * std::sin(static_cast<float>(n / 2) * 0.13F);
      }
      REQUIRE((*sound)->Encode(block, made.frames));
    }
    std::stable_sort(made.frames.begin(), made.frames.end(),
                     [](const auto& a, const auto& b) { return a.dts < b.dts; });
    return made;
  }();
  return clip;
}

Status Record(Recorder& recorder, const Clip& clip) {
  if (auto status = recorder.SetTracks(clip.tracks); !status) return status;
  for (const auto& frame : clip.frames) {
    if (auto status = recorder.Write(frame); !status) return status;
  }
  return {};
}

// What libavformat finds in a file.
struct Found {
  bool is_readable = false;
  double duration_s = 0;
  int width = 0;
  int video_packets = 0;
  int audio_packets = 0;
  int key_frames = 0;
  double first_video_s = -1;
  double last_video_s = -1;
  bool does_rise = true;
  int pictures_decoded = 0;
  std::string video_codec;
  std::string audio_codec;
};

void Decode(AVCodecContext* decoder, const AVPacket* packet, Found& found) {
  if (avcodec_send_packet(decoder, packet) < 0) return;
  AVFrame* frame = av_frame_alloc();
  while (avcodec_receive_frame(decoder, frame) >= 0) ++found.pictures_decoded;
  av_frame_free(&frame);
}

Found Look(const std::string& path) {
  Found found;
  av_log_set_level(AV_LOG_ERROR);
  AVFormatContext* input = nullptr;
  if (avformat_open_input(&input, path.c_str(), nullptr, nullptr) < 0) return found;
  found.is_readable = avformat_find_stream_info(input, nullptr) >= 0;
  found.duration_s = static_cast<double>(input->duration) / AV_TIME_BASE;
  AVCodecContext* decoder = nullptr;
  for (unsigned i = 0; i < input->nb_streams; ++i) {
    const AVCodecParameters& parameters = *input->streams[i]->codecpar;
    const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
    if (parameters.codec_type == AVMEDIA_TYPE_AUDIO) found.audio_codec = codec->name;
    if (parameters.codec_type != AVMEDIA_TYPE_VIDEO || decoder != nullptr) continue;
    found.video_codec = codec->name;
    found.width = parameters.width;
    decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, &parameters);
    avcodec_open2(decoder, codec, nullptr);
  }
  AVPacket* packet = av_packet_alloc();
  std::map<int, std::int64_t> last;
  while (av_read_frame(input, packet) >= 0) {
    const AVStream& stream = *input->streams[packet->stream_index];
    if (last.count(packet->stream_index) != 0 && packet->dts <= last[packet->stream_index]) {
      found.does_rise = false;
    }
    last[packet->stream_index] = packet->dts;
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO) {
      const double at = static_cast<double>(packet->pts) * av_q2d(stream.time_base);
      if (found.video_packets++ == 0) found.first_video_s = at;
      found.last_video_s = at;
      if ((packet->flags & AV_PKT_FLAG_KEY) != 0) ++found.key_frames;
      Decode(decoder, packet, found);
    } else {
      ++found.audio_packets;
    }
    av_packet_unref(packet);
  }
  if (decoder != nullptr) Decode(decoder, nullptr, found);
  av_packet_free(&packet);
  avcodec_free_context(&decoder);
  avformat_close_input(&input);
  return found;
}

std::string FirstOf(const std::string& path, std::size_t count) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(count, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

TEST_CASE("A recording holds every frame from the first key frame on, from time zero") {
  const std::string name = GENERATE("clip.flv", "clip.mp4", "clip.m3u8");
  CAPTURE(name);
  const TestFolder folder;
  auto recorder = OpenRecorder(folder / name);
  REQUIRE(recorder);
  REQUIRE(Record(**recorder, TestClip()));
  REQUIRE((*recorder)->Close());

  const Found found = Look(folder / name);
  REQUIRE(found.is_readable);
  CHECK(found.video_codec == "h264");
  CHECK(found.audio_codec == "aac");
  CHECK(found.width == 320);
  CHECK(found.video_packets == 120);
  CHECK(found.pictures_decoded == 120);
  CHECK(found.key_frames == 4);
  CHECK(found.audio_packets > 180);
  CHECK(found.does_rise);
  CHECK(found.duration_s == Approx(4.0).margin(0.1));
  // MPEG-TS has a start offset of its own.
  const double start = name == "clip.m3u8" ? found.first_video_s : 0;
  CHECK(found.first_video_s - start == Approx(0).margin(0.002));
  CHECK(found.last_video_s - start == Approx(119.0 / 30).margin(0.002));
}

TEST_CASE("A recording that joins in the middle begins with the next key frame") {
  const std::string name = GENERATE("late.flv", "late.mp4");
  CAPTURE(name);
  const TestFolder folder;
  auto recorder = OpenRecorder(folder / name);
  REQUIRE(recorder);
  Clip late = TestClip();
  late.frames.erase(late.frames.begin(), late.frames.begin() + 40);  // Into the first GOP.
  REQUIRE(Record(**recorder, late));
  REQUIRE((*recorder)->Close());

  const Found found = Look(folder / name);
  CHECK(found.video_packets == 90);
  CHECK(found.pictures_decoded == 90);
  CHECK(found.first_video_s == Approx(0).margin(0.002));
  CHECK(found.duration_s == Approx(3.0).margin(0.1));
}

TEST_CASE("A recording of sound alone needs no key frame") {
  const std::string name = GENERATE("sound.flv", "sound.mp4", "sound.m3u8");
  CAPTURE(name);
  const TestFolder folder;
  auto recorder = OpenRecorder(folder / name);
  REQUIRE(recorder);
  Clip sound = TestClip();
  sound.tracks.video.reset();
  std::erase_if(sound.frames, [](const auto& f) { return f.track() == TrackKind::kVideo; });
  REQUIRE(Record(**recorder, sound));
  REQUIRE((*recorder)->Close());
  const Found found = Look(folder / name);
  CHECK(found.audio_packets == static_cast<int>(sound.frames.size()));
  CHECK(found.duration_s == Approx(4.0).margin(0.15));
}

TEST_CASE("What a crash leaves behind plays without repair") {
  const std::string name = GENERATE("crash.flv", "crash.mp4", "crash.m3u8");
  CAPTURE(name);
  const TestFolder folder;
  auto recorder = OpenRecorder(folder / name);
  REQUIRE(recorder);
  REQUIRE(Record(**recorder, TestClip()));

  // As the disk is now, without Close().
  const TestFolder wreck;
  fs::copy(folder / "", wreck / "", fs::copy_options::recursive);
  if (name == "crash.m3u8") {  // A player waits for more; our look does not.
    std::ofstream(wreck / name, std::ios::app) << "#EXT-X-ENDLIST\n";
  }
  const Found found = Look(wreck / name);
  // All but the open unit: a GOP of MP4, a segment of two seconds of HLS.
  const int expected = name == "crash.flv" ? 120 : name == "crash.mp4" ? 90 : 60;
  CHECK(found.pictures_decoded >= expected);
  CHECK(found.does_rise);
}

TEST_CASE("An FLV recording tells its duration and size in its metadata") {
  const TestFolder folder;
  const std::string path = folder / "meta.flv";
  auto recorder = OpenRecorder(path);
  REQUIRE(recorder);
  REQUIRE(Record(**recorder, TestClip()));
  REQUIRE((*recorder)->Close());

  const std::string bytes = FirstOf(path, 4096);
  const auto number_of = [&bytes](const std::string& key) {
    const std::size_t at = bytes.find(key) + key.size() + 1;  // Behind the type byte.
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i)
      bits = bits << 8 | static_cast<unsigned char>(bytes[at + i]);
    return std::bit_cast<double>(bits);
  };
  CHECK(number_of("duration") == Approx(4.0).margin(0.1));
  CHECK(number_of("filesize") == static_cast<double>(fs::file_size(path)));
  CHECK(number_of("width") == 320);
}

TEST_CASE("An FLV recording is what our own demuxer reads") {
  const TestFolder folder;
  const std::string path = folder / "own.flv";
  auto recorder = OpenRecorder(path);
  REQUIRE(recorder);
  REQUIRE(Record(**recorder, TestClip()));
  REQUIRE((*recorder)->Close());

  const std::string bytes = FirstOf(path, 1 << 24);
  flv::Demuxer demuxer;
  demuxer.HandleBytes({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                      Timestamp::Zero());
  std::ptrdiff_t frames = 0;
  for (auto output = demuxer.Poll(); !std::holds_alternative<Idle>(output);
       output = demuxer.Poll()) {
    const auto* event = std::get_if<flv::Demuxer::Event>(&output);
    REQUIRE(event != nullptr);
    REQUIRE_FALSE(std::holds_alternative<flv::Demuxer::Failed>(*event));
    if (std::holds_alternative<EncodedFrame>(*event)) ++frames;
  }
  // The AAC priming frame lies before the first key frame and is left out.
  const auto& written = TestClip().frames;
  CHECK(frames == std::count_if(written.begin(), written.end(), [](const auto& f) {
          return f.dts >= MediaTime::Zero() + kClipStart;
        }));
  CHECK(demuxer.is_between_tags());
  CHECK(demuxer.wrong_tag_sizes() == 0);
}

TEST_CASE("A changed decoder configuration goes into FLV and is refused by MP4") {
  const TestFolder folder;
  StreamTracks changed = TestClip().tracks;
  Bytes config(changed.video->config.view().begin(), changed.video->config.view().end());
  config.at(config.size() - 1) ^= 1;
  changed.video->config = Buffer::Own(config);

  auto mp4 = OpenRecorder(folder / "change.mp4");
  REQUIRE(mp4);
  REQUIRE(Record(**mp4, TestClip()));
  CHECK((*mp4)->SetTracks(TestClip().tracks));
  CHECK((*mp4)->SetTracks(changed).error().code == ErrorCode::kUnsupported);
  CHECK((*mp4)->Close());

  auto flv = OpenRecorder(folder / "change.flv");
  REQUIRE(flv);
  REQUIRE(Record(**flv, TestClip()));
  REQUIRE((*flv)->SetTracks(changed));
  for (EncodedFrame frame : TestClip().frames) {
    frame.pts += TimeDelta::Seconds(5);
    frame.dts += TimeDelta::Seconds(5);
    REQUIRE((*flv)->Write(frame));
  }
  CHECK((*flv)->Close());
  const std::string bytes = FirstOf(folder / "change.flv", 1 << 24);
  CHECK(bytes.find(std::string(config.begin(), config.end())) != std::string::npos);
}

TEST_CASE("A publisher that starts its times anew does not stop the recording") {
  const std::string name = GENERATE("again.flv", "again.mp4");
  CAPTURE(name);
  const TestFolder folder;
  auto recorder = OpenRecorder(folder / name);
  REQUIRE(recorder);
  REQUIRE(Record(**recorder, TestClip()));
  for (const auto& frame : TestClip().frames) {
    REQUIRE((*recorder)->Write(frame));
    if (frame.dts > MediaTime::Zero() + kClipStart + TimeDelta::Millis(300)) break;
  }
  REQUIRE((*recorder)->Close());
  const Found found = Look(folder / name);
  CHECK(found.video_packets > 125);
  CHECK(found.does_rise);
}

TEST_CASE("A recording into a folder that is not there says so") {
  const std::string name = GENERATE("none.flv", "none.mp4", "none.m3u8");
  CAPTURE(name);
  const TestFolder folder;
  auto recorder = OpenRecorder(folder / ("missing/" + name));
  REQUIRE_FALSE(recorder);
  CHECK(recorder.error().code == ErrorCode::kFileNotFound);
}

TEST_CASE("A recording of an unknown kind is refused") {
  CHECK(OpenRecorder("/tmp/x.avi").error().code == ErrorCode::kUnsupported);
  CHECK(OpenRecorder("/tmp").error().code == ErrorCode::kUnsupported);
}

TEST_CASE("A full device under a recording is told as a full disk, again and again") {
  const std::string name = GENERATE("full.flv", "full.mp4");
  CAPTURE(name);
  const TestFolder folder;
  fs::create_symlink("/dev/full", folder / name);
  auto recorder = OpenRecorder(folder / name);
  REQUIRE(recorder);
  const Status status = Record(**recorder, TestClip());
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kDiskFull);
  CHECK((*recorder)->Write(TestClip().frames[0]).error().code == ErrorCode::kDiskFull);
  CHECK((*recorder)->SetTracks(TestClip().tracks).error().code == ErrorCode::kDiskFull);
  CHECK((*recorder)->Close().error().code == ErrorCode::kDiskFull);
  CHECK((*recorder)->Close().error().code == ErrorCode::kDiskFull);
}

TEST_CASE("A disk that fills up leaves a recording that plays to its last whole unit") {
  const std::string name = GENERATE("fill.flv", "fill.mp4", "fill.m3u8");
  CAPTURE(name);
  const TestFolder folder;
  const std::string disk = folder / "disk";
  fs::create_directory(disk);
  if (std::system(("mount -t tmpfs -o size=600k tmpfs " + disk + " 2>/dev/null").c_str()) != 0) {
    return SkipTest("no right to mount a small tmpfs");
  }
  auto recorder = OpenRecorder(disk + "/" + name);
  REQUIRE(recorder);
  Status status;
  Clip later = TestClip();
  for (int round = 0; status && round < 40; ++round) {
    status = Record(**recorder, later);
    for (auto& frame : later.frames) {
      frame.pts += TimeDelta::Seconds(4);
      frame.dts += TimeDelta::Seconds(4);
    }
  }
  const Status closed = (*recorder)->Close();
  const std::string rescued = folder / "rescued";
  fs::copy(disk, rescued, fs::copy_options::recursive);
  if (name == "fill.m3u8") {  // There was no room to say that nothing follows.
    std::ofstream(rescued + "/" + name, std::ios::app) << "#EXT-X-ENDLIST\n";
  }
  const Found found = Look(rescued + "/" + name);
  recorder->reset();
  CHECK(std::system(("umount " + disk).c_str()) == 0);

  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kDiskFull);
  CHECK(closed.error().code == ErrorCode::kDiskFull);
  CHECK(found.pictures_decoded > 30);
  CHECK(found.pictures_decoded == found.video_packets);
  CHECK(found.does_rise);
}

TEST_CASE("ffprobe finds no fault in our recordings") {
  if (!HasProgram("ffprobe")) return SkipTest("no ffprobe here (package ffmpeg)");
  const std::string name = GENERATE("probe.flv", "probe.mp4", "probe.m3u8");
  CAPTURE(name);
  const TestFolder folder;
  auto recorder = OpenRecorder(folder / name);
  REQUIRE(recorder);
  REQUIRE(Record(**recorder, TestClip()));
  REQUIRE((*recorder)->Close());
  const std::string found = OutputOf(
      "ffprobe -v warning -count_frames -show_entries "
      "stream=codec_name,nb_read_frames -of csv=p=0 " +
      (folder / name) + " 2>&1");
  INFO(found);
  CHECK(found.find("h264,120") != std::string::npos);
  CHECK(found.find("aac,1") != std::string::npos);
  // One line for each stream and nothing else; HLS lists them twice, below its program.
  CHECK(std::count(found.begin(), found.end(), '\n') <= (name == "probe.m3u8" ? 5 : 2));
}

}  // namespace
}  // namespace onair::devices
