// Forwarding from endpoint to endpoint: a Relay takes the encoded frames of an appsink and hands each to its feeds; a Feed sends
// the frames of one relay at a time to a page, and changes relay on a key frame. Nothing is linked, so nothing has to be blocked
// or unlinked when streams and viewers come and go.
#pragma once
#include <gst/gst.h>
#include <napi.h>

#include <functional>
#include <memory>
#include <vector>

#include "frame.h"

namespace relay {

// Takes what a relay takes, beside its feeds. On the send thread.
class Tap {
 public:
  virtual ~Tap() = default;
  virtual void Take(const frame::FramePtr& frame, GstClockTime time) = 0;
  // A frame is missing: what follows is of no use before the next key frame.
  virtual void Lose() = 0;
};

// What pictures are put into: a relay that has no object in JavaScript yet. On one thread at a time.
class Intake {
 public:
  virtual ~Intake() = default;
  // `time` is the picture's running time.
  virtual void Take(std::vector<uint8_t> picture, GstClockTime time) = 0;
};
using IntakePtr = std::shared_ptr<Intake>;
IntakePtr MakeIntake(frame::Codec codec);

// The codec that JavaScript names; throws when there is none such.
frame::Codec CodecFrom(const Napi::Value& value);

// Gives the frames of a Relay of JavaScript to `tap` until what is returned is called, from any thread; throws when `relay` is none.
std::function<void()> Listen(const Napi::Value& relay, std::shared_ptr<Tap> tap);

// Adds the classes Relay and Feed to the module.
void Register(Napi::Env env, Napi::Object exports);

}  // namespace relay
