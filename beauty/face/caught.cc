// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/caught.h"

#include <exception>
#include <new>
#include <opencv2/core.hpp>
#include <sstream>

namespace onair::beauty {
namespace {

// Source: ours; OpenCV nests messages, the first holds the reason.
constexpr std::size_t kMostWords = 200;

// OpenCV quotes what failed within as lines that begin with '>'.
std::string OneLine(const std::string& text) {
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) {
    if (word == ">") continue;
    if (line.size() + word.size() > kMostWords) return line + " ...";
    line += line.empty() ? word : " " + word;
  }
  return line;
}

// "... parse error: OpenCV(4.6.0) ./modules/x.cpp:110: error: (-2:Unspecified error) Can't
// create layer in function 'f'" -> "Can't create layer": the innermost reason.
std::string Reason(const std::string& text) {
  std::string line = text;
  if (const auto at = line.rfind(": error: ("); at != std::string::npos) {
    const auto end = line.find(") ", at);
    if (end != std::string::npos) line = line.substr(end + 2);
  }
  return OneLine(line.substr(0, line.find(" in function '")));
}

}  // namespace

tl::unexpected<Error> FailAsCaught(const std::string& subject) {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kOutOfMemory, subject);
  } catch (const cv::Exception& e) {
    return Fail(ErrorCode::kFaceModel, subject + ": OpenCV: " + Reason(e.err), e.code);
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kFaceModel, subject + ": " + OneLine(e.what()));
  }
}

}  // namespace onair::beauty
