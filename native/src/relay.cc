#include "relay.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

#include "gst_object.h"
#include "js_queue.h"
#include "vp8_frame.h"

namespace relay {
namespace {

using js_queue::CallbackPtr;
using js_queue::Post;

// A second of video: a viewer that is further behind gets nothing until the next key frame.
constexpr guint64 kMaxQueuedFrames = 30;

// One lock for all relays and feeds of the process: what happens under it is a few pointers and one queue insertion per viewer.
std::mutex g_mutex;

class RelayCore;

class FeedCore : public std::enable_shared_from_this<FeedCore> {
 public:
  FeedCore(GstAppSrc* source, CallbackPtr on_starved)
      : source_(GST_APP_SRC(gst_object_ref(source))), on_starved_(std::move(on_starved)) {}
  ~FeedCore() {
    js_queue::RunBlocking([source = source_] { gst_object_unref(source); });
  }

  void Show(const std::shared_ptr<RelayCore>& relay, CallbackPtr on_shown);
  void Clear();
  // Clears, and lets the callback go: it leads back to the JavaScript object that owns the feed, which would never be collected.
  void Close();
  void Offer(RelayCore* relay, GstBuffer* buffer, GstClockTime time);
  // A frame of the relay is missing: what follows is of no use before the next key frame.
  void Lose(RelayCore* relay);

 private:
  void Push(GstBuffer* buffer, GstClockTime time);
  void Leave(std::shared_ptr<RelayCore>& relay);

  GstAppSrc* source_;
  CallbackPtr on_starved_;
  std::shared_ptr<RelayCore> current_, pending_;
  CallbackPtr on_shown_;
  bool await_key_frame_ = false;
  GstClockTime last_time_ = 0;
};

class RelayCore {
 public:
  explicit RelayCore(CallbackPtr on_first_frame) : on_first_frame_(std::move(on_first_frame)) {}
  void Publish(GstSample* sample);
  // Lets the callback go, as a feed does.
  void Close();
  std::vector<std::shared_ptr<FeedCore>> feeds;  // under g_mutex

 private:
  CallbackPtr on_first_frame_;
};

// A payloader that cannot read a frame ends the pipeline of the viewer, who has done nothing.
bool IsWellFormed(GstBuffer* buffer) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return false;
  bool well_formed = vp8_frame::IsWellFormed(map.data, map.size);
  gst_buffer_unmap(buffer, &map);
  return well_formed;
}

bool IsKeyFrame(GstBuffer* buffer) {
  return !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
}

void FeedCore::Leave(std::shared_ptr<RelayCore>& relay) {
  if (!relay) return;
  auto& feeds = relay->feeds;
  feeds.erase(std::remove(feeds.begin(), feeds.end(), shared_from_this()), feeds.end());
  relay.reset();
}

void FeedCore::Show(const std::shared_ptr<RelayCore>& relay, CallbackPtr on_shown) {
  std::lock_guard<std::mutex> lock(g_mutex);
  Leave(pending_);
  on_shown_ = std::move(on_shown);
  if (relay == current_) {
    if (on_shown_) Post([shown = std::move(on_shown_)](Napi::Env) { shown->Call({}); });
    return;
  }
  pending_ = relay;
  relay->feeds.push_back(shared_from_this());
}

void FeedCore::Close() {
  Clear();
  std::lock_guard<std::mutex> lock(g_mutex);
  on_starved_.reset();
}

void FeedCore::Clear() {
  std::lock_guard<std::mutex> lock(g_mutex);
  on_shown_.reset();
  Leave(pending_);
  Leave(current_);
}

void FeedCore::Offer(RelayCore* relay, GstBuffer* buffer, GstClockTime time) {
  if (relay == pending_.get()) {
    if (!IsKeyFrame(buffer)) return;
    Leave(current_);
    current_ = std::move(pending_);
    pending_.reset();
    await_key_frame_ = false;
    if (on_shown_) Post([shown = std::move(on_shown_)](Napi::Env) { shown->Call({}); });
    on_shown_.reset();
  }
  if (relay != current_.get()) return;
  if (await_key_frame_ && !IsKeyFrame(buffer)) return;
  if (gst_app_src_get_current_level_buffers(source_) >= kMaxQueuedFrames) {
    Lose(relay);
    return;
  }
  await_key_frame_ = false;
  Push(buffer, time);
}

void FeedCore::Lose(RelayCore* relay) {
  if (relay != current_.get()) return;
  if (!await_key_frame_ && on_starved_) Post([starved = on_starved_](Napi::Env) { starved->Call({}); });
  await_key_frame_ = true;
}

void FeedCore::Push(GstBuffer* buffer, GstClockTime time) {
  // Two publishers' clocks differ by some milliseconds: the viewer's RTP time must still never go back.
  last_time_ = std::max(time, last_time_ + GST_MSECOND);
  auto* copy = gst_buffer_copy(buffer);
  GST_BUFFER_PTS(copy) = last_time_;
  GST_BUFFER_DTS(copy) = GST_CLOCK_TIME_NONE;
  gst_app_src_push_buffer(source_, copy);
}

void RelayCore::Close() {
  std::lock_guard<std::mutex> lock(g_mutex);
  on_first_frame_.reset();
}

void RelayCore::Publish(GstSample* sample) {
  auto* buffer = gst_sample_get_buffer(sample);
  auto* segment = gst_sample_get_segment(sample);
  if (!buffer || !GST_BUFFER_PTS_IS_VALID(buffer)) return;
  auto time = gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  if (!GST_CLOCK_TIME_IS_VALID(time)) return;
  bool well_formed = IsWellFormed(buffer);
  std::lock_guard<std::mutex> lock(g_mutex);
  if (!well_formed) {
    for (auto& feed : feeds) feed->Lose(this);
    return;
  }
  if (on_first_frame_) Post([first = std::move(on_first_frame_)](Napi::Env) { first->Call({}); });
  on_first_frame_.reset();
  auto viewers = feeds;  // a copy, because a feed that switches changes these lists
  for (auto& feed : viewers) feed->Offer(this, buffer, time);
}

GstFlowReturn OnSample(GstAppSink* sink, gpointer data) {
  auto* sample = gst_app_sink_pull_sample(sink);
  if (!sample) return GST_FLOW_EOS;
  (*static_cast<std::shared_ptr<RelayCore>*>(data))->Publish(sample);
  gst_sample_unref(sample);
  return GST_FLOW_OK;
}

// ---------------------------------------------------------------- JavaScript

class RelayWrap : public Napi::ObjectWrap<RelayWrap> {
 public:
  static Napi::FunctionReference constructor;

  // new Relay(appsink, onFirstFrame)
  explicit RelayWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RelayWrap>(info) {
    auto* object = GstObjectWrap::ObjectOf(info[0]);
    if (!object || !GST_IS_APP_SINK(object) || !info[1].IsFunction())
      throw Napi::TypeError::New(info.Env(), "an appsink and a function are needed");
    core = std::make_shared<RelayCore>(std::make_shared<js_queue::Callback>(info[1].As<Napi::Function>()));
    GstAppSinkCallbacks callbacks = {};
    callbacks.new_sample = OnSample;
    gst_app_sink_set_callbacks(GST_APP_SINK(object), &callbacks, new std::shared_ptr<RelayCore>(core),
                               [](gpointer data) { delete static_cast<std::shared_ptr<RelayCore>*>(data); });
  }

  Napi::Value Viewers(const Napi::CallbackInfo& info) {
    std::lock_guard<std::mutex> lock(g_mutex);
    return Napi::Number::New(info.Env(), static_cast<double>(core->feeds.size()));
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    core->Close();
    return info.Env().Undefined();
  }

  std::shared_ptr<RelayCore> core;
};

Napi::FunctionReference RelayWrap::constructor;

class FeedWrap : public Napi::ObjectWrap<FeedWrap> {
 public:
  // new Feed(appsrc, onStarved)
  explicit FeedWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<FeedWrap>(info) {
    auto* object = GstObjectWrap::ObjectOf(info[0]);
    if (!object || !GST_IS_APP_SRC(object) || !info[1].IsFunction())
      throw Napi::TypeError::New(info.Env(), "an appsrc and a function are needed");
    core_ = std::make_shared<FeedCore>(GST_APP_SRC(object), std::make_shared<js_queue::Callback>(info[1].As<Napi::Function>()));
  }
  ~FeedWrap() override {
    if (core_) core_->Clear();
  }

  Napi::Value Show(const Napi::CallbackInfo& info) {
    if (!info[0].IsObject() || !info[0].As<Napi::Object>().InstanceOf(RelayWrap::constructor.Value()) || !info[1].IsFunction())
      throw Napi::TypeError::New(info.Env(), "a relay and a function are needed");
    auto relay = RelayWrap::Unwrap(info[0].As<Napi::Object>())->core;
    core_->Show(relay, std::make_shared<js_queue::Callback>(info[1].As<Napi::Function>()));
    return info.Env().Undefined();
  }

  Napi::Value Clear(const Napi::CallbackInfo& info) {
    core_->Clear();
    return info.Env().Undefined();
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    core_->Close();
    return info.Env().Undefined();
  }

 private:
  std::shared_ptr<FeedCore> core_;
};

}  // namespace

void Register(Napi::Env env, Napi::Object exports) {
  auto relay = RelayWrap::DefineClass(env, "Relay",
                                      {RelayWrap::InstanceMethod("viewers", &RelayWrap::Viewers),
                                       RelayWrap::InstanceMethod("close", &RelayWrap::Close)});
  RelayWrap::constructor = Napi::Persistent(relay);
  RelayWrap::constructor.SuppressDestruct();
  exports.Set("Relay", relay);
  exports.Set("Feed", FeedWrap::DefineClass(env, "Feed",
                                            {FeedWrap::InstanceMethod("show", &FeedWrap::Show),
                                             FeedWrap::InstanceMethod("clear", &FeedWrap::Clear),
                                             FeedWrap::InstanceMethod("close", &FeedWrap::Close)}));
}

}  // namespace relay
