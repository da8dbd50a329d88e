#include "mixer.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "gst_object.h"
#include "js_queue.h"

namespace mixer {
namespace {

constexpr size_t kFrameSamples = 960;  // 20 ms of mono at 48 kHz
constexpr auto kFrameTime = std::chrono::milliseconds(20);
// An input waits for this much before it is heard (network jitter), and is cut back to it when it has gathered too much (clock drift).
constexpr size_t kTargetSamples = 2 * kFrameSamples;
constexpr size_t kMaxSamples = 8 * kFrameSamples;
constexpr guint64 kMaxQueuedFrames = 25;

using Frame = std::array<gint16, kFrameSamples>;

// The samples of one person that have not been mixed yet.
class Input {
 public:
  void Put(const gint16* samples, size_t count) {
    std::lock_guard<std::mutex> lock(mutex_);
    fifo_.insert(fifo_.end(), samples, samples + count);
    if (fifo_.size() > kMaxSamples) fifo_.erase(fifo_.begin(), fifo_.end() - kTargetSamples);
  }

  // Fills `frame`; false when there is nothing to be heard.
  bool Take(Frame& frame) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!playing_ && fifo_.size() < kTargetSamples) return false;
    playing_ = fifo_.size() >= kFrameSamples;
    if (!playing_) return false;
    std::copy_n(fifo_.begin(), kFrameSamples, frame.begin());
    fifo_.erase(fifo_.begin(), fifo_.begin() + kFrameSamples);
    return true;
  }

 private:
  std::mutex mutex_;
  std::deque<gint16> fifo_;
  bool playing_ = false;
};

struct Output {
  explicit Output(GstAppSrc* appsrc) : source(GST_APP_SRC(gst_object_ref(appsrc))) {}
  ~Output() {
    js_queue::RunBlocking([appsrc = source] { gst_object_unref(appsrc); });
  }
  GstAppSrc* source;
  std::set<guint> hears;
};

class Core {
 public:
  guint AddInput(GstAppSink* sink);
  guint AddOutput(GstAppSrc* source) {
    std::lock_guard<std::mutex> lock(mutex_);
    outputs_[++last_id_] = std::make_shared<Output>(source);
    return last_id_;
  }
  void Hear(guint output, std::set<guint> inputs) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = outputs_.find(output);
    if (found != outputs_.end()) found->second->hears = std::move(inputs);
  }
  void Remove(guint id) {
    std::lock_guard<std::mutex> lock(mutex_);
    inputs_.erase(id);
    outputs_.erase(id);
  }
  void Stop() { stopped_ = true; }
  void Run();

 private:
  void Mix();

  std::mutex mutex_;
  guint last_id_ = 0;
  std::map<guint, std::shared_ptr<Input>> inputs_;
  std::map<guint, std::shared_ptr<Output>> outputs_;
  std::atomic<bool> stopped_{false};
};

GstFlowReturn OnSample(GstAppSink* sink, gpointer data) {
  auto* sample = gst_app_sink_pull_sample(sink);
  if (!sample) return GST_FLOW_EOS;
  GstMapInfo map;
  auto* buffer = gst_sample_get_buffer(sample);
  if (buffer && gst_buffer_map(buffer, &map, GST_MAP_READ)) {
    (*static_cast<std::shared_ptr<Input>*>(data))->Put(reinterpret_cast<const gint16*>(map.data), map.size / sizeof(gint16));
    gst_buffer_unmap(buffer, &map);
  }
  gst_sample_unref(sample);
  return GST_FLOW_OK;
}

guint Core::AddInput(GstAppSink* sink) {
  auto input = std::make_shared<Input>();
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = OnSample;
  gst_app_sink_set_callbacks(sink, &callbacks, new std::shared_ptr<Input>(input),
                             [](gpointer data) { delete static_cast<std::shared_ptr<Input>*>(data); });
  std::lock_guard<std::mutex> lock(mutex_);
  inputs_[++last_id_] = std::move(input);
  return last_id_;
}

// The sum of the frames of `hears`, limited to 16 bits.
Frame Sum(const std::map<guint, Frame>& frames, const std::set<guint>& hears) {
  std::array<gint32, kFrameSamples> sum{};
  for (guint id : hears) {
    auto found = frames.find(id);
    if (found == frames.end()) continue;
    for (size_t i = 0; i < kFrameSamples; i++) sum[i] += found->second[i];
  }
  Frame result;
  for (size_t i = 0; i < kFrameSamples; i++) result[i] = static_cast<gint16>(std::clamp<gint32>(sum[i], G_MININT16, G_MAXINT16));
  return result;
}

void Push(const Output& output, const Frame& frame) {
  if (gst_app_src_get_current_level_buffers(output.source) >= kMaxQueuedFrames) return;  // a listener whose transport stands still
  GstClockTime now = gst_element_get_current_running_time(GST_ELEMENT(output.source));
  if (!GST_CLOCK_TIME_IS_VALID(now)) return;
  auto* buffer = gst_buffer_new_memdup(frame.data(), sizeof(frame));
  GST_BUFFER_PTS(buffer) = now;
  GST_BUFFER_DURATION(buffer) = 20 * GST_MSECOND;
  gst_app_src_push_buffer(output.source, buffer);
}

void Core::Mix() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::map<guint, Frame> frames;
  for (auto& [id, input] : inputs_) {
    Frame frame;
    if (input->Take(frame)) frames.emplace(id, frame);
  }
  for (auto& [id, output] : outputs_) Push(*output, Sum(frames, output->hears));
}

void Core::Run() {
  auto next = std::chrono::steady_clock::now();
  while (!stopped_) {
    next += kFrameTime;
    std::this_thread::sleep_until(next);
    // After a long pause of the whole process, go on from now instead of making up for every frame.
    if (std::chrono::steady_clock::now() - next > 10 * kFrameTime) next = std::chrono::steady_clock::now();
    Mix();
  }
}

// ---------------------------------------------------------------- JavaScript

class MixerWrap : public Napi::ObjectWrap<MixerWrap> {
 public:
  explicit MixerWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<MixerWrap>(info), core_(std::make_shared<Core>()) {
    std::thread([core = core_] { core->Run(); }).detach();
  }
  ~MixerWrap() override { core_->Stop(); }

  Napi::Value AddInput(const Napi::CallbackInfo& info) {
    auto* object = GstObjectWrap::ObjectOf(info[0]);
    if (!object || !GST_IS_APP_SINK(object)) throw Napi::TypeError::New(info.Env(), "an appsink is needed");
    return Napi::Number::New(info.Env(), core_->AddInput(GST_APP_SINK(object)));
  }
  Napi::Value AddOutput(const Napi::CallbackInfo& info) {
    auto* object = GstObjectWrap::ObjectOf(info[0]);
    if (!object || !GST_IS_APP_SRC(object)) throw Napi::TypeError::New(info.Env(), "an appsrc is needed");
    return Napi::Number::New(info.Env(), core_->AddOutput(GST_APP_SRC(object)));
  }
  Napi::Value Hear(const Napi::CallbackInfo& info) {
    std::set<guint> inputs;
    auto list = info[1].As<Napi::Array>();
    for (uint32_t i = 0; i < list.Length(); i++) inputs.insert(list.Get(i).ToNumber().Uint32Value());
    core_->Hear(info[0].ToNumber().Uint32Value(), std::move(inputs));
    return info.Env().Undefined();
  }
  Napi::Value Remove(const Napi::CallbackInfo& info) {
    core_->Remove(info[0].ToNumber().Uint32Value());
    return info.Env().Undefined();
  }
  Napi::Value Close(const Napi::CallbackInfo& info) {
    core_->Stop();
    return info.Env().Undefined();
  }

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace

void Register(Napi::Env env, Napi::Object exports) {
  exports.Set("Mixer", MixerWrap::DefineClass(env, "Mixer",
                                              {MixerWrap::InstanceMethod("addInput", &MixerWrap::AddInput),
                                               MixerWrap::InstanceMethod("addOutput", &MixerWrap::AddOutput),
                                               MixerWrap::InstanceMethod("hear", &MixerWrap::Hear),
                                               MixerWrap::InstanceMethod("remove", &MixerWrap::Remove),
                                               MixerWrap::InstanceMethod("close", &MixerWrap::Close)}));
}

}  // namespace mixer
