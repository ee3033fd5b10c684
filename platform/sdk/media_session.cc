// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/media_session.h"

#include <pthread.h>

#include <atomic>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "platform/devices/media_reader.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/media_playout.h"

namespace onair {
namespace {

using devices::MediaReader;

// Read and on their way to the net thread.
constexpr int kMostUnderWay = 64;

// How long a destructor waits for a thread that usually ends at once.
constexpr TimeDelta kEndWithin = TimeDelta::Millis(50);

devices::MediaReaderConfig ReaderConfigOf(const PlayerConfig& config) {
  devices::MediaReaderConfig reader;
  reader.url = config.url;
  reader.open_timeout = config.session.connect_timeout;
  reader.silence_timeout = config.session.stall_timeout;
  reader.ca_file = config.tls.ca_file;
  if (config.tls.verify == tls::VerifyPeer::kNo) {
    reader.verify = devices::MediaReaderConfig::Verify::kNo;
  }
  return reader;
}

// The thread that reads. It and its owner share this, and the owner may leave first.
class Reading : public std::enable_shared_from_this<Reading> {
 public:
  using Pass = MediaPlayout::Pass;

  // callback on the thread onair.media.
  struct Outputs {
    std::function<void(const devices::MediaInfo&)> opened;
    std::function<void(Pass, MediaReader::Item)> item;  // Took() answers each.
    std::function<void(Pass)> end;
    std::function<void(Pass, Error)> failed;
    std::function<void(Pass, Error)> seek_failed;
  };

  Reading(devices::MediaReaderConfig config, Outputs outputs)
      : config_(std::move(config)), outputs_(std::move(outputs)) {}

  Status Start() {
    try {
      std::thread([self = shared_from_this()] { self->Run(); }).detach();
    } catch (const std::system_error& error) {
      Ended();
      return Fail(ErrorCode::kOutOfMemory, error.what());
    }
    return {};
  }

  void Stop() {
    stopping_ = true;
    changed_.NotifyAll();
  }
  void WaitUntilEnded(Timestamp deadline) {
    const runtime::MutexLock lock(mutex_);
    while (!has_ended_ && runtime::Now() < deadline) changed_.WaitUntil(mutex_, deadline);
  }

  void ReadFrom(const MediaPlayout::ReadFrom& from) {
    {
      const runtime::MutexLock lock(mutex_);
      from_ = from;
    }
    changed_.NotifyAll();
  }
  void SetWanted(bool is_wanted) {
    {
      const runtime::MutexLock lock(mutex_);
      if (is_wanted_ == is_wanted) return;
      is_wanted_ = is_wanted;
    }
    changed_.NotifyAll();
  }
  void Took() {
    {
      const runtime::MutexLock lock(mutex_);
      --under_way_;
    }
    changed_.NotifyAll();
  }

 private:
  void Run() {
    pthread_setname_np(pthread_self(), "onair.media");
    auto reader = devices::OpenMediaReader(config_, stopping_);
    if (!reader) {
      outputs_.failed(pass_, reader.error());
    } else {
      outputs_.opened((*reader)->info());
      ReadAll(**reader);
      reader->reset();
    }
    Ended();
  }

  void ReadAll(MediaReader& reader) {
    while (!stopping_) {
      if (const auto from = AwaitWork()) {
        pass_ = from->pass;
        is_over_ = false;
        if (auto sought = reader.Seek(from->position); !sought) {
          outputs_.seek_failed(pass_, sought.error());
        }
        continue;
      }
      if (stopping_) return;
      ReadOne(reader);
    }
  }

  void ReadOne(MediaReader& reader) {
    auto item = reader.Read();
    if (item && *item) {
      {
        const runtime::MutexLock lock(mutex_);
        ++under_way_;
      }
      return outputs_.item(pass_, std::move(**item));
    }
    is_over_ = true;
    if (item) return outputs_.end(pass_);
    if (!stopping_) outputs_.failed(pass_, item.error());
  }

  // Until there is something to read (empty) or another place to read from.
  std::optional<MediaPlayout::ReadFrom> AwaitWork() {
    const runtime::MutexLock lock(mutex_);
    for (;;) {
      if (stopping_) return std::nullopt;
      if (from_) return std::exchange(from_, std::nullopt);
      if (!is_over_ && is_wanted_ && under_way_ < kMostUnderWay) return std::nullopt;
      // The flag is set without the lock.
      changed_.WaitUntil(mutex_, runtime::Now() + TimeDelta::Millis(100));
    }
  }

  void Ended() {
    {
      const runtime::MutexLock lock(mutex_);
      has_ended_ = true;
    }
    changed_.NotifyAll();
  }

  const devices::MediaReaderConfig config_;
  const Outputs outputs_;
  std::atomic<bool> stopping_{false};
  Pass pass_ = 1;         // Of the thread.
  bool is_over_ = false;  // Of the thread.
  runtime::Mutex mutex_;
  runtime::CondVar changed_;
  std::optional<MediaPlayout::ReadFrom> from_ ONAIR_GUARDED_BY(mutex_);
  bool is_wanted_ ONAIR_GUARDED_BY(mutex_) = true;
  int under_way_ ONAIR_GUARDED_BY(mutex_) = 0;
  bool has_ended_ ONAIR_GUARDED_BY(mutex_) = false;
};

class MediaSession final : public PlaySession {
 public:
  MediaSession(runtime::Loop& loop, const PlayerConfig& config, Handler on_event)
      : loop_(loop),
        config_(ReaderConfigOf(config)),
        on_event_(std::make_shared<Handler>(std::move(on_event))),
        self_(std::make_shared<MediaSession*>(this)) {}
  ~MediaSession() override {
    loop_.Cancel(timer_);
    if (!reading_) return;
    reading_->Stop();
    reading_->WaitUntilEnded(runtime::Now() + kEndWithin);
  }

  void Start() override {
    playout_.emplace(runtime::Now());
    if (repeat_) playout_->SetRepeat(*repeat_);
    reading_ = std::make_shared<Reading>(config_, MakeOutputs());
    auto started = reading_->Start();
    if (!started) playout_->HandleFailed(1, started.error(), runtime::Now());
    Pump();
  }
  void SetHandler(Handler on_event) override {
    on_event_ = std::make_shared<Handler>(std::move(on_event));
  }
  void HandleDecodeFailed() override {}  // The decoder goes on with the next key frame.
  void HandleAudioLead(TimeDelta lead) override {
    if (playout_) playout_->HandleAudioLead(lead);
  }
  void HandleNetworkChanged(const std::optional<IpAddress>&) override {}
  void HandlePicture() override {
    Do([](MediaPlayout& p, Timestamp now) { p.HandlePicture(now); });
  }
  void Pause() override {
    Do([](MediaPlayout& p, Timestamp now) { p.Pause(now); });
  }
  void Resume() override {
    Do([](MediaPlayout& p, Timestamp now) { p.Resume(now); });
  }
  void Seek(TimeDelta position) override {
    Do([position](MediaPlayout& p, Timestamp now) { p.Seek(position, now); });
  }
  void SetRepeat(Repeat repeat) override {
    repeat_ = repeat;
    if (playout_) playout_->SetRepeat(repeat);
  }
  void Stop(TimeDelta, std::function<void()> on_stopped) override {
    if (reading_) reading_->Stop();
    Do([](MediaPlayout& p, Timestamp now) { p.Stop(now); });
    on_stopped();
  }
  PlaySessionStats stats() const override {
    return playout_ ? playout_->stats(runtime::Now()) : PlaySessionStats{};
  }
  MediaPlace place() const override {
    return playout_ ? playout_->place(runtime::Now()) : MediaPlace{};
  }
  runtime::ByteStreamStats stream_stats() const override { return {}; }

 private:
  using Pass = MediaPlayout::Pass;

  void Do(const std::function<void(MediaPlayout&, Timestamp)>& command) {
    if (!playout_) return;
    command(*playout_, runtime::Now());
    Pump();
  }

  // Runs `command` here, if this is still here by then.
  auto OnNet() {
    return [post = loop_.executor(),
            self = std::weak_ptr(self_)](std::function<void(MediaSession&)> command) {
      post([self, command = std::move(command)] {
        if (const auto here = self.lock()) command(**here);
      });
    };
  }

  Reading::Outputs MakeOutputs() {
    const auto on_net = OnNet();
    const auto play = [on_net](std::function<void(MediaPlayout&, Timestamp)> command) {
      on_net([command = std::move(command)](MediaSession& s) { s.Do(command); });
    };
    return {.opened =
                [play](const devices::MediaInfo& info) {
                  play([info](MediaPlayout& p, Timestamp now) { p.HandleOpened(info, now); });
                },
            .item =
                [on_net](Pass pass, MediaReader::Item item) {
                  on_net([pass, item = std::move(item)](MediaSession& s) {
                    s.reading_->Took();
                    s.Do([&](MediaPlayout& p, Timestamp now) { p.HandleItem(pass, item, now); });
                  });
                },
            .end =
                [play](Pass pass) {
                  play([pass](MediaPlayout& p, Timestamp now) { p.HandleEnd(pass, now); });
                },
            .failed =
                [play](Pass pass, Error error) {
                  play([pass, error = std::move(error)](MediaPlayout& p, Timestamp now) {
                    p.HandleFailed(pass, error, now);
                  });
                },
            .seek_failed =
                [play](Pass pass, Error error) {
                  play([pass, error = std::move(error)](MediaPlayout& p, Timestamp now) {
                    p.HandleSeekFailed(pass, error, now);
                  });
                }};
  }

  // A handler may command anew from inside: the outermost call goes on.
  void Pump() {
    if (is_pumping_) return;
    is_pumping_ = true;
    while (auto event = playout_->Poll()) {
      if (const auto* from = std::get_if<MediaPlayout::ReadFrom>(&*event)) {
        reading_->ReadFrom(*from);
        continue;
      }
      const auto handler = on_event_;  // It may set another.
      std::visit(
          [&](auto& what) {
            if constexpr (std::is_constructible_v<Event, decltype(std::move(what))>) {
              (*handler)(Event(std::move(what)));
            }
          },
          *event);
    }
    is_pumping_ = false;
    reading_->SetWanted(playout_->wants_more());
    loop_.Cancel(std::exchange(timer_, runtime::TimerId::kNone));
    if (!playout_->wake_at().is_finite()) return;
    timer_ = loop_.PostAt(playout_->wake_at(), [this] {
      timer_ = runtime::TimerId::kNone;
      Do([](MediaPlayout& p, Timestamp now) { p.HandleTimeout(now); });
    });
  }

  runtime::Loop& loop_;
  const devices::MediaReaderConfig config_;
  std::shared_ptr<Handler> on_event_;
  const std::shared_ptr<MediaSession*> self_;
  std::optional<Repeat> repeat_;
  std::optional<MediaPlayout> playout_;  // From Start() on.
  std::shared_ptr<Reading> reading_;
  runtime::TimerId timer_ = runtime::TimerId::kNone;
  bool is_pumping_ = false;
};

}  // namespace

bool IsMediaPlay(const std::string& url) {
  return devices::IsMediaAddress(url);
}

std::unique_ptr<PlaySession> MakeMediaSession(runtime::Loop& loop, const PlayerConfig& config,
                                              PlaySession::Handler on_event) {
  return std::make_unique<MediaSession>(loop, config, std::move(on_event));
}

}  // namespace onair
