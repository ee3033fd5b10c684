// SPDX-License-Identifier: Apache-2.0
#include "samples/play/overlay.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include "capture/synthetic/bitmap_font.h"

namespace onair::samples {
namespace {

constexpr std::uint8_t kInk = 235;
constexpr std::uint8_t kBar = 180;
constexpr int kColumns = 46;  // Letters that a line may have.

template <typename... Values>
std::string Line(const char* format, Values... values) {
  char text[96];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

double MsOf(std::optional<TimeDelta> span) {
  return span ? span->ms_f() : 0;
}

const char* NameOf(PlayState state) {
  switch (state) {
    case PlayState::kConnecting:
      return "CONNECTING";
    case PlayState::kPlaying:
      return "PLAYING";
    case PlayState::kStalled:
      return "STALLED";
    case PlayState::kReconnecting:
      return "RECONNECTING";
    case PlayState::kEnded:
      return "ENDED";
    case PlayState::kAwaitingPublisher:
      return "NO PUBLISHER";
    case PlayState::kPaused:
      return "PAUSED";
  }
  return "";
}

std::vector<OverlayContent::Bar> Waterfall(const PlayerStats& stats) {
  std::vector<OverlayContent::Bar> bars;
  if (!stats.started_at) return bars;
  const OpeningStages& o = stats.session.opening;
  Timestamp before = *stats.started_at;
  const auto next = [&](const char* name, std::optional<Timestamp> done) {
    if (!done) return;
    bars.push_back({name, before - *stats.started_at, *done - *stats.started_at});
    before = *done;
  };
  next("RESOLVE", o.resolved);
  next("CONNECT", o.connected);
  next("TLS", o.secured);
  next("REQUEST", o.requested);
  next("FIRST BYTE", o.first_byte);
  next("KEY FRAME", o.first_key_frame);
  next("DECODE", stats.first_decoded_at);
  next("RENDER", stats.first_presented_at);
  if (stats.first_heard_at && o.first_key_frame) {
    bars.push_back({"SOUND", *o.first_key_frame - *stats.started_at,
                    *stats.first_heard_at - *stats.started_at});
  }
  return bars;
}

// Pixels under the numbers keep a quarter of their light.
void Darken(const PictureBuilder& picture, int width, int height) {
  const Plane luma = picture.plane(0);
  for (int y = 0; y < height; ++y) {
    std::uint8_t* const row = luma.data + static_cast<std::ptrdiff_t>(y) * luma.stride_bytes;
    for (int x = 0; x < width; ++x) row[x] = static_cast<std::uint8_t>(16 + (row[x] - 16) / 4);
  }
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
    const Plane chroma = picture.plane(i);
    for (int y = 0; y < ChromaSide(height); ++y) {
      std::memset(chroma.data + static_cast<std::ptrdiff_t>(y) * chroma.stride_bytes, 128,
                  static_cast<std::size_t>(ChromaSide(width)));
    }
  }
}

void Fill(const PictureBuilder& picture, int left, int top, int width, int height) {
  const Plane luma = picture.plane(0);
  const PictureSize size = picture.size();
  left = std::clamp(left, 0, size.width - 1);
  width = std::clamp(width, 1, size.width - left);
  for (int y = std::max(top, 0); y < std::min(top + height, size.height); ++y) {
    std::memset(luma.data + static_cast<std::ptrdiff_t>(y) * luma.stride_bytes + left, kBar,
                static_cast<std::size_t>(width));
  }
}

void Copy(const Picture& from, const PictureBuilder& to) {
  for (std::size_t i = 0; i < 3; ++i) {
    const PlaneView in = from.plane(i);
    const Plane out = to.plane(i);
    const int width = i == 0 ? from.size().width : ChromaSide(from.size().width);
    const int height = i == 0 ? from.size().height : ChromaSide(from.size().height);
    for (int y = 0; y < height; ++y) {
      std::memcpy(out.data + static_cast<std::ptrdiff_t>(y) * out.stride_bytes,
                  in.data + static_cast<std::ptrdiff_t>(y) * in.stride_bytes,
                  static_cast<std::size_t>(width));
    }
  }
}

}  // namespace

OverlayContent DescribePlay(const PlayerStats& stats, double kbps) {
  const PlaySessionStats& s = stats.session;
  OverlayContent content;
  content.lines = {
      Line("%s  %dX%d  %.1f FPS  %.0f KBIT/S", NameOf(s.state), stats.picture_size.width,
           stats.picture_size.height, stats.frame_rate, kbps),
      Line("DELAY %.0f MS  P95 %.0f  BUFFER %.0f / %.0f", MsOf(stats.latency_now),
           MsOf(stats.latency.Quantile(0.95)), s.buffered.ms_f(), s.target_delay.ms_f()),
      Line("RATE %.3f  A-V %.0f MS  SOUND GAPS %lld", s.playback_rate,
           MsOf(stats.av_offset.Quantile(0.5)), static_cast<long long>(stats.audio_gaps)),
      Line("DROPPED %lld  STALLS %lld  %.0f MS  FROZEN %.1f PCT",
           static_cast<long long>(s.frames_dropped + stats.frames_dropped),
           static_cast<long long>(s.stalls), s.stalled_for.ms_f(), stats.freeze_percent),
  };
  content.waterfall = Waterfall(stats);
  if (stats.started_at && stats.first_presented_at) {
    content.lines.push_back(
        Line("FIRST PICTURE %.0f MS", (*stats.first_presented_at - *stats.started_at).ms_f()));
  }
  return content;
}

Overlay::Overlay() = default;
Overlay::~Overlay() = default;

VideoFrame Overlay::Draw(const VideoFrame& frame) {
  const PictureSize size = frame.picture.size();
  if (frame.picture.format() != PixelFormat::kI420) return frame.Share();
  auto made = PictureBuilder::Allocate(PixelFormat::kI420, size);
  if (!made) return frame.Share();
  Copy(frame.picture, *made);

  const int font_height = std::clamp(size.height / 32, 9, 28);
  if (font_height != font_height_) {
    font_height_ = font_height;
    font_ = std::make_unique<capture::BitmapFont>(
        capture::BitmapFont::Fitting(kColumns, size.width - font_height, font_height));
  }
  const int step = font_->height() * 3 / 2;
  const int edge = font_->height() / 2;
  const int rows = static_cast<int>(content_.lines.size() + content_.waterfall.size());
  Darken(*made, std::min(size.width, font_->advance() * kColumns + 2 * edge),
         std::min(size.height, rows * step + 2 * edge));
  int y = edge;
  for (const std::string& line : content_.lines) {
    font_->Write(line, edge, y, kInk, *made);
    y += step;
  }
  TimeDelta whole = TimeDelta::Millis(1);
  for (const auto& bar : content_.waterfall) whole = std::max(whole, bar.end);
  const int left = edge + font_->advance() * 11;
  const int span = font_->advance() * 25;
  const auto place = [&](TimeDelta at) {
    return static_cast<int>(span * std::clamp(at.seconds_f() / whole.seconds_f(), 0.0, 1.0));
  };
  for (const auto& bar : content_.waterfall) {
    font_->Write(bar.name, edge, y, kInk, *made);
    Fill(*made, left + place(bar.begin), y, place(bar.end) - place(bar.begin), font_->height());
    font_->Write(Line("%.1f", bar.end.ms_f()), left + span + edge, y, kInk, *made);
    y += step;
  }

  VideoFrame out = frame.Share();
  out.picture = std::move(*made).Freeze();
  return out;
}

}  // namespace onair::samples
