// SPDX-License-Identifier: Apache-2.0
//
// What the bridge calls in Java, looked up by name when the library is loaded: a name that is not
// there, such as one that an app's shrinker took away, fails there and not in a callback.
#pragma once

#include <jni.h>

namespace onair::jni {

struct JavaClasses {
  jclass exception;  // OnairException
  jmethodID exception_new;

  jclass contained;
  jmethodID contained_report;

  jclass byte_buffer;
  jmethodID run;  // Of java.lang.Runnable.

  jclass lent_picture;
  jmethodID lent_picture_new;

  jclass decoded_pictures;
  jmethodID decoded_pictures_new;
  jclass encoded_frame;
  jmethodID encoded_frame_new;
  jclass video_codec;
  jmethodID video_codec_of;
  jmethodID decoder_configure, decoder_decode, decoder_flush, decoder_reset, decoder_close;

  jclass picture_calls;
  jmethodID find_faces;
  jmethodID filter;

  jclass encoder_target;
  jmethodID encoder_target_new;
  jmethodID control_on_target;
  jmethodID control_on_key_frame_wanted;
  jmethodID preview_on_picture;

  struct {
    jmethodID state, first_frame, frames_dropped, network, rate, audio_refused, hand_over_failed,
        faces_failed, policy_chosen, refresh_url, stats;
  } publisher;
  struct {
    jmethodID state, first_picture, tracks, sound_failed, seeked, snapshot, recording, stream_data,
        switched, stats;
  } player;
};

// Once, from JNI_OnLoad. Throws JavaThrew.
void LoadJavaClasses(JNIEnv* env);

const JavaClasses& Java();

// A class by its JNI name that stays for ever. Throws JavaThrew.
jclass KeptClass(JNIEnv* env, const char* name);

}  // namespace onair::jni
