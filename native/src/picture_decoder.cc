#include "picture_decoder.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "gst_object.h"
#include "h264_payload.h"
#include "js_queue.h"
#include "relay.h"
#include "send_thread.h"
#include "vp8_frame.h"

namespace picture_decoder {
namespace {

using frame::FramePtr;
using js_queue::CallbackPtr;
using js_queue::Post;

// A decoder that is this many frames behind will not catch up; one that has taken as many and made no picture of them makes none of
// the next either. Both begin anew with a key frame.
constexpr int kMaxUnanswered = 15;
constexpr gint64 kAskAgainUs = 400'000;
// Nobody needs more than a screen of 4K, and a frame of a few bytes may claim 16383 × 16383.
constexpr size_t kMaxPixels = 4096 * 2304;

struct BufferUnref {
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
};
using BufferPtr = std::unique_ptr<GstBuffer, BufferUnref>;

class Core : public Source, public relay::Tap {
 public:
  Core(GstAppSrc* input, CallbackPtr on_key_frame_wanted, CallbackPtr on_first_picture)
      : input_(GST_APP_SRC(gst_object_ref(input))),
        on_key_frame_wanted_(std::move(on_key_frame_wanted)),
        on_first_picture_(std::move(on_first_picture)) {}
  ~Core() override { gst_object_unref(input_); }

  // On the send thread.
  void Take(const FramePtr& frame, GstClockTime time) override;
  void Lose() override { AskForKeyFrame(); }
  // Hands over what waits for the decoder to start.
  void Flush();
  void Close() {
    waiting_.clear();
    on_key_frame_wanted_.reset();
    std::lock_guard<std::mutex> lock(mutex_);
    on_first_picture_.reset();
  }

  // On the decoder's thread; takes over the reference.
  void Put(GstSample* sample) {
    unanswered_ = 0;
    std::lock_guard<std::mutex> lock(mutex_);
    latest_ = std::make_shared<Picture>(sample, ++pictures_);
    if (on_first_picture_) Post([first = std::move(on_first_picture_)](Napi::Env) { first->Call({}); });
    on_first_picture_.reset();
  }
  std::shared_ptr<const Picture> Latest() override {
    std::lock_guard<std::mutex> lock(mutex_);
    return latest_;
  }

 private:
  void AskForKeyFrame();

  GstAppSrc* input_;
  CallbackPtr on_key_frame_wanted_;
  bool await_key_frame_ = true;
  // What has come before the decoder takes anything: a key frame and what follows it.
  std::deque<BufferPtr> waiting_;
  gint64 last_asked_us_ = 0;
  std::atomic<int> unanswered_{0};
  std::mutex mutex_;
  CallbackPtr on_first_picture_;
  std::shared_ptr<const Picture> latest_;
  uint64_t pictures_ = 0;
};

// What a decoder takes. That of VP8 shares the bytes of the frame; H.264 is kept as it goes into packets.
GstBuffer* BufferOf(const FramePtr& frame, GstClockTime time) {
  GstBuffer* buffer;
  if (frame->codec == frame::Codec::kH264) {
    auto* stream = new std::vector<uint8_t>(h264_payload::Unpack(frame->data, frame->pieces));
    buffer = gst_buffer_new_wrapped_full(GST_MEMORY_FLAG_READONLY, stream->data(), stream->size(), 0, stream->size(), stream,
                                         [](gpointer data) { delete static_cast<std::vector<uint8_t>*>(data); });
  } else {
    auto* bytes = const_cast<uint8_t*>(frame->data.data());
    buffer = gst_buffer_new_wrapped_full(GST_MEMORY_FLAG_READONLY, bytes, frame->data.size(), 0, frame->data.size(), new FramePtr(frame),
                                         [](gpointer data) { delete static_cast<FramePtr*>(data); });
  }
  GST_BUFFER_PTS(buffer) = time;
  if (!frame->is_key) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  return buffer;
}

// The largest picture of H.264 that its decoder takes is no larger.
bool IsTooLarge(const frame::Frame& frame) {
  return frame.codec == frame::Codec::kVp8 && vp8_frame::PixelsOf(frame.data.data(), frame.data.size()) > kMaxPixels;
}

void Core::Take(const FramePtr& frame, GstClockTime time) {
  bool is_behind = gst_app_src_get_current_level_buffers(input_) >= kMaxUnanswered;
  if (frame->is_key) {
    waiting_.clear();
    await_key_frame_ = is_behind || IsTooLarge(*frame);
    unanswered_ = 0;
  } else if (is_behind || unanswered_ >= kMaxUnanswered) {
    await_key_frame_ = true;
  }
  if (await_key_frame_) {
    AskForKeyFrame();
    return;
  }
  unanswered_++;
  waiting_.emplace_back(BufferOf(frame, time));
  Flush();
}

void Core::Flush() {
  while (!waiting_.empty()) {
    if (gst_app_src_push_buffer(input_, gst_buffer_ref(waiting_.front().get())) == GST_FLOW_FLUSHING) return;
    waiting_.pop_front();
  }
}

void Core::AskForKeyFrame() {
  await_key_frame_ = true;
  gint64 now = g_get_monotonic_time();
  if (!on_key_frame_wanted_ || now < last_asked_us_ + kAskAgainUs) return;
  last_asked_us_ = now;
  Post([wanted = on_key_frame_wanted_](Napi::Env) { wanted->Call({}); });
}

GstFlowReturn OnSample(GstAppSink* sink, gpointer data) {
  auto* sample = gst_app_sink_pull_sample(sink);
  if (!sample) return GST_FLOW_EOS;
  (*static_cast<std::shared_ptr<Core>*>(data))->Put(sample);
  return GST_FLOW_OK;
}

// ---------------------------------------------------------------- JavaScript

class DecoderWrap : public Napi::ObjectWrap<DecoderWrap> {
 public:
  static Napi::FunctionReference constructor;

  // new Decoder(relay, appsrc, appsink, onKeyFrameWanted, onFirstPicture)
  explicit DecoderWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<DecoderWrap>(info) {
    auto *input = GstObjectWrap::ObjectOf(info[1]), *output = GstObjectWrap::ObjectOf(info[2]);
    if (!input || !GST_IS_APP_SRC(input) || !output || !GST_IS_APP_SINK(output) || !info[3].IsFunction() || !info[4].IsFunction())
      throw Napi::TypeError::New(info.Env(), "an appsrc, an appsink and two functions are needed");
    core = std::make_shared<Core>(GST_APP_SRC(input), std::make_shared<js_queue::Callback>(info[3].As<Napi::Function>()),
                                  std::make_shared<js_queue::Callback>(info[4].As<Napi::Function>()));
    stop_listening_ = relay::Listen(info[0], core);
    GstAppSinkCallbacks callbacks = {};
    callbacks.new_sample = OnSample;
    gst_app_sink_set_callbacks(GST_APP_SINK(output), &callbacks, new std::shared_ptr<Core>(core),
                               [](gpointer data) { delete static_cast<std::shared_ptr<Core>*>(data); });
  }
  ~DecoderWrap() override { Stop(); }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    Stop();
    return info.Env().Undefined();
  }

  // give(appsrc, maxAgeMs): hands the latest picture to it, if there is one that is no older.
  Napi::Value Give(const Napi::CallbackInfo& info) {
    auto* output = GstObjectWrap::ObjectOf(info[0]);
    if (!output || !GST_IS_APP_SRC(output)) throw Napi::TypeError::New(info.Env(), "an appsrc is needed");
    auto picture = core->Latest();
    gint64 max_age_us = info[1].ToNumber().Int64Value() * 1000;
    if (!picture || g_get_monotonic_time() - picture->at_us() > max_age_us) return Napi::Boolean::New(info.Env(), false);
    bool taken = gst_app_src_push_sample(GST_APP_SRC(output), picture->sample()) == GST_FLOW_OK;
    return Napi::Boolean::New(info.Env(), taken);
  }

  // started(): the decoder takes frames from now on.
  Napi::Value Started(const Napi::CallbackInfo& info) {
    send_thread::Post([core = core] { core->Flush(); });
    return info.Env().Undefined();
  }

  std::shared_ptr<Core> core;

 private:
  void Stop() {
    if (!stop_listening_) return;
    stop_listening_();
    stop_listening_ = nullptr;
    send_thread::Post([core = core] { core->Close(); });
  }

  std::function<void()> stop_listening_;
};

Napi::FunctionReference DecoderWrap::constructor;

}  // namespace

std::shared_ptr<Source> From(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().InstanceOf(DecoderWrap::constructor.Value())) return nullptr;
  return DecoderWrap::Unwrap(value.As<Napi::Object>())->core;
}

void Register(Napi::Env env, Napi::Object exports) {
  auto decoder = DecoderWrap::DefineClass(env, "Decoder", {DecoderWrap::InstanceMethod("give", &DecoderWrap::Give),
                                           DecoderWrap::InstanceMethod("started", &DecoderWrap::Started),
                                           DecoderWrap::InstanceMethod("close", &DecoderWrap::Close)});
  DecoderWrap::constructor = Napi::Persistent(decoder);
  DecoderWrap::constructor.SuppressDestruct();
  exports.Set("Decoder", decoder);
}

}  // namespace picture_decoder
