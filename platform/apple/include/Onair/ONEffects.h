// SPDX-License-Identifier: Apache-2.0
//
// What a publisher does to pictures before they are encoded, and where quality goes in them.
#import <Onair/ONPicture.h>

NS_ASSUME_NONNULL_BEGIN

// Strengths in [0, 1]; 0 leaves the pixels untouched. Changes are eased.
typedef struct {
  float smooth;   // Skin, edges and pores kept.
  float whiten;   // Lighter skin tone.
  float ruddy;    // Rosier skin tone.
  float sharpen;  // Details outside flat areas.
  float slim;     // Narrower cheeks and chin; needs a face detector.
  float eyes;     // Larger eyes; needs one that gives landmarks.
} ONBeauty;

// Where quality should go beside faces: a product held up, a score. Immutable.
@interface ONRegion : NSObject {
 @private
  float _x, _y, _width, _height, _quality;
}
// In fractions of the picture, range [0, 1], from its top left. `quality`: range [-1, 1]; 1 is the
// most that an encoder gives, 0 changes nothing.
- (instancetype)initWithX:(float)x
                        y:(float)y
                    width:(float)width
                   height:(float)height
                  quality:(float)quality ON_DESIGNATED_INITIALIZER;
@property(nonatomic, readonly) float x;        // Fraction, as the three that follow.
@property(nonatomic, readonly) float y;        // From the top.
@property(nonatomic, readonly) float width;    // Of the region.
@property(nonatomic, readonly) float height;   // Of the region.
@property(nonatomic, readonly) float quality;  // In [-1, 1].
@end

// A picture with alpha that is laid over all others, such as a logo. Immutable.
@interface ONWatermark : NSObject {
 @private
  NSData* _RGBA;
  NSInteger _width, _height, _x, _y;
}
// `rgba`: width * height * 4 bytes, straight alpha, top row first; copied. Sides in pixels of the
// picture at its full size, range [1, 8192]. `x` and `y`: its place from the left and the top, may
// be negative.
- (instancetype)initWithRGBA:(NSData*)rgba
                       width:(NSInteger)width
                      height:(NSInteger)height
                           x:(NSInteger)x
                           y:(NSInteger)y ON_DESIGNATED_INITIALIZER;
@property(nonatomic, readonly, copy) NSData* RGBA;  // As it was given.
@property(nonatomic, readonly) NSInteger width;     // Pixels, as the three that follow.
@property(nonatomic, readonly) NSInteger height;    // Of the watermark.
@property(nonatomic, readonly) NSInteger x;         // From the left.
@property(nonatomic, readonly) NSInteger y;         // From the top.
@end

// A table of colours as grading programs write it (.cube, 3D, 2 to 65 nodes a side). Immutable.
@interface ONColourTable : NSObject {
 @private
  void* _table;
}
// Nil, with ONErrorInvalidConfig (malformed; ONErrorNativeCodeKey is the line), ONErrorUnsupported
// (a 1D table) or ONErrorLimit (too large).
- (ON_NULLABLE instancetype)initWithCubeText:(NSString*)text
                                       error:(NSError* _Nullable* _Nullable)error
    ON_DESIGNATED_INITIALIZER;
@property(nonatomic, readonly) NSInteger size;  // Nodes a side.
@end

// A place in fractions of an upright picture, from its top left; outside [0, 1] where a face leaves
// the picture.
typedef struct {
  float x;  // From the left.
  float y;  // From the top.
} ONFacePoint;

// As the viewer sees them: the right eye of the person is on the left of the picture.
typedef struct {
  ONFacePoint rightEye;          // Its middle.
  ONFacePoint leftEye;           // Its middle.
  ONFacePoint noseTip;           // Of the nose.
  ONFacePoint rightMouthCorner;  // Of the mouth.
  ONFacePoint leftMouthCorner;   // Of the mouth.
} ONFaceLandmarks;

// A face that a detector saw in a picture. Immutable.
@interface ONFace : NSObject {
 @private
  float _x, _y, _width, _height, _confidence;
  BOOL _hasLandmarks;
  ONFaceLandmarks _landmarks;
}
// The box from forehead to chin and ear to ear, in fractions of the picture, with sides above 0.
// `confidence`: range [0, 1]. `landmarks`: copied; NULL: unknown.
- (instancetype)initWithX:(float)x
                        y:(float)y
                    width:(float)width
                   height:(float)height
               confidence:(float)confidence
                landmarks:(const ONFaceLandmarks* _Nullable)landmarks ON_DESIGNATED_INITIALIZER;
@property(nonatomic, readonly) float x;                    // Fraction, as the three that follow.
@property(nonatomic, readonly) float y;                    // From the top.
@property(nonatomic, readonly) float width;                // Of the box.
@property(nonatomic, readonly) float height;               // Of the box.
@property(nonatomic, readonly) float confidence;           // In [0, 1].
@property(nonatomic, readonly) BOOL hasLandmarks;          // Whether the next means anything.
@property(nonatomic, readonly) ONFaceLandmarks landmarks;  // Zeros without.
@end

// An app's own finder of faces, such as Vision's.
@protocol ONFaceDetector <NSObject>
// The faces of an upright picture, in any order; the 16 largest are followed. On one thread of the
// publisher's, on every few pictures: it may take tens of milliseconds. It may send any message to
// the publisher, -close included, and be the last to release it. Nil, or raising, is a failure: the
// delegate is told once, and the stream goes on without faces.
- (ON_NULLABLE ON_ARRAY_OF(ONFace*) *)facesInPicture:(ONPicture*)picture
                                               error:(NSError* _Nullable* _Nullable)error;
@end

// A filter of the app's own, such as one of Core Image's or Metal's.
@protocol ONPictureFilter <NSObject>
// The picture to go on with: `picture` (I420, upright) itself where nothing changes, or another one
// of its size. On a thread of the publisher's, for each picture that goes to the encoder: it should
// take a few milliseconds. It may send any message to the publisher, -close included, and be the
// last to release it. Nil, or raising, or a picture of another size is a failure: the picture goes
// on unfiltered, and `filterErrors` of the statistics counts it.
- (ON_NULLABLE ONPicture*)pictureByFilteringPicture:(ONPicture*)picture
                                              error:(NSError* _Nullable* _Nullable)error;
@end

NS_ASSUME_NONNULL_END
