// SPDX-License-Identifier: Apache-2.0
//
// Words that not every compiler knows: clang on Apple systems has all of them, clang with GNUstep
// most, gcc with GNUstep neither blocks, nullability, generics nor `instancetype`.
#import <Foundation/Foundation.h>

#ifndef __has_feature
#define __has_feature(name) 0
#endif

// Of arguments and results that may be nil, where the compiler knows the word.
#if !__has_feature(nullability)
#define _Nullable
#define _Nonnull
#define ON_NULLABLE
#else
#define ON_NULLABLE nullable
#endif

#ifndef NS_ASSUME_NONNULL_BEGIN
#if __has_feature(assume_nonnull)
#define NS_ASSUME_NONNULL_BEGIN _Pragma("clang assume_nonnull begin")
#define NS_ASSUME_NONNULL_END _Pragma("clang assume_nonnull end")
#else
#define NS_ASSUME_NONNULL_BEGIN
#define NS_ASSUME_NONNULL_END
#endif
#endif

// NSArray of one class.
#if __has_feature(objc_generics)
#define ON_ARRAY_OF(type) NSArray<type>
#else
#define ON_ARRAY_OF(type) NSArray
#endif

// Whether methods that take blocks are there.
#if __has_feature(blocks)
#define ON_BLOCKS 1
#else
#define ON_BLOCKS 0
#endif

// The name in Swift; the initialiser that all others go through. For Apple's compiler alone.
#if defined(__APPLE__)
#define ON_SWIFT_NAME(name) NS_SWIFT_NAME(name)
#define ON_DESIGNATED_INITIALIZER NS_DESIGNATED_INITIALIZER
#else
#define ON_SWIFT_NAME(name)
#define ON_DESIGNATED_INITIALIZER
#endif

// Of what the library exports, with the linkage of C.
#if defined(__cplusplus)
#define ON_EXTERN extern "C" __attribute__((visibility("default")))
#else
#define ON_EXTERN extern __attribute__((visibility("default")))
#endif
