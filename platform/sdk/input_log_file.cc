// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/input_log_file.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "core/session/publish_log.h"
#include "platform/runtime/bounded_queue.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/mutex.h"

namespace onair {
namespace {

// What may wait for the disk: 30 s at 4 Mbit/s, in which the media waits twice.
constexpr std::size_t kMostEntries = 200'000;
constexpr DataSize kMostWaiting = DataSize::Mebibytes(32);
// A part of what a publisher may take to stop.
constexpr TimeDelta kCloseWithin = TimeDelta::Millis(40);

Error WriteError(const std::string& path, int number) {
  const ErrorCode code = number == ENOSPC ? ErrorCode::kDiskFull : ErrorCode::kFileWrite;
  return {code, path + ": " + std::strerror(number), number};
}

}  // namespace

class InputLogFile::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(std::string path, int file)
      : path_(std::move(path)),
        file_(file),
        entries_({.items = kMostEntries, .measure = kMostWaiting.bytes()},
                 runtime::WhenFull::kRefuse,
                 [](const Bytes& entry) { return static_cast<std::int64_t>(entry.size()); }) {}
  ~Core() { ::close(file_); }

  Status Start() {
    try {
      std::thread([self = shared_from_this()] { self->Run(); }).detach();
    } catch (const std::system_error& error) {
      return Fail(ErrorCode::kOutOfMemory, error.what());
    }
    return {};
  }

  void Append(Bytes entry) {
    const auto size = static_cast<std::int64_t>(entry.size());
    const runtime::MutexLock lock(mutex_);
    if (error_ || is_closed_) return;
    if (appended_ + size > kMostBytes) {
      error_ = Error{ErrorCode::kLimit, path_ + ": the log is full"};
    } else if (!entries_.Push(std::move(entry))) {
      error_ = Error{ErrorCode::kFileWrite, path_ + ": the disk does not follow"};
    }
    appended_ += size;
  }

  Status Close() {
    entries_.Close();
    const Timestamp deadline = runtime::Now() + kCloseWithin;
    const runtime::MutexLock lock(mutex_);
    is_closed_ = true;
    while (!has_ended_ && runtime::Now() < deadline) ended_.WaitUntil(mutex_, deadline);
    if (!has_ended_ && !error_) {
      error_ = Error{ErrorCode::kFileWrite, path_ + ": the disk did not finish in time"};
    }
    if (error_) return Fail(*error_);
    return {};
  }

 private:
  void Run() {
    pthread_setname_np(pthread_self(), "onair.inputs");
    while (auto entry = entries_.PopUntil(Timestamp::PlusInfinity())) {
      if (const int number = Write(*entry); number != 0) {
        const runtime::MutexLock lock(mutex_);
        if (!error_) error_ = WriteError(path_, number);
        break;
      }
    }
    {
      const runtime::MutexLock lock(mutex_);
      has_ended_ = true;
    }
    ended_.NotifyAll();
  }

  // 0 or errno.
  int Write(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t taken = ::write(file_, bytes.data(), bytes.size());
      if (taken < 0 && errno != EINTR) return errno;
      if (taken > 0) bytes = bytes.subspan(static_cast<std::size_t>(taken));
    }
    return 0;
  }

  const std::string path_;
  const int file_;
  runtime::BoundedQueue<Bytes> entries_;
  runtime::Mutex mutex_;
  runtime::CondVar ended_;
  std::int64_t appended_ ONAIR_GUARDED_BY(mutex_) = 0;
  bool is_closed_ ONAIR_GUARDED_BY(mutex_) = false;
  bool has_ended_ ONAIR_GUARDED_BY(mutex_) = false;
  std::optional<Error> error_ ONAIR_GUARDED_BY(mutex_);
};

Result<std::unique_ptr<InputLogFile>> InputLogFile::Open(const std::string& path) {
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return Fail(WriteError(path, errno));
  auto core = std::make_shared<Core>(path, file);
  if (auto status = core->Start(); !status) return Forward(status);
  const std::string_view magic = session::kPublishLogMagic;
  core->Append(Bytes(magic.begin(), magic.end()));
  return std::unique_ptr<InputLogFile>(new InputLogFile(std::move(core)));
}

InputLogFile::InputLogFile(std::shared_ptr<Core> core) : core_(std::move(core)) {}
InputLogFile::~InputLogFile() {
  static_cast<void>(core_->Close());
}
void InputLogFile::Append(Bytes entry) {
  core_->Append(std::move(entry));
}
Status InputLogFile::Close() {
  return core_->Close();
}

}  // namespace onair
