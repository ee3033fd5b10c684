// SPDX-License-Identifier: Apache-2.0
//
// Text between C++ (UTF-8) and Java (UTF-16). JNI's own functions speak "modified UTF-8", which
// breaks what lies outside the basic plane, and Android ends the process at bytes that are no text,
// such as a server may send them.
#pragma once

#include <jni.h>

#include <string>
#include <string_view>

namespace onair::jni {

// What is no text becomes U+FFFD, one for each byte or half pair that fits nowhere.
std::u16string Utf16Of(std::string_view utf8);
std::string Utf8Of(std::u16string_view utf16);

// Null: empty. Throws JavaThrew.
std::string TextOf(JNIEnv* env, jstring text);
jstring JavaText(JNIEnv* env, std::string_view text);

}  // namespace onair::jni
