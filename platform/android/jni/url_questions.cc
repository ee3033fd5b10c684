// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/url_questions.h"

#include <memory>
#include <utility>

#include "platform/android/jni/natives.h"
#include "platform/android/jni/peer.h"
#include "platform/android/jni/text.h"

namespace onair::jni {
namespace {

constexpr std::size_t kMost = 64;

void Give(JNIEnv* env, jclass, jlong handle, jstring url) {
  Guarded(env, [&]() -> Status {
    std::string address = TextOf(env, url);
    const auto answer = AllOf<PublisherConfig::AnswerUrl>().Remove(handle);
    if (answer != nullptr) (*answer)(std::move(address));
    return {};
  });
}

}  // namespace

UrlQuestions::~UrlQuestions() {
  const runtime::MutexLock lock(mutex_);
  for (const std::int64_t handle : open_) AllOf<PublisherConfig::AnswerUrl>().Remove(handle);
}

std::int64_t UrlQuestions::Add(PublisherConfig::AnswerUrl answer) {
  auto& all = AllOf<PublisherConfig::AnswerUrl>();
  const std::int64_t handle =
      all.Add(std::make_shared<PublisherConfig::AnswerUrl>(std::move(answer)));
  const runtime::MutexLock lock(mutex_);
  open_.push_back(handle);
  if (open_.size() > kMost) {
    all.Remove(open_.front());
    open_.pop_front();
  }
  return handle;
}

std::int64_t OpenUrlQuestions() {
  return static_cast<std::int64_t>(AllOf<PublisherConfig::AnswerUrl>().size());
}

void RegisterUrlAnswer(JNIEnv* env) {
  Register(env, "live/onair/UrlAnswer", {Native("nativeGive", "(JLjava/lang/String;)V", &Give)});
}

}  // namespace onair::jni
