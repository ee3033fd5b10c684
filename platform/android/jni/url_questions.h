// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <jni.h>

#include <cstdint>
#include <deque>

#include "platform/runtime/mutex.h"
#include "platform/sdk/publisher.h"

namespace onair::jni {

// A publisher's questions for addresses that Java has not answered. thread-safe.
class UrlQuestions {
 public:
  UrlQuestions() = default;
  ~UrlQuestions();  // Answers that come later lead nowhere.
  UrlQuestions(const UrlQuestions&) = delete;
  UrlQuestions& operator=(const UrlQuestions&) = delete;

  // A number for UrlAnswer in Java. Of more than 64 the oldest is forgotten.
  std::int64_t Add(PublisherConfig::AnswerUrl answer);

 private:
  runtime::Mutex mutex_;
  std::deque<std::int64_t> open_ ONAIR_GUARDED_BY(mutex_);  // Or answered already.
};

// Of all publishers.
std::int64_t OpenUrlQuestions();

void RegisterUrlAnswer(JNIEnv* env);

}  // namespace onair::jni
