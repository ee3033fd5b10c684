// SPDX-License-Identifier: Apache-2.0
#include "capture/synthetic/test_source.h"

#include <libyuv.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "capture/synthetic/stamp.h"
#include "capture/synthetic/sync_marks.h"
#include "capture/synthetic/test_picture.h"
#include "core/media/frame_rate.h"
#include "tests/capture/media_maker.h"
#include "tests/capture/read_back.h"

using namespace onair;
using namespace onair::capture;
using namespace onair::testing;

namespace {

// UTC of a capture at `at` media time; 2026-11-21T01:53:41.
CaptureTime Now(MediaTime at) {
  return {Timestamp::Micros(at.us() + 77), UtcTime::Micros(1'795'226'021'000'000 + at.us())};
}

std::unique_ptr<MediaSource> Open(const TestSourceConfig& config) {
  auto source = OpenTestSource(config);
  REQUIRE(source);
  return std::move(*source);
}

Picture Scaled(const Picture& from, PictureSize size) {
  auto out = PictureBuilder::Allocate(PixelFormat::kI420, size);
  REQUIRE(out);
  libyuv::I420Scale(from.plane(0).data, from.plane(0).stride_bytes, from.plane(1).data,
                    from.plane(1).stride_bytes, from.plane(2).data, from.plane(2).stride_bytes,
                    from.size().width, from.size().height, out->plane(0).data,
                    out->plane(0).stride_bytes, out->plane(1).data, out->plane(1).stride_bytes,
                    out->plane(2).data, out->plane(2).stride_bytes, size.width, size.height,
                    libyuv::kFilterBox);
  return std::move(*out).Freeze();
}

}  // namespace

TEST_CASE("Pictures and sound of the test source keep an exact cadence") {
  struct Row {
    double rate;
    std::int64_t numerator;
    std::int64_t denominator;
    int sample_rate;
  };
  for (const Row row : {Row{30, 30, 1, 48000}, Row{29.97, 30000, 1001, 44100},
                        Row{23.976, 24000, 1001, 22050}, Row{12.5, 25, 2, 8000}}) {
    CAPTURE(row.rate);
    TestSourceConfig config;
    config.video = VideoFormat{{64, 64}, row.rate};
    config.audio = AudioFormat{row.sample_rate, 2};
    auto source = Open(config);
    std::int64_t frame = 0;
    std::int64_t sample = 0;
    MediaTime last = MediaTime::Zero();
    while (last < MediaTime::Millis(61'000)) {
      const auto due = **source->Next();
      REQUIRE(due.at >= last);
      last = due.at;
      if (due.track == TrackKind::kVideo) {
        auto picture = source->ReadVideo(Now(due.at));
        REQUIRE(picture->pts.us() == frame * 1'000'000 * row.denominator / row.numerator);
        REQUIRE(picture->captured_at == Now(due.at).at);
        REQUIRE(picture->captured_utc == Now(due.at).utc);
        ++frame;
      } else {
        auto block = source->ReadAudio(Now(due.at));
        REQUIRE(block->pts.us() == sample * 1'000'000 / row.sample_rate);
        sample += static_cast<std::int64_t>(block->frames());
      }
    }
    CHECK(std::abs(static_cast<double>(sample) / row.sample_rate - 61) < 0.02);
  }
}

TEST_CASE("Frame rates written as decimals mean their exact fractions") {
  CHECK(FrameRate::Nearest(29.97) == FrameRate::Fraction(30000, 1001));
  CHECK(FrameRate::Nearest(23.98) == FrameRate::Fraction(24000, 1001));
  CHECK(FrameRate::Nearest(59.94) == FrameRate::Fraction(60000, 1001));
  CHECK(FrameRate::Nearest(30) == FrameRate::Fraction(30000, 1000));
  CHECK(FrameRate::Nearest(12.5) == FrameRate::Fraction(12500, 1000));
  CHECK(FrameRate::Nearest(0).per_second() == Approx(0.001));
  CHECK(FrameRate::Nearest(std::numeric_limits<double>::quiet_NaN()).per_second() == Approx(0.001));
  CHECK(FrameRate::Nearest(29.97).FirstFrom(1) == 30);
  CHECK(FrameRate::Nearest(29.97).TimeOf(30'000'000).us() == 1'001'000'000'000);
}

TEST_CASE("The first picture of each second flashes and a beep begins at its very time") {
  for (const double rate : {30.0, 29.97, 25.0, 24.0, 15.0, 60.0}) {
    CAPTURE(rate);
    TestSourceConfig config;
    config.video = VideoFormat{{160, 96}, rate};
    auto source = Open(config);
    BeepFinder finder;
    std::vector<std::int64_t> flashes;
    std::vector<std::int64_t> beeps;
    bool was_lit = false;
    while (true) {
      const auto due = **source->Next();
      if (due.at > MediaTime::Millis(9'500)) break;
      if (due.track == TrackKind::kVideo) {
        const bool is_lit = HasFlash(source->ReadVideo(Now(due.at))->picture);
        if (is_lit && !was_lit) flashes.push_back(due.at.us());
        was_lit = is_lit;
      } else if (auto at = finder.OnBlock(*source->ReadAudio(Now(due.at)))) {
        beeps.push_back(at->us());
      }
    }
    REQUIRE(flashes.size() == 10);
    REQUIRE(beeps.size() == 9);  // The one at zero has no silence before it.
    for (std::size_t i = 0; i < beeps.size(); ++i) {
      CAPTURE(i, flashes[i + 1], beeps[i]);
      CHECK(std::llabs(beeps[i] - flashes[i + 1]) < 1'000);
      CHECK(std::llabs(flashes[i] - static_cast<std::int64_t>(i) * 1'000'000) < 1e6 / rate);
    }
  }
}

TEST_CASE("The beep finder ignores noise, clicks and other tones, and starts afresh at a gap") {
  const auto run = [](auto sample) {
    BeepFinder finder;
    int found = 0;
    for (int b = 0; b < 200; ++b) {
      AudioBlock block{{48000, 1}, {}, MediaTime::Millis(b * 10), Timestamp::Zero()};
      for (int i = 0; i < 480; ++i) block.samples.push_back(sample(b * 480 + i));
      if (finder.OnBlock(block)) ++found;
    }
    return found;
  };
  std::uint32_t state = 3;
  CHECK(run([](int) { return 0.0F; }) == 0);
  CHECK(run([&](int) {
          return static_cast<float>((state = state * 1664525 + 1013904223) >> 8) / 33554432.0F -
                 0.25F;
        }) == 0);
  CHECK(run([](int n) { return n % 9600 < 48 ? 0.9F : 0.0F; }) == 0);
  CHECK(run([](int n) { return n % 48000 > 24000 ? 0.3F * std::sin(n * 0.0576F) : 0.0F; }) ==
        0);  // 440 Hz.
  CHECK(run([](int n) { return BeepSample(n % 48000 - 9600, 48000); }) == 2);

  AudioBlock one{{48000, 2}, {}, MediaTime::Millis(3'000), Timestamp::Zero()};
  for (int i = 0; i < 9600; ++i)
    one.samples.insert(one.samples.end(), 2, BeepSample(i - 4800, 48000));
  const auto found = FindBeepStart(one);
  REQUIRE(found);
  CHECK(std::llabs(found->us() - 3'100'000) < 1'000);
}

TEST_CASE("A beep has soft edges and the stated level") {
  CHECK(BeepSample(-1, 48000) == 0);
  CHECK(BeepSample(4800, 48000) == 0);
  float steepest = 0;
  float loudest = 0;
  for (int n = -2; n < 4802; ++n) {
    steepest = std::max(steepest, std::fabs(BeepSample(n + 1, 48000) - BeepSample(n, 48000)));
    loudest = std::max(loudest, std::fabs(BeepSample(n, 48000)));
  }
  CHECK(loudest == Approx(0.25).epsilon(0.01));
  CHECK(steepest < 0.25 * 2 * 3.1416 / 48 * 1.05);
}

TEST_CASE("A stamp is read back as drawn, at many sizes and in both formats") {
  for (const PictureSize size :
       {PictureSize{1280, 720}, PictureSize{720, 1280}, PictureSize{320, 180},
        PictureSize{641, 361}, PictureSize{1920, 1080}}) {
    CAPTURE(size.width, size.height);
    for (const Stamp stamp :
         {Stamp{0, UtcTime::Micros(0)}, Stamp{123'456, UtcTime::Micros(1'795'226'021'123'000)},
          Stamp{0xffffffff, UtcTime::Micros(((1LL << 44) - 1) * 1000)}}) {
      auto builder = PictureBuilder::Allocate(PixelFormat::kI420, size);
      DrawStamp(stamp, *builder);
      const Picture picture = std::move(*builder).Freeze();
      CHECK(ReadStamp(picture) == stamp);
      const Picture nv12(PixelFormat::kNv12, size,
                         {picture.plane(0), picture.plane(1), PlaneView{}},
                         std::make_shared<Picture>(picture));
      CHECK(ReadStamp(nv12) == stamp);
    }
  }
}

TEST_CASE("A picture without a whole stamp gives none") {
  CHECK_FALSE(ReadStamp(MakePicture({640, 360}, [](int, int) { return 16; })));
  CHECK_FALSE(ReadStamp(MakePicture({1, 1}, [](int, int) { return 16; })));
  std::uint32_t state = 3;
  for (int i = 0; i < 200; ++i) {
    CHECK_FALSE(ReadStamp(MakePicture(
        {104, 72}, [&](int, int) { return (state = state * 1664525 + 1013904223) >> 24; })));
  }
  // Every single wrong bit is noticed; a wrong corner does no harm.
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, {260, 360});
  DrawStamp({77, UtcTime::Micros(1'795'226'021'123'000)}, *builder);
  const Picture good = std::move(*builder).Freeze();
  for (int cell = 0; cell < 96; ++cell) {
    const int left = 10 + cell % 24 * 10;
    const int top = 310 + cell / 24 * 10;
    const Picture bad = MakePicture({260, 360}, [&](int x, int y) {
      const bool is_hit = x >= left && x < left + 10 && y >= top && y < top + 10;
      return is_hit ? 251 - LumaAt(good, x, y) : LumaAt(good, x, y);
    });
    CAPTURE(cell);
    const bool is_corner = cell == 0 || cell == 23 || cell == 72 || cell == 95;
    CHECK(ReadStamp(bad).has_value() == is_corner);
  }
}

TEST_CASE("Stamps and flashes survive H.264 at 300 kbit/s and halving, beeps survive AAC") {
  TestSourceConfig config;
  auto source = Open(config);
  std::vector<Picture> pictures;
  std::vector<float> sound;
  constexpr int kFrames = 75;
  while (pictures.size() < kFrames) {
    const auto due = **source->Next();
    if (due.track == TrackKind::kVideo) {
      pictures.push_back(source->ReadVideo(Now(due.at))->picture);
    } else {
      const AudioBlock block = *source->ReadAudio(Now(due.at));
      sound.insert(sound.end(), block.samples.begin(), block.samples.end());
    }
  }
  MediaRecipe recipe{.format = "mp4", .video_codec = "libx264", .audio_codec = "aac"};
  recipe.size = {1280, 720};
  recipe.frame_rate = 30;
  recipe.frames = kFrames;
  recipe.rate_bps = 300'000;
  recipe.audio_ms = 2'400;
  recipe.picture = [&](int n) { return pictures[static_cast<std::size_t>(n)]; };
  recipe.sample = [&](std::int64_t n) { return sound.at(static_cast<std::size_t>(2 * n)); };
  MakeMedia(ScratchPath("stamps.mp4"), recipe);
  const auto decoded = ReadBack(ScratchPath("stamps.mp4"));

  REQUIRE(decoded.pictures.size() == kFrames);
  for (int n = 0; n < kFrames; ++n) {
    CAPTURE(n);
    const auto utc_ms = Now(FrameRate::Nearest(30).TimeOf(n)).utc.us() / 1000;
    const Stamp expected{static_cast<std::uint32_t>(n), UtcTime::Micros(utc_ms * 1000)};
    CHECK(ReadStamp(decoded.pictures[n]) == expected);
    CHECK(ReadStamp(Scaled(decoded.pictures[n], {640, 360})) == expected);
    CHECK(ReadStamp(Scaled(decoded.pictures[n], {426, 240})) == expected);
    CHECK(HasFlash(decoded.pictures[n]) == (n % 30 < 3));
    CHECK(HasFlash(Scaled(decoded.pictures[n], {320, 180})) == (n % 30 < 3));
  }
  BeepFinder finder;
  std::vector<std::int64_t> beeps;
  for (const AudioBlock& block : decoded.blocks) {
    if (const auto at = finder.OnBlock(block)) beeps.push_back(at->us());
  }
  REQUIRE(beeps.size() == 2);
  CHECK(std::llabs(beeps[0] - 1'000'000) < 2'000);
  CHECK(std::llabs(beeps[1] - 2'000'000) < 2'000);
}

TEST_CASE("The picture moves, is the same in every run and stays in its range") {
  TestSourceConfig config;
  config.video = VideoFormat{{640, 360}, 30};
  auto one = Open(config);
  auto two = Open(config);
  std::optional<Picture> last;
  for (int n = 0; n < 40; ++n) {
    const Picture a = one->ReadVideo(Now(MediaTime::Millis(n)))->picture;
    const Picture b = two->ReadVideo(Now(MediaTime::Millis(n)))->picture;
    int changed = 0;
    int wrong = 0;
    for (int y = 0; y < 360; ++y) {
      for (int x = 0; x < 640; ++x) {
        const int level = LumaAt(a, x, y);
        if (level != LumaAt(b, x, y) || level < 16 || level > 235) ++wrong;
        if (last && y < 300 && level != LumaAt(*last, x, y)) ++changed;
      }
    }
    CHECK(wrong == 0);
    if (last) CHECK(changed > 2'500);
    last = a;
  }
}

TEST_CASE("Wall time is written as people read it") {
  CHECK(UtcText(UtcTime::Micros(0)) == "1970-01-01 00:00:00.000");
  CHECK(UtcText(UtcTime::Micros(1'795'226'021'123'999)) == "2026-11-21 01:53:41.123");
  CHECK(UtcText(UtcTime::Micros(951'782'399'999'000)) == "2000-02-28 23:59:59.999");
}

TEST_CASE("Every allowed size is drawn without touching foreign memory") {
  for (const PictureSize size : {PictureSize{64, 64}, PictureSize{65, 67}, PictureSize{64, 4096},
                                 PictureSize{4096, 64}, PictureSize{101, 999}}) {
    TestSourceConfig config;
    config.video = VideoFormat{size, 30};
    config.audio.reset();
    auto source = Open(config);
    for (int n = 0; n < 40; ++n)
      CHECK(source->ReadVideo(Now(MediaTime::Zero()))->picture.size() == size);
  }
}

TEST_CASE("Test source settings out of range are refused by name") {
  const auto refused = [](auto change) {
    TestSourceConfig config;
    change(config);
    auto source = OpenTestSource(config);
    return source ? std::string("accepted") : source.error().detail;
  };
  CHECK(refused([](auto& c) {
          c.video.reset();
          c.audio.reset();
        }) == "neither video nor audio");
  CHECK(refused([](auto& c) { c.video->size.width = 63; }) == "video.size.width");
  CHECK(refused([](auto& c) { c.video->size.height = 4097; }) == "video.size.height");
  CHECK(refused([](auto& c) { c.video->frame_rate = 0; }) == "video.frame_rate");
  CHECK(refused([](auto& c) { c.audio->sample_rate = 1; }) == "audio.sample_rate");
  CHECK(refused([](auto& c) { c.audio->channels = 3; }) == "audio.channels");
  CHECK(refused([](auto& c) { c.audio.reset(); }) == "accepted");
  CHECK(refused([](auto& c) { c.video.reset(); }) == "accepted");
}
