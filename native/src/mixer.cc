#include "mixer.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <opus/opus.h>

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

#include "audio_sender.h"
#include "gst_object.h"
#include "identity.h"
#include "js_queue.h"
#include "loudness.h"
#include "receiver.h"
#include "running_time.h"
#include "send_thread.h"

namespace mixer {
namespace {

constexpr size_t kFrameSamples = 960;  // 20 ms of mono at 48 kHz
constexpr auto kFrameTime = std::chrono::milliseconds(20);
constexpr GstClockTime kFrameDuration = 20 * GST_MSECOND;
// An input waits for this much before it is heard (network jitter), and is cut back to it when it has gathered too much (clock drift).
constexpr size_t kTargetSamples = 2 * kFrameSamples;
constexpr size_t kMaxSamples = 8 * kFrameSamples;
constexpr uint32_t kSampleRate = 48'000;
constexpr int kBitrateBps = 48'000, kComplexity = 5;
constexpr size_t kMaxPacketSize = 1'000;
// The encoder gives ever more to the repeats; with more than this it would sound bad without helping more.
constexpr int kMostLossPercent = 25;
// A listener who hears nothing is sent nothing, once the last sound has left the encoder.
constexpr int kTrailingFrames = 5;
// Levels are told of every 100 ms while anybody is heard, and for a second afterwards.
constexpr int kFramesPerLevel = 5;
constexpr int kTrailingLevels = 10;

using audio_sender::AudioSender;
using Frame = std::array<gint16, kFrameSamples>;

// The samples of one person that have not been mixed yet.
class Input {
 public:
  void Put(const gint16* samples, size_t count) {
    std::lock_guard<std::mutex> lock(mutex_);
    fifo_.insert(fifo_.end(), samples, samples + count);
    if (fifo_.size() > kMaxSamples) fifo_.erase(fifo_.begin(), fifo_.end() - kTargetSamples);
  }

  // Fills `frame`; false when there is nothing to be heard. On the mixer's thread, as Level.
  bool Take(Frame& frame) {
    if (!TakeSamples(frame)) return false;
    double mean_square = loudness::MeanSquare(frame.data(), frame.size());
    meter_.Add(mean_square);
    return gate_.Hear(mean_square);
  }

  // How loud it was since the last call.
  int Level() { return meter_.Take(); }

 private:
  bool TakeSamples(Frame& frame) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!playing_ && fifo_.size() < kTargetSamples) return false;
    playing_ = fifo_.size() >= kFrameSamples;
    if (!playing_) return false;
    std::copy_n(fifo_.begin(), kFrameSamples, frame.begin());
    fifo_.erase(fifo_.begin(), fifo_.begin() + kFrameSamples);
    return true;
  }

  loudness::Gate gate_;
  loudness::Meter meter_;
  std::mutex mutex_;
  std::deque<gint16> fifo_;
  bool playing_ = false;
};

// The sound of one listener: an encoder, used on the mixer's thread, and the stream on which its packets go out.
class Output {
 public:
  explicit Output(std::shared_ptr<AudioSender> sender) : sender_(std::move(sender)) {}
  ~Output() {
    if (encoder_) opus_encoder_destroy(encoder_);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Takes the next 20 ms; false when there is nothing to be sent.
  bool Encode(const Frame& frame, std::vector<uint8_t>& packet) {
    bool silent = std::all_of(frame.begin(), frame.end(), [](gint16 sample) { return sample == 0; });
    silent_frames_ = silent ? std::min(silent_frames_ + 1, kTrailingFrames + 1) : 0;
    if (silent_frames_ > kTrailingFrames) return false;
    if (!encoder_) Start();
    ExpectLoss(sender_->loss_percent());
    packet.resize(kMaxPacketSize);
    int size = opus_encode(encoder_, frame.data(), kFrameSamples, packet.data(), kMaxPacketSize);
    packet.resize(static_cast<size_t>(std::max(size, 0)));
    return size > 0;
  }

  const std::shared_ptr<AudioSender>& sender() const { return sender_; }
  std::set<guint> hears;  // under the mixer's lock
  bool speaking = false;  // whether the packet before was sent

 private:
  // An encoder takes some memory, which those who never hear anything need not have.
  void Start() {
    int error;
    encoder_ = opus_encoder_create(kSampleRate, 1, OPUS_APPLICATION_VOIP, &error);
    if (!encoder_) throw std::bad_alloc();
    opus_encoder_ctl(encoder_, OPUS_SET_BITRATE(kBitrateBps));
    opus_encoder_ctl(encoder_, OPUS_SET_COMPLEXITY(kComplexity));
  }

  // With loss each packet repeats the one before, less well (RFC 6716, section 2.1.7): only where there is loss, as it costs quality.
  void ExpectLoss(int percent) {
    percent = std::min(percent, kMostLossPercent);
    if (percent == loss_percent_) return;
    loss_percent_ = percent;
    opus_encoder_ctl(encoder_, OPUS_SET_INBAND_FEC(percent > 0 ? 1 : 0));
    opus_encoder_ctl(encoder_, OPUS_SET_PACKET_LOSS_PERC(percent));
  }

  std::shared_ptr<AudioSender> sender_;
  int loss_percent_ = 0;
  OpusEncoder* encoder_ = nullptr;
  int silent_frames_ = kTrailingFrames + 1;
};

// A packet on its way to the send thread.
struct Outgoing {
  std::shared_ptr<AudioSender> sender;
  std::vector<uint8_t> opus;
  bool begins;
};

class Core {
 public:
  explicit Core(js_queue::CallbackPtr on_levels) : on_levels_(std::move(on_levels)) {}

  guint AddInput(GstAppSink* sink);
  guint AddInput(const transport::Incoming& stream);
  guint AddOutput(std::shared_ptr<AudioSender> sender) {
    std::lock_guard<std::mutex> lock(mutex_);
    outputs_[++last_id_] = std::make_shared<Output>(std::move(sender));
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
  // One sum for each output.
  std::vector<std::pair<std::shared_ptr<Output>, Frame>> Mix();
  void TellLevels();
  guint Add(std::shared_ptr<Input> input);

  js_queue::CallbackPtr on_levels_;
  int frames_since_levels_ = 0, trailing_levels_ = 0;

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
  return Add(std::move(input));
}

guint Core::AddInput(const transport::Incoming& stream) {
  auto input = std::make_shared<Input>();
  stream.receiver->Listen(stream.ssrc, [input](const gint16* samples, size_t count) { input->Put(samples, count); });
  return Add(std::move(input));
}

guint Core::Add(std::shared_ptr<Input> input) {
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

std::vector<std::pair<std::shared_ptr<Output>, Frame>> Core::Mix() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::map<guint, Frame> frames;
  for (auto& [id, input] : inputs_) {
    Frame frame;
    if (input->Take(frame)) frames.emplace(id, frame);
  }
  std::vector<std::pair<std::shared_ptr<Output>, Frame>> sums;
  for (auto& [id, output] : outputs_) sums.emplace_back(output, Sum(frames, output->hears));
  return sums;
}

void Core::TellLevels() {
  if (++frames_since_levels_ < kFramesPerLevel) return;
  frames_since_levels_ = 0;
  std::vector<std::pair<guint, int>> heard;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto& [id, input] : inputs_)
      if (int level = input->Level(); level > loudness::kSilenceDb) heard.emplace_back(id, level);
  }
  trailing_levels_ = heard.empty() ? trailing_levels_ - 1 : kTrailingLevels;
  if (trailing_levels_ <= 0) return;
  js_queue::Post([callback = on_levels_, heard = std::move(heard)](Napi::Env env) {
    auto ids = Napi::Array::New(env, heard.size()), levels = Napi::Array::New(env, heard.size());
    for (uint32_t i = 0; i < heard.size(); i++) {
      ids.Set(i, heard[i].first);
      levels.Set(i, heard[i].second);
    }
    callback->Call({ids, levels});
  });
}

void Encode(const std::vector<std::pair<std::shared_ptr<Output>, Frame>>& sums, GstClockTime time) {
  std::vector<Outgoing> packets;
  std::vector<uint8_t> opus;
  for (auto& [output, frame] : sums) {
    bool speaks = output->Encode(frame, opus);
    if (speaks) packets.push_back({output->sender(), std::move(opus), !output->speaking});
    output->speaking = speaks;
  }
  if (packets.empty()) return;
  send_thread::Post([packets = std::move(packets), time] {
    for (auto& packet : packets) packet.sender->Send(packet.opus, time, packet.begins);
  });
}

void Core::Run() {
  auto next = std::chrono::steady_clock::now();
  // Time stamps keep the steps of the frames, whatever the thread's own delays.
  GstClockTime time = running_time::Now();
  while (!stopped_) {
    next += kFrameTime;
    time += kFrameDuration;
    std::this_thread::sleep_until(next);
    // After a long pause of the whole process, go on from now instead of making up for every frame.
    if (auto late = std::chrono::steady_clock::now() - next; late > 10 * kFrameTime) {
      next += late;
      time += static_cast<GstClockTime>(std::chrono::nanoseconds(late).count());
    }
    Encode(Mix(), time);
    TellLevels();
  }
}

// ---------------------------------------------------------------- JavaScript

class MixerWrap : public Napi::ObjectWrap<MixerWrap> {
 public:
  // new Mixer(onLevels)
  explicit MixerWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<MixerWrap>(info) {
    if (!info[0].IsFunction()) throw Napi::TypeError::New(info.Env(), "a function is needed");
    core_ = std::make_shared<Core>(std::make_shared<js_queue::Callback>(info[0].As<Napi::Function>()));
    std::thread([core = core_] { core->Run(); }).detach();
  }
  ~MixerWrap() override {
    if (core_) core_->Stop();
  }

  // addInput(source): an appsink, or a stream that comes from a page
  Napi::Value AddInput(const Napi::CallbackInfo& info) {
    auto* object = GstObjectWrap::ObjectOf(info[0]);
    bool is_sink = object && GST_IS_APP_SINK(object);
    return Napi::Number::New(info.Env(), is_sink ? core_->AddInput(GST_APP_SINK(object)) : core_->AddInput(transport::IncomingFrom(info[0])));
  }
  Napi::Value AddOutput(const Napi::CallbackInfo& info) {
    auto transport = transport::From(info[0]);
    if (!transport) throw Napi::TypeError::New(info.Env(), "a transport is needed");
    auto identity = rtp::IdentityFrom(info[1], kSampleRate);
    auto sender = std::make_shared<AudioSender>(identity, transport);
    send_thread::Post([transport, ssrc = identity.ssrc, sender] { transport->Add(ssrc, sender); });
    return Napi::Number::New(info.Env(), core_->AddOutput(std::move(sender)));
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
