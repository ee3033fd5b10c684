// SPDX-License-Identifier: Apache-2.0
#include "capture/file/file_source.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numbers>

#include "capture/file/input.h"
#include "tests/capture/media_maker.h"
#include "tests/support/paths.h"

using namespace onair;
using namespace onair::capture;
using namespace onair::testing;

namespace {

const CaptureTime kNow{Timestamp::Micros(5'000'000), UtcTime::Micros(7)};

struct Played {
  std::vector<VideoFrame> pictures;
  std::vector<AudioBlock> blocks;
  std::vector<std::pair<TrackKind, MediaTime>> order;
  std::optional<Error> error;
  bool ended = false;
};

Played Play(MediaSource& source, TimeDelta until) {
  Played out;
  while (true) {
    auto due = source.Next();
    if (!due) {
      out.error = due.error();
      return out;
    }
    if (!*due) {
      out.ended = true;
      return out;
    }
    if ((*due)->at >= MediaTime::Zero() + until) return out;
    out.order.emplace_back((*due)->track, (*due)->at);
    if ((*due)->track == TrackKind::kVideo) {
      auto frame = source.ReadVideo(kNow);
      REQUIRE(frame);
      out.pictures.push_back(std::move(*frame));
    } else {
      auto block = source.ReadAudio(kNow);
      REQUIRE(block);
      out.blocks.push_back(std::move(*block));
    }
    REQUIRE(out.order.size() < 200'000);
  }
}

std::unique_ptr<MediaSource> Open(const std::string& path, FileSourceConfig config = {}) {
  auto source = OpenFile(path, config);
  INFO((source ? "" : ToString(source.error())));
  REQUIRE(source);
  return std::move(*source);
}

std::string Made(const std::string& name, const MediaRecipe& recipe) {
  const std::string path = ScratchPath(name);
  MakeMedia(path, recipe);
  return path;
}

void CheckSoundIsOneRun(const std::vector<AudioBlock>& blocks) {
  REQUIRE_FALSE(blocks.empty());
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    const auto gap = (blocks[i].pts - (blocks[i - 1].pts + blocks[i - 1].duration())).us();
    CAPTURE(i, blocks[i].pts.us(), gap);
    REQUIRE(std::abs(gap) <= 1);
  }
}

}  // namespace

TEST_CASE("A file plays once in the order of time with its own times") {
  auto source = Open(Made("once.mp4", {}));
  const Played played = Play(*source, TimeDelta::Seconds(60));

  CHECK(played.ended);
  REQUIRE(played.pictures.size() == 25);
  for (int n = 0; n < 25; ++n) {
    CHECK(played.pictures[n].pts.us() == n * 40'000);
    CHECK(std::abs(LumaAt(played.pictures[n].picture, 30, 20) - (20 + 8 * n)) <= 3);
    CHECK(played.pictures[n].captured_at == kNow.at);
    CHECK(played.pictures[n].captured_utc == kNow.utc);
  }
  CHECK(std::is_sorted(played.order.begin(), played.order.end(),
                       [](auto& a, auto& b) { return a.second < b.second; }));
  CHECK(played.blocks.front().pts == MediaTime::Zero());
  CHECK(played.blocks.front().frames() == 480);
  CheckSoundIsOneRun(played.blocks);
  CHECK(std::abs((played.blocks.back().pts + played.blocks.back().duration()).ms() - 1000) <= 22);
  CHECK(source->info().video->size == PictureSize{64, 48});
  CHECK(source->info().video->frame_rate == Approx(25));
  CHECK(source->info().audio == AudioFormat{48000, 2});
}

TEST_CASE("Asking for the next item twice changes nothing") {
  auto source = Open(Made("idem.mp4", {}));
  for (int i = 0; i < 20; ++i) {
    auto first = source->Next();
    auto second = source->Next();
    REQUIRE((*first)->at == (*second)->at);
    REQUIRE((*first)->track == (*second)->track);
    if ((*first)->track == TrackKind::kVideo)
      (void)source->ReadVideo(kNow);
    else
      (void)source->ReadAudio(kNow);
  }
}

TEST_CASE("A loop goes on without a seam and keeps sound beside its pictures") {
  for (const char* format : {"mp4", "matroska", "mpegts", "flv"}) {
    CAPTURE(format);
    MediaRecipe recipe;
    recipe.format = format;
    if (recipe.format == "flv") recipe.video_codec = "flv";
    recipe.sample_rate = recipe.format == "flv" ? 44100 : 48000;
    recipe.audio_ms = 840;  // Shorter than the pictures: silence fills the rest.
    recipe.sample = [](std::int64_t n) {
      return n < 4800 ? 0.5F * static_cast<float>(std::sin(static_cast<double>(n) * 0.2)) : 0.0F;
    };
    FileSourceConfig config;
    config.loop = Loop::kForever;
    auto source = Open(Made(std::string("loop.") + format, recipe), config);
    const Played played = Play(*source, TimeDelta::Millis(5500));

    REQUIRE_FALSE(played.error);
    CheckSoundIsOneRun(played.blocks);
    std::vector<std::int64_t> passes;  // Where the dark first picture comes.
    for (std::size_t n = 1; n < played.pictures.size(); ++n) {
      const auto step = (played.pictures[n].pts - played.pictures[n - 1].pts).us();
      CAPTURE(n, step);
      REQUIRE(step >= 35'000);
      REQUIRE(step <= 66'000);  // One frame, or the sound's excess of an encoder's padding.
      if (LumaAt(played.pictures[n].picture, 20, 20) < 25 &&
          LumaAt(played.pictures[n - 1].picture, 20, 20) > 40) {
        passes.push_back(played.pictures[n].pts.us());
      }
    }
    REQUIRE(passes.size() == 5);
    for (const auto pass : passes) {  // The burst begins with the first picture.
      double level = 0;
      double before = 0;
      for (const AudioBlock& block : played.blocks) {
        const auto offset = block.pts.us() - pass;
        double peak = 0;
        for (float s : block.samples) peak = std::max(peak, static_cast<double>(std::fabs(s)));
        if (offset >= 25'000 && offset < 75'000) level = std::max(level, peak);
        if (offset >= -60'000 && offset < -45'000) before = std::max(before, peak);
      }
      CAPTURE(pass);
      CHECK(level > 0.3);
      CHECK(before < 0.05);
    }
  }
}

TEST_CASE("A loop without timestamps or index restarts at its first picture") {
  for (const char* format : {"yuv4mpegpipe", "h264", "avi"}) {
    CAPTURE(format);
    MediaRecipe recipe;
    recipe.format = format;
    recipe.audio_codec.clear();
    if (recipe.format == "h264") recipe.video_codec = "libx264";
    if (recipe.format == "yuv4mpegpipe") recipe.video_codec = "wrapped_avframe";
    FileSourceConfig config;
    config.loop = Loop::kForever;
    auto source = Open(Made(std::string("bare.") + format, recipe), config);
    const Played played = Play(*source, TimeDelta::Millis(3500));
    REQUIRE_FALSE(played.error);
    REQUIRE(played.pictures.size() == 88);
    for (int n = 0; n < 88; ++n) {
      CAPTURE(n);
      REQUIRE(played.pictures[n].pts.us() == n * 40'000);
      REQUIRE(std::abs(LumaAt(played.pictures[n].picture, 30, 20) - (20 + 8 * (n % 25))) <= 4);
    }
  }
}

TEST_CASE("An elementary stream takes the rate it is told") {
  MediaRecipe recipe{.format = "h264", .video_codec = "libx264", .audio_codec = ""};
  FileSourceConfig config;
  config.untimed_frame_rate = 29.97;
  auto source = Open(Made("rate.h264", recipe), config);
  const Played played = Play(*source, TimeDelta::Seconds(60));
  REQUIRE(played.pictures.size() == 25);
  CHECK(played.pictures[24].pts.us() == 24LL * 1'001'000'000 / 30'000);
}

TEST_CASE("Raw pictures arrive in the decoder's memory without conversion") {
  MediaRecipe recipe{.format = "yuv4mpegpipe", .video_codec = "wrapped_avframe", .audio_codec = ""};
  recipe.size = {642, 362};  // A stride of our own allocation would be 704.
  recipe.picture = [](int n) {
    return MakePicture({642, 362}, [n](int x, int y) { return 16 + (x + y + n) % 200; });
  };
  auto source = Open(Made("raw.y4m", recipe));
  const Played played = Play(*source, TimeDelta::Seconds(60));
  REQUIRE(played.pictures.size() == 25);
  for (int n = 0; n < 25; ++n) {
    REQUIRE(played.pictures[n].picture.plane(0).stride_bytes == 642);
    REQUIRE(LumaAt(played.pictures[n].picture, 641, 361) == 16 + (641 + 361 + n) % 200);
  }
}

TEST_CASE("Pixel formats other than 4:2:0 come out as I420 of limited range") {
  struct Row {
    const char* pixel_format;
    const char* codec;
  };
  for (const Row row :
       {Row{"yuv422p", "ffv1"}, Row{"yuv444p", "ffv1"}, Row{"rgb24", "png"},
        Row{"yuvj420p", "mjpeg"}, Row{"yuv420p10le", "ffv1"}, Row{"gray", "ffv1"}}) {
    CAPTURE(row.pixel_format);
    MediaRecipe recipe{.format = "matroska",
                       .video_codec = row.codec,
                       .audio_codec = "",
                       .pixel_format = row.pixel_format};
    recipe.rate_bps = 8'000'000;
    recipe.picture = [](int) {
      return MakePicture({64, 48}, [](int x, int) { return x < 32 ? 40 : 200; });
    };
    auto source = Open(Made(std::string("px_") + row.pixel_format + ".mkv", recipe));
    const Played played = Play(*source, TimeDelta::Seconds(60));
    REQUIRE(played.pictures.size() == 25);
    const Picture& picture = played.pictures[3].picture;
    CHECK(picture.format() == PixelFormat::kI420);
    CHECK(std::abs(LumaAt(picture, 10, 20) - 40) <= 3);
    CHECK(std::abs(LumaAt(picture, 50, 20) - 200) <= 3);
  }
}

TEST_CASE("The rotation mark of a phone's file travels with each picture") {
  const std::pair<int, Rotation> kRows[] = {
      {0, Rotation::k0}, {90, Rotation::k90}, {180, Rotation::k180}, {270, Rotation::k270}};
  for (const auto& [degrees, rotation] : kRows) {
    CAPTURE(degrees);
    MediaRecipe recipe;
    recipe.rotate_clockwise = degrees;
    auto source = Open(Made("turn.mp4", recipe));
    const Played played = Play(*source, TimeDelta::Millis(500));
    REQUIRE_FALSE(played.pictures.empty());
    for (const VideoFrame& frame : played.pictures) CHECK(frame.rotation == rotation);
  }
}

TEST_CASE("Sound is converted to the wanted format and keeps its length") {
  MediaRecipe recipe{.format = "wav", .video_codec = "", .audio_codec = "pcm_s16le"};
  recipe.sample_rate = 44100;
  recipe.channels = 1;
  recipe.audio_ms = 2000;
  FileSourceConfig config;
  config.audio_format = AudioFormat{48000, 2};
  auto source = Open(Made("tone.wav", recipe), config);
  CHECK_FALSE(source->info().video);
  const Played played = Play(*source, TimeDelta::Seconds(60));
  CHECK(played.ended);
  std::size_t frames = 0;
  for (const AudioBlock& block : played.blocks) {
    REQUIRE(block.format == AudioFormat{48000, 2});
    frames += block.frames();
  }
  CHECK(std::abs(static_cast<long>(frames) - 96'000) <= 2);
  const AudioBlock& middle = played.blocks[100];
  CHECK(middle.pts.us() == 1'000'000);
  for (int i : {0, 100, 400}) {
    const double expected = 0.3 * std::sin(2 * std::numbers::pi * 440 * (1.0 + i / 48000.0));
    CHECK(middle.samples[2 * i] == Approx(expected).margin(0.01));
    CHECK(middle.samples[2 * i + 1] == middle.samples[2 * i]);
  }
}

TEST_CASE("Only the wanted tracks are given") {
  const std::string path = Made("tracks.mp4", {});
  FileSourceConfig config;
  config.tracks = FileTracks::kVideoOnly;
  CHECK(Play(*Open(path, config), TimeDelta::Seconds(9)).blocks.empty());
  config.tracks = FileTracks::kAudioOnly;
  const Played sound = Play(*Open(path, config), TimeDelta::Seconds(9));
  CHECK(sound.pictures.empty());
  CHECK(sound.blocks.size() >= 99);
}

TEST_CASE("Sound that begins later than the pictures is preceded by silence") {
  MediaRecipe recipe{.format = "matroska"};
  recipe.audio_codec = "pcm_s16le";
  recipe.audio_delay_ms = 300;
  recipe.audio_ms = 500;
  const Played played = Play(*Open(Made("late.mkv", recipe)), TimeDelta::Seconds(9));
  CheckSoundIsOneRun(played.blocks);
  CHECK(played.blocks.front().pts == MediaTime::Zero());
  const auto loud =
      std::find_if(played.blocks.begin(), played.blocks.end(), [](const AudioBlock& b) {
        return std::any_of(b.samples.begin(), b.samples.end(),
                           [](float s) { return std::fabs(s) > 0.1; });
      });
  REQUIRE(loud != played.blocks.end());
  CHECK(std::abs(loud->pts.ms() - 300) <= 10);
}

// A WAV of 16-bit mono sound that claims this rate.
std::string Wav(std::uint32_t sample_rate) {
  const std::string samples(120'000, '\x10');
  const auto number = [](std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
  };
  const auto size = static_cast<std::uint32_t>(samples.size());
  return "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) + number(1, 2) +
         number(sample_rate, 4) + number(2 * sample_rate, 4) + number(2, 2) + number(16, 2) +
         "data" + number(size, 4) + samples;
}

TEST_CASE("Sound of an absurd rate is refused instead of unfolding to hours") {
  const std::string path = ScratchPath("rate.wav");
  for (const std::uint32_t rate : {1U, 100U, 3'999U, 2'000'000U}) {
    WriteBytes(path, Wav(rate));
    const auto opened = OpenFile(path, {});
    INFO(rate);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == ErrorCode::kNotMedia);
  }
  WriteBytes(path, Wav(8'000));
  CHECK(OpenFile(path, {}));
}

TEST_CASE("What is no media is told apart by its error") {
  WriteBytes(ScratchPath("empty.mp4"), "");
  WriteBytes(ScratchPath("words.mp4"), "These are only words.\nNothing to see here.\n");
  WriteBytes(ScratchPath("words.txt"), std::string(20'000, 'a') + "\n");
  WriteBytes(ScratchPath("list.m3u8"), "#EXTM3U\n#EXTINF:1,\nonce.mp4\n#EXT-X-ENDLIST\n");
  std::string noise;
  std::uint32_t state = 1;
  for (int i = 0; i < 300'000; ++i)
    noise.push_back(static_cast<char>((state = state * 1664525 + 1013904223) >> 24));
  WriteBytes(ScratchPath("noise.bin"), noise);
  const std::string path = Made("whole.mp4", {});
  WriteBytes(ScratchPath("header_only.mp4"), ReadBytes(path).substr(0, 40));

  struct Row {
    std::string path;
    ErrorCode code;
  };
  const Row rows[] = {{ScratchPath("no such file"), ErrorCode::kFileNotFound},
                      {ScratchPath("empty.mp4"), ErrorCode::kNotMedia},
                      {ScratchPath("words.mp4"), ErrorCode::kNotMedia},
                      {ScratchPath("words.txt"), ErrorCode::kNotMedia},
                      {ScratchPath("list.m3u8"), ErrorCode::kNotMedia},
                      {ScratchPath("noise.bin"), ErrorCode::kNotMedia},
                      {ScratchPath("header_only.mp4"), ErrorCode::kNotMedia},
                      {"http://127.0.0.1:1/x.flv", ErrorCode::kFileNotFound},
                      {testing::BinaryDir(), ErrorCode::kNotMedia}};
  for (const Row& row : rows) {
    auto opened = OpenFile(row.path, {});
    CAPTURE(row.path, opened.has_value());
    REQUIRE_FALSE(opened);
    CHECK(Describe(opened.error().code).name == Describe(row.code).name);
    CHECK(ProbeInput(row.path).has_value() == false);
  }
}

TEST_CASE("A damaged file plays what decodes and then ends or fails, never for ever") {
  for (const char* format : {"mp4", "matroska", "mpegts", "flv"}) {
    MediaRecipe recipe{.format = format};
    if (recipe.format == "flv") recipe.video_codec = "flv", recipe.sample_rate = 44100;
    const std::string bytes = ReadBytes(Made("sound.bin", recipe));
    std::uint32_t state = 7;
    const auto random = [&] { return (state = state * 1664525 + 1013904223) >> 8; };
    for (int trial = 0; trial < 12; ++trial) {
      CAPTURE(format, trial);
      std::string bad = bytes;
      if (trial % 2 == 0) bad.resize(random() % bytes.size());
      for (int flip = 0; flip < trial * 16 && !bad.empty(); ++flip)
        bad[random() % bad.size()] ^= static_cast<char>(1 << random() % 8);
      WriteBytes(ScratchPath("damaged.bin"), bad);
      FileSourceConfig config;
      config.loop = trial % 3 == 0 ? Loop::kForever : Loop::kOnce;
      auto source = OpenFile(ScratchPath("damaged.bin"), config);
      if (!source) continue;
      const Played played = Play(**source, TimeDelta::Seconds(3));
      if (config.loop == Loop::kOnce)
        CHECK((played.ended || played.error || !played.order.empty()));
    }
  }
}

TEST_CASE("A file whose every packet after the first is rubbish comes to an end in a loop, too") {
  MediaRecipe recipe{.format = "matroska", .video_codec = "mpeg4", .audio_codec = ""};
  recipe.frames = 900;
  std::string bytes = ReadBytes(Made("rubbish.mkv", recipe));
  for (std::size_t i = 3000; i + 600 < bytes.size(); ++i) {
    if (bytes.compare(i, 4, std::string("\0\0\1\xb6", 4)) == 0) bytes.replace(i, 4, 4, '\xff');
  }
  WriteBytes(ScratchPath("rubbish2.mkv"), bytes);
  FileSourceConfig config;
  config.loop = Loop::kForever;
  auto source = OpenFile(ScratchPath("rubbish2.mkv"), config);
  REQUIRE(source);
  const Played played = Play(**source, TimeDelta::Seconds(3600));
  REQUIRE(played.error);
  CHECK(played.error->code == ErrorCode::kDecodeFailed);
}

TEST_CASE("File settings out of range are refused by name") {
  FileSourceConfig config;
  config.untimed_frame_rate = 0.5;
  CHECK(OpenFile("x", config).error().detail == "untimed_frame_rate");
  config = {};
  config.audio_format = AudioFormat{48000, 3};
  CHECK(OpenFile("x", config).error().detail == "audio_format.channels");
  config.audio_format = AudioFormat{4000, 1};
  CHECK(OpenFile("x", config).error().detail == "audio_format.sample_rate");
}
