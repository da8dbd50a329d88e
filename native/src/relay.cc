#include "relay.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "frame.h"
#include "frame_reader.h"
#include "gst_object.h"
#include "identity.h"
#include "js_queue.h"
#include "receiver.h"
#include "send_thread.h"
#include "video_sender.h"

namespace relay {
namespace {

using frame::FramePtr;
using js_queue::CallbackPtr;
using js_queue::Post;
using video_sender::VideoSender;

constexpr uint32_t kClockRate = 90'000;
// A second of video: when the send thread is further behind, frames are lost here instead of being sent ever later.
constexpr int kMaxWaitingFrames = 30;
// Times one for the slot of the highest rank, two for the next.
constexpr gint64 kThinnedIntervalUs = 3'000'000;

class RelayCore;

// On the send thread only.
class FeedCore : public std::enable_shared_from_this<FeedCore> {
 public:
  FeedCore(std::shared_ptr<VideoSender> sender, CallbackPtr on_starved) : sender_(std::move(sender)), on_starved_(std::move(on_starved)) {}

  void Show(const std::shared_ptr<RelayCore>& relay, CallbackPtr on_shown);
  void Clear();
  // Clears, and lets the callbacks go: they lead back to the JavaScript object that owns the feed, which would never be collected.
  void Close();
  void Offer(RelayCore* relay, const FramePtr& frame, GstClockTime time);
  // A frame of the relay is missing: what follows is of no use before the next key frame.
  void Lose(RelayCore* relay);

 private:
  void Leave(std::shared_ptr<RelayCore>& relay);
  void AskAgain();

  std::shared_ptr<VideoSender> sender_;
  CallbackPtr on_starved_;
  std::shared_ptr<RelayCore> current_, pending_;
  CallbackPtr on_shown_;
  bool await_key_frame_ = false;
  // It waits because the path had no room.
  bool thinned_ = false;
  gint64 asked_us_ = 0;
  GstClockTime last_time_ = 0;
};

class RelayCore : public Intake, public std::enable_shared_from_this<RelayCore> {
 public:
  explicit RelayCore(frame::Codec codec) : reader_(frame_reader::Make(codec)) {}
  void Take(std::vector<uint8_t> picture, GstClockTime time) override;
  // Calls `on_first_frame` once there is one, on the JavaScript thread.
  void Await(CallbackPtr on_first_frame);
  // Lets the callback go, as a feed does.
  void Close() { on_first_frame_.reset(); }
  std::vector<std::shared_ptr<FeedCore>> feeds;
  std::vector<std::shared_ptr<Tap>> taps;

 private:
  void Publish(const FramePtr& frame, GstClockTime time);

  std::unique_ptr<frame_reader::Reader> reader_;  // on the thread that takes pictures
  bool has_begun_ = false;
  CallbackPtr on_first_frame_;
  std::atomic<int> waiting_frames_{0};
};

void FeedCore::Leave(std::shared_ptr<RelayCore>& relay) {
  if (!relay) return;
  auto& feeds = relay->feeds;
  feeds.erase(std::remove(feeds.begin(), feeds.end(), shared_from_this()), feeds.end());
  relay.reset();
}

void FeedCore::Show(const std::shared_ptr<RelayCore>& relay, CallbackPtr on_shown) {
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
  on_starved_.reset();
  sender_->Close();
}

void FeedCore::Clear() {
  on_shown_.reset();
  Leave(pending_);
  Leave(current_);
}

void FeedCore::Offer(RelayCore* relay, const FramePtr& frame, GstClockTime time) {
  bool changes = relay == pending_.get();
  if (changes) {
    if (!frame->is_key) return;
    Leave(current_);
    current_ = std::move(pending_);
    pending_.reset();
    await_key_frame_ = false;
    thinned_ = false;
    if (on_shown_) Post([shown = std::move(on_shown_)](Napi::Env) { shown->Call({}); });
    on_shown_.reset();
  }
  if (relay != current_.get()) return;
  bool has_room = sender_->HasRoomFor(*frame);
  if (await_key_frame_ && !frame->is_key) {
    if (thinned_) AskAgain();
    return;
  }
  // What a slot changes to must be seen, whatever the path takes.
  thinned_ = !has_room && !changes;
  await_key_frame_ = thinned_;
  if (thinned_) return;
  // Two publishers' clocks differ by some milliseconds: the viewer's RTP time must still never go back.
  last_time_ = std::max(time, last_time_ + GST_MSECOND);
  sender_->Send(frame, last_time_);
}

// A stream whose frames the path had no room for goes on when there is room again. Its key frames cost all who watch it.
void FeedCore::AskAgain() {
  gint64 now = g_get_monotonic_time();
  if (!on_starved_ || now - asked_us_ < kThinnedIntervalUs * (1 + sender_->rank()) || !sender_->HasRoomForKeyFrame()) return;
  asked_us_ = now;
  Post([starved = on_starved_](Napi::Env) { starved->Call({}); });
}

void FeedCore::Lose(RelayCore* relay) {
  if (relay != current_.get()) return;
  if (!await_key_frame_ && on_starved_) Post([starved = on_starved_](Napi::Env) { starved->Call({}); });
  await_key_frame_ = true;
}

std::vector<uint8_t> BytesOf(GstBuffer* buffer) {
  std::vector<uint8_t> bytes(gst_buffer_get_size(buffer));
  gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
  return bytes;
}

void RelayCore::Take(std::vector<uint8_t> picture, GstClockTime time) {
  auto reading = reader_->Read(std::move(picture));
  if (!reading.frame && !reading.is_lost) return;
  auto frame = waiting_frames_ < kMaxWaitingFrames ? std::move(reading.frame) : nullptr;
  waiting_frames_++;
  send_thread::Post([self = shared_from_this(), frame = std::move(frame), time] {
    self->waiting_frames_--;
    self->Publish(frame, time);
  });
}

void RelayCore::Await(CallbackPtr on_first_frame) {
  if (!has_begun_) {
    on_first_frame_ = std::move(on_first_frame);
    return;
  }
  Post([first = std::move(on_first_frame)](Napi::Env) { first->Call({}); });
}

void RelayCore::Publish(const FramePtr& frame, GstClockTime time) {
  if (!frame) {
    for (auto& feed : feeds) feed->Lose(this);
    for (auto& tap : taps) tap->Lose();
    return;
  }
  has_begun_ = true;
  if (on_first_frame_) Post([first = std::move(on_first_frame_)](Napi::Env) { first->Call({}); });
  on_first_frame_.reset();
  auto viewers = feeds;  // a copy, because a feed that switches changes these lists
  for (auto& feed : viewers) feed->Offer(this, frame, time);
  for (auto& tap : taps) tap->Take(frame, time);
}

void TakeSample(RelayCore& relay, GstSample* sample) {
  auto* buffer = gst_sample_get_buffer(sample);
  auto* segment = gst_sample_get_segment(sample);
  if (!buffer || !GST_BUFFER_PTS_IS_VALID(buffer)) return;
  auto time = gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  if (GST_CLOCK_TIME_IS_VALID(time)) relay.Take(BytesOf(buffer), time);
}

GstFlowReturn OnSample(GstAppSink* sink, gpointer data) {
  auto* sample = gst_app_sink_pull_sample(sink);
  if (!sample) return GST_FLOW_EOS;
  TakeSample(**static_cast<std::shared_ptr<RelayCore>*>(data), sample);
  gst_sample_unref(sample);
  return GST_FLOW_OK;
}

// ---------------------------------------------------------------- JavaScript

class RelayWrap : public Napi::ObjectWrap<RelayWrap> {
 public:
  static Napi::FunctionReference constructor;

  // new Relay(source, codec, onFirstFrame): the source is an appsink, or a stream that comes from a page
  explicit RelayWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RelayWrap>(info) {
    if (!info[2].IsFunction()) throw Napi::TypeError::New(info.Env(), "a source, a codec and a function are needed");
    auto* object = GstObjectWrap::ObjectOf(info[0]);
    core = object && GST_IS_APP_SINK(object) ? OfAppSink(GST_APP_SINK(object), CodecFrom(info[1])) : OfPage(info[0]);
    send_thread::Post([core = core, first = std::make_shared<js_queue::Callback>(info[2].As<Napi::Function>())] { core->Await(first); });
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    send_thread::Post([core = core] { core->Close(); });
    return info.Env().Undefined();
  }

  std::shared_ptr<RelayCore> core;

 private:
  static std::shared_ptr<RelayCore> OfAppSink(GstAppSink* sink, frame::Codec codec) {
    auto core = std::make_shared<RelayCore>(codec);
    GstAppSinkCallbacks callbacks = {};
    callbacks.new_sample = OnSample;
    gst_app_sink_set_callbacks(sink, &callbacks, new std::shared_ptr<RelayCore>(core),
                               [](gpointer data) { delete static_cast<std::shared_ptr<RelayCore>*>(data); });
    return core;
  }

  static std::shared_ptr<RelayCore> OfPage(const Napi::Value& value) {
    auto [receiver, ssrc] = transport::IncomingFrom(value);
    auto core = std::static_pointer_cast<RelayCore>(receiver->IntakeOf(ssrc));
    if (!core) throw Napi::Error::New(value.Env(), "no picture of such a stream is received");
    return core;
  }
};

Napi::FunctionReference RelayWrap::constructor;

class FeedWrap : public Napi::ObjectWrap<FeedWrap> {
 public:
  // new Feed(transport, {ssrc, payloadType, rank}, onStarved, onKeyFrameWanted)
  explicit FeedWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<FeedWrap>(info) {
    auto transport = transport::From(info[0]);
    if (!transport || !info[2].IsFunction() || !info[3].IsFunction())
      throw Napi::TypeError::New(info.Env(), "a transport and two functions are needed");
    auto identity = rtp::IdentityFrom(info[1], kClockRate);
    int rank = info[1].As<Napi::Object>().Get("rank").ToNumber().Int32Value();
    auto sender = std::make_shared<VideoSender>(identity, rank, transport, std::make_shared<js_queue::Callback>(info[3].As<Napi::Function>()));
    core_ = std::make_shared<FeedCore>(sender, std::make_shared<js_queue::Callback>(info[2].As<Napi::Function>()));
    send_thread::Post([transport, ssrc = identity.ssrc, sender] { transport->Add(ssrc, sender); });
  }
  ~FeedWrap() override {
    if (core_) send_thread::Post([core = core_] { core->Close(); });
  }

  Napi::Value Show(const Napi::CallbackInfo& info) {
    if (!info[0].IsObject() || !info[0].As<Napi::Object>().InstanceOf(RelayWrap::constructor.Value()) || !info[1].IsFunction())
      throw Napi::TypeError::New(info.Env(), "a relay and a function are needed");
    auto relay = RelayWrap::Unwrap(info[0].As<Napi::Object>())->core;
    auto on_shown = std::make_shared<js_queue::Callback>(info[1].As<Napi::Function>());
    send_thread::Post([core = core_, relay, on_shown] { core->Show(relay, on_shown); });
    return info.Env().Undefined();
  }

  Napi::Value Clear(const Napi::CallbackInfo& info) {
    send_thread::Post([core = core_] { core->Clear(); });
    return info.Env().Undefined();
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    send_thread::Post([core = core_] { core->Close(); });
    return info.Env().Undefined();
  }

 private:
  std::shared_ptr<FeedCore> core_;
};

}  // namespace

IntakePtr MakeIntake(frame::Codec codec) {
  return std::make_shared<RelayCore>(codec);
}

frame::Codec CodecFrom(const Napi::Value& value) {
  auto name = value.ToString().Utf8Value();
  if (name == "vp8") return frame::Codec::kVp8;
  if (name == "h264") return frame::Codec::kH264;
  throw Napi::TypeError::New(value.Env(), "there is no codec " + name);
}

std::function<void()> Listen(const Napi::Value& relay, std::shared_ptr<Tap> tap) {
  if (!relay.IsObject() || !relay.As<Napi::Object>().InstanceOf(RelayWrap::constructor.Value()))
    throw Napi::TypeError::New(relay.Env(), "a relay is needed");
  auto core = RelayWrap::Unwrap(relay.As<Napi::Object>())->core;
  send_thread::Post([core, tap] { core->taps.push_back(tap); });
  return [core, tap] {
    send_thread::Post([core, tap] { core->taps.erase(std::remove(core->taps.begin(), core->taps.end(), tap), core->taps.end()); });
  };
}

void Register(Napi::Env env, Napi::Object exports) {
  auto relay = RelayWrap::DefineClass(env, "Relay",
                                      {RelayWrap::InstanceMethod("close", &RelayWrap::Close)});
  RelayWrap::constructor = Napi::Persistent(relay);
  RelayWrap::constructor.SuppressDestruct();
  exports.Set("Relay", relay);
  exports.Set("Feed", FeedWrap::DefineClass(env, "Feed",
                                            {FeedWrap::InstanceMethod("show", &FeedWrap::Show),
                                             FeedWrap::InstanceMethod("clear", &FeedWrap::Clear),
                                             FeedWrap::InstanceMethod("close", &FeedWrap::Close)}));
}

}  // namespace relay
