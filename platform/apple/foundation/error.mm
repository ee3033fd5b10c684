// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/error.h"

NSString* const ONErrorDomain = @"ONErrorDomain";
NSString* const ONErrorNameKey = @"ONErrorName";
NSString* const ONErrorDetailKey = @"ONErrorDetail";
NSString* const ONErrorNativeCodeKey = @"ONErrorNativeCode";
NSString* const ONErrorIsRetryableKey = @"ONErrorIsRetryable";

namespace onair::apple {
namespace {

NSString* TextOf(std::string_view utf8) {
  return apple::TextOf(std::string(utf8));
}

}  // namespace

NSString* TextOf(const std::string& utf8) {
  NSString* text = [NSString stringWithUTF8String:utf8.c_str()];
  return text != nil ? text : @"";  // Bytes that a peer sent need not be UTF-8.
}

std::string TextOf(NSString* text) {
  const char* utf8 = [text UTF8String];
  return utf8 == nullptr ? std::string() : std::string(utf8);
}

NSError* ErrorOf(const Error& error) {
  const ErrorInfo& info = Describe(error.code);
  NSDictionary* facts = [NSDictionary
      dictionaryWithObjectsAndKeys:TextOf(ToString(error)), NSLocalizedDescriptionKey,
                                   TextOf(info.action), NSLocalizedRecoverySuggestionErrorKey,
                                   TextOf(info.name), ONErrorNameKey, TextOf(error.detail),
                                   ONErrorDetailKey, [NSNumber numberWithInt:error.native_code],
                                   ONErrorNativeCodeKey,
                                   [NSNumber numberWithBool:info.retryable == Retryable::kYes],
                                   ONErrorIsRetryableKey, nil];
  return [NSError errorWithDomain:ONErrorDomain
                             code:static_cast<NSInteger>(error.code)
                         userInfo:facts];
}

NSError* ErrorOf(const std::optional<Error>& error) {
  return error ? ErrorOf(*error) : nil;
}

BOOL Answer(const Status& status, NSError** error) {
  if (status) return YES;
  if (error != nullptr) *error = ErrorOf(status.error());
  return NO;
}

}  // namespace onair::apple
