// Decodes what a relay takes in, as long as somebody wants to draw it, and keeps the latest picture.
#pragma once
#include <gst/video/video.h>
#include <napi.h>

#include <cstdint>
#include <memory>

namespace picture_decoder {

// A decoded picture.
class Picture {
 public:
  // Takes over the reference.
  Picture(GstSample* sample, uint64_t number) : sample_(sample), number_(number), at_us_(g_get_monotonic_time()) {}
  ~Picture() { gst_sample_unref(sample_); }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  GstSample* sample() const { return sample_; }
  // Pictures of one decoder are counted from 1.
  uint64_t number() const { return number_; }
  // When it was decoded.
  gint64 at_us() const { return at_us_; }

 private:
  GstSample* sample_;
  uint64_t number_;
  gint64 at_us_;
};

// Where pictures come from. Any thread may ask.
class Source {
 public:
  virtual ~Source() = default;
  // The latest picture, or null before the first.
  virtual std::shared_ptr<const Picture> Latest() = 0;
};

// The source behind a Decoder of JavaScript; null when `value` is none.
std::shared_ptr<Source> From(const Napi::Value& value);

// Adds the class Decoder to the module.
void Register(Napi::Env env, Napi::Object exports);

}  // namespace picture_decoder
